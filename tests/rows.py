"""What is in the database, to prove that a refusal wrote nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

COUNTERS = {"clinic_limitwindow", "clinic_securityevent", "clinic_signin", "django_session"}
"""Limits count what was refused, it is written down, a sign-in says when it was last used, and a session
keeps the words that the next page says: on purpose."""


def snapshot() -> dict[str, str]:
    """Return a checksum of every row of every table, by table."""
    tables = set(connection.introspection.table_names()) - COUNTERS
    return {table: _checksum(connection.ops.quote_name(table)) for table in sorted(tables)}


def _checksum(table: str) -> str:
    text = "string_agg(line::text, ' ' ORDER BY line::text)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(md5({text}), '') FROM {table} AS line")
        return str(cursor.fetchone()[0])


@contextmanager
def nothing_written() -> Iterator[None]:
    """Fail if the block changes any row of any table."""
    before = snapshot()
    yield
    after = snapshot()
    changed = [table for table in before if before[table] != after[table]]
    assert changed == []
