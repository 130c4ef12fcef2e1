"""Sealing waits for what is still under way anywhere in the cluster; so do its tests, beside another run."""

import time

from django.db import connection

from clinic.services import audit_seals

PATIENCE = 300.0
"""Seconds: the longest that another run's test may keep one transaction open."""


def wait_for_older() -> None:
    """Wait until every transaction that began before now has ended, in every database of the cluster."""
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::int8")
        mine = cursor.fetchone()[0]
        while time.monotonic() < until:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::int8")
            if cursor.fetchone()[0] > mine:
                return
            time.sleep(0.02)
    raise TimeoutError("a transaction of the cluster does not end")


def seal_audit() -> int:
    """Seal all that was written until now; return how many rows."""
    wait_for_older()
    return audit_seals.seal_audit()
