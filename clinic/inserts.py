"""New rows of several tables in one statement, for the few places where a save each costs too much."""

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import AutoField, Field, GeneratedField, Model

from clinic import prepared
from clinic.prepared import Piece


def insert_rows(first: Model, *others: Model, unless_taken: str = "", then: Piece | None = None) -> bool:
    """Insert new rows, all or none, in one prepared statement; return whether they were inserted.

    `unless_taken` names a unique column of the first row: if its value is taken, nothing is inserted and
    the answer is False, without an error; `then` is a function to call, once the rows are in. Every column
    of a model is written, as its fields prepare it; keys that the database makes are not read back, and no
    signals are sent. Foreign keys between the rows are checked when the transaction ends, so their order
    does not matter. What a history table says about the request comes from the transaction's earlier
    writes (see `prepared.fetch`).

    :raises django.db.IntegrityError: if a constraint refuses a row.
    """
    rows = (first, *others)
    here = connections[DEFAULT_DB_ALIAS]  # not its proxy, which is asked for every value
    parameters: dict[str, Any] = dict(then.values) if then else {}
    for number, row in enumerate(rows):
        for field in _fields(type(row)):
            value = field.get_db_prep_save(field.pre_save(row, add=True), here)
            parameters[f"{field.column}_{number}"] = value
    sql = _statement(tuple(type(row) for row in rows), unless_taken, then.sql if then else "true")
    if not prepared.fetch(sql, parameters):
        return False
    for row in rows:
        row._state.adding, row._state.db = False, here.alias
    return True


@cache
def _fields(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    """Return the fields whose columns we write: all but those that the database makes."""
    return tuple(f for f in model._meta.concrete_fields if not isinstance(f, AutoField | GeneratedField))


@cache
def _statement(models: tuple[type[Model], ...], unless_taken: str, then: str) -> str:
    """Return the statement for rows of these models: the others are inserted only if the first is."""
    quote = connection.ops.quote_name
    parts: list[str] = []
    for number, model in enumerate(models):
        fields = _fields(model)
        columns = ", ".join(quote(str(field.column)) for field in fields)
        values = ", ".join(f"%({field.column}_{number})s" for field in fields)
        source = f"SELECT {values} FROM row_0" if number else f"VALUES ({values})"  # noqa: S608 (names only)
        unless = f" ON CONFLICT ({quote(unless_taken)}) DO NOTHING" if unless_taken and not number else ""
        into = f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
        parts.append(f"row_{number} AS ({into} {source}{unless} RETURNING 1)")
    return f"WITH {', '.join(parts)} SELECT {then} FROM row_0"  # noqa: S608 (names and placeholders only)
