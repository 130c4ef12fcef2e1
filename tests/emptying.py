"""Empty the tables of the test database after a test that commits.

Django truncates every table, which makes all their files anew: half a second a test. Deleting the few rows a
test leaves takes a twentieth of that, but needs a superuser: the audit's own triggers refuse it to everybody
else. Where DATABASE_URL is given there is none, and Django's way is taken.
"""

import os
from collections.abc import Callable

import psycopg
from django.db import connection

KEPT = ("django_migrations", "django_content_type", "auth_permission")
"""What `migrate` wrote and no test changes."""

_TABLES = """
SELECT format('%%I', relname) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s) ORDER BY relname
"""


def empty_tables(flush: Callable[[], object]) -> None:
    """Delete every row of the test database; `flush` is Django's way.

    Pages that are still writing are waited for: what they are about to commit must go too.

    :raises psycopg.Error: if Postgres chose us to break a deadlock; nothing is deleted then.
    :raises CommandError: the same, in Django's way.
    """
    if "NUAN_TEST_SUPERUSER_URL" in os.environ:
        _delete_rows()
        return
    flush()
    with connection.cursor() as cursor:  # unmanaged, so that Django misses them
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def _delete_rows() -> None:
    address = os.environ["NUAN_TEST_SUPERUSER_URL"].rpartition("/")[0]
    with psycopg.connect(f"{address}/{connection.settings_dict['NAME']}") as mine:
        mine.execute("SET LOCAL session_replication_role = replica")  # past triggers and foreign keys
        tables = [name for (name,) in mine.execute(_TABLES, [list(KEPT)])]
        mine.execute(f"LOCK {', '.join(tables)} IN EXCLUSIVE MODE")
        mine.execute("; ".join(f"DELETE FROM {table}" for table in tables))
