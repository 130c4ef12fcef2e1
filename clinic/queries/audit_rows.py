"""The rows of the audit in the order of the chain, each as text columns, ready to be hashed."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from clinic.hash_chain import Span, row_hash

_AT = "trunc(extract(epoch FROM at) * 1000000)"
"""Microseconds since 1970 as a whole number of any length: an instant may be one that no clock shows."""

SEALED: dict[str, tuple[str, ...]] = {
    "clinic_readrecord": (
        *("id", "transaction_id", "era", "request_id", _AT, "reader_id", "roles", "action", "subject_type"),
        *("subject_ids", "patient_ids", "reason", "address"),
    ),
    "clinic_securityevent": (
        *(
            "id",
            "transaction_id",
            "era",
            "request_id",
            _AT,
            "kind",
            "user_id",
            "about_id",
            "address",
            "facts",
        ),
    ),
    "clinic_changerecord": (
        *("id", "transaction_id", "era", "request_id", _AT, "table_name", "row_id", "operation", "columns"),
        *("before", "after", "actor_id", "origin"),
    ),
}
"""The tables of the chain, with the columns that are hashed, in this order."""

Hashed = tuple[int, int, bytes]
"""A row's transaction, id and hash."""

_AT_ONCE = 2000


def list_rows(span: Span) -> list[Hashed]:
    """Return the rows of a span, by transaction and id."""
    with connection.cursor() as cursor:
        cursor.execute(_select(span.table), [span.era, span.start, span.end])
        return [_hashed(row) for row in cursor.fetchall()]


def each_row(span: Span) -> Iterator[Hashed]:
    """Yield the rows of a span, by transaction and id, a few thousand at a time; inside a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_select(span.table), [span.era, span.start, span.end])
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from map(_hashed, rows)


def list_eras(cursor: CursorWrapper, table: str) -> list[int]:
    """Return the eras of a table's rows, by looking each up in its index."""
    found: list[int] = []
    while True:
        after = found[-1] if found else -(2**63)
        cursor.execute(f"SELECT min(era) FROM {table} WHERE era > %s", [after])  # noqa: S608 (a constant)
        (era,) = cursor.fetchone()
        if era is None:
            return found
        found.append(era)


def _select(table: str) -> str:
    columns = ", ".join(f"{column}::text" for column in SEALED[table])
    return (
        f"SELECT a.transaction_id, a.id, {columns} FROM {table} AS a"  # noqa: S608 (constants)
        " WHERE era = %s AND transaction_id >= %s AND transaction_id < %s ORDER BY a.transaction_id, a.id"
    )


def _hashed(row: tuple[Any, ...]) -> Hashed:
    return row[0], row[1], row_hash(row[2:])
