"""Statements that Postgres parses and plans once a connection, for the few that are asked all the time.

Django binds parameters on the client, so each of its statements is parsed and planned anew, which for the
queries behind availability costs as much as their run. These run on Django's own connection and in its
transaction, are seen by whatever watches Django's queries, and raise Django's errors.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models import Model

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Piece:
    """SQL with named values, to become part of somebody else's statement."""

    sql: str
    values: Mapping[str, Any]


class _PreparedCursor(psycopg.RawCursor[Row]):
    """A cursor that binds on the server, prepares what it runs, and reads binary results.

    Whether it prepares is the connection's setting: without a `prepare_threshold` psycopg never does. Names
    become numbers here, once for each statement: psycopg would read one with many values anew every time.
    """

    # django-pghistory puts a statement of its own in front of what a cursor runs unless it has a name.
    # A prepared statement must stay one statement.
    name = "prepared"

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_PreparedCursor":
        """Run a statement with named parameters, prepared."""
        statement, names = _numbered(query)
        values = [params[name] for name in names]
        return super().execute(statement, values, **{"prepare": True, "binary": True, **options})


@cache
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """Return a statement as Postgres reads it, with `$1` for `%(site)s`, and the names in that order."""
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", sql)))
    numbers = {name: f"${number}" for number, name in enumerate(names, start=1)}
    return re.sub(r"%\((\w+)\)s", lambda name: numbers[name[1]], sql).encode(), names


class _WatchedCursor(CursorDebugWrapper):
    """Django's cursor for when its queries are watched; it notes the statement as written, without values."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement and note it."""
        with self.debug_sql(sql, params):
            return self._execute_with_wrappers(sql, params, many=False, executor=self._execute)


def fetch(sql: str, parameters: Mapping[str, Any]) -> list[Row]:
    """Run a statement on Django's connection and return its rows.

    Parameters are named, `%(site)s`; the server sees no values when it reads the statement, so cast where
    it could not know a type: `%(ids)s::int8[]`. `sql` should be a constant: each text is prepared by itself.
    The history's context is not set by it: what writes history this way comes after a write of Django's own
    in the same transaction, which sets it for both.

    :raises django.db.Error: as for any query of Django's.
    """
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        return cast("list[Row]", cursor.fetchall())


def run(sql: str, parameters: Mapping[str, Any]) -> None:
    """Run a statement as `fetch` does, whose rows nobody needs.

    :raises django.db.Error: as for any query of Django's; within `together`, whatever waits next raises it.
    """
    with _cursor() as cursor:
        cursor.execute(sql, parameters)


@contextmanager
def together() -> Iterator[None]:
    """Send what is run in here on its way without waiting for it, until something is fetched.

    Postgres still takes one statement after the other, and each sees what was committed when its turn came;
    only the waiting in between is saved. Nothing but `run` and `fetch` belongs in here.

    :raises django.db.Error: as for any query of Django's.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    with here.wrap_database_errors, here.connection.pipeline():
        yield


def _cursor() -> CursorWrapper:
    """Return a cursor that prepares, dressed as Django dresses its own."""
    here = connections[DEFAULT_DB_ALIAS]  # not its proxy: asking that costs as much as the rest
    here.close_if_health_check_failed()
    here.ensure_connection()
    here.validate_thread_sharing()
    with here.wrap_database_errors:
        bare = _PreparedCursor(here.connection)
    return (_WatchedCursor if here.queries_logged else CursorWrapper)(bare, here)


class Rows:
    """A prepared statement that selects whole models, joined: `Rows("FROM clinic_site s", s=Site)`.

    Columns are named one by one, so what a migration adds does not change what the statement returns. The
    models' fields must not need `from_db_value`; JSON arrives read, and a phone reads itself.
    """

    def __init__(self, rest: str, **models: type[Model]) -> None:
        """Remember the statement from FROM on, and the models by their aliases in it."""
        fields = [(alias, field) for alias, model in models.items() for field in model._meta.concrete_fields]
        columns = ", ".join(f'{alias}."{field.column}"' for alias, field in fields)
        self._sql = f"SELECT {columns} {rest}"
        self._parts: list[tuple[type[Model], list[str], slice]] = []
        first = 0
        for model in models.values():
            names = [field.attname for field in model._meta.concrete_fields]
            self._parts.append((model, names, slice(first, first + len(names))))
            first += len(names)

    def fetch(self, **parameters: Any) -> list[tuple[Any, ...]]:
        """Return the instances of every row, in the models' order; None where an outer join found none."""
        return [
            tuple(
                None if row[part.start] is None else model.from_db(DEFAULT_DB_ALIAS, names, row[part])
                for model, names, part in self._parts
            )
            for row in fetch(self._sql, parameters)
        ]
