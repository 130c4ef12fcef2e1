"""Sealing the audit: its rows become links of one chain of hashes, and what is sealed cannot change unseen.

A row is sealed once no transaction that began before its own can still commit: then the rows below that line
stand in a fixed order, by transaction and id, and none can appear among them later. To chain each read as it
happens would make readers wait for each other.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from clinic.hash_chain import START, Span, link_hash, mark
from clinic.models import AuditSeal
from clinic.queries.audit_rows import SEALED, list_eras, list_rows

MOST_ROWS = 10_000
"""Rows of one link; a transaction that wrote more stays together."""

_LOCK = 0x4E75_A7D1
_END_OF_ERA = 2**63 - 1

_NOW = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::int8,
       (SELECT system_identifier FROM pg_control_system()),
       clock_timestamp()
"""
_BOUND = """
SELECT max(transaction_id) + 1 FROM (
    SELECT transaction_id FROM {table} WHERE era = %s AND transaction_id >= %s AND transaction_id < %s
    ORDER BY transaction_id LIMIT %s
) AS next_rows
"""


def seal_audit() -> int:
    """Seal every row that can be, in links of its own transaction each; return how many rows were sealed.

    One sealer works at a time; another that comes meanwhile seals nothing. Being killed loses no more than
    the link that was being made, which the next run makes.
    """
    sealed = 0
    for table in SEALED:
        while rows := _seal_next(table):
            sealed += rows
    return sealed


@transaction.atomic
def _seal_next(table: str) -> int:
    """Add the next link of a table, and return how many rows it has; 0 if there is nothing to seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # Read in a statement before the rows are: what has ended by now is seen by then.
        cursor.execute(_NOW)
        xmin, here, now = cursor.fetchone()
        for era in list_eras(cursor, table):
            span = _find_span(cursor, table, era, xmin if era == here else _END_OF_ERA)
            if span:
                return _add_link(span, now)
    return 0


def _find_span(cursor: CursorWrapper, table: str, era: int, until: int) -> Span | None:
    """Return what comes after a table's last link in an era, None if nothing does."""
    last = AuditSeal.objects.filter(table_name=table, era=era).order_by("-from_transaction").first()
    start = last.to_transaction if last else 0
    cursor.execute(_BOUND.format(table=table), [era, start, until, MOST_ROWS])
    (end,) = cursor.fetchone()
    return Span(table, era, start, end) if end else None


def _add_link(span: Span, now: datetime) -> int:
    rows = list_rows(span)
    last = AuditSeal.objects.order_by("-position").first()
    position, previous = (last.position + 1, bytes(last.hash)) if last else (1, START)
    AuditSeal.objects.create(
        position=position,
        table_name=span.table,
        era=span.era,
        from_transaction=span.start,
        to_transaction=span.end,
        rows=len(rows),
        marks=b"".join(mark(row_id, digest) for _transaction, row_id, digest in rows),
        previous=previous,
        hash=link_hash(previous, position, span, now, (digest for *_, digest in rows)),
        sealed_at=now,
    )
    return len(rows)
