"""Is the site well? For load balancers, `make run` and people on call."""

import time
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from clinic.queries import jobs
from clinic.queries.audit_chain import get_state

KEYS_ARE_ASKED_AGAIN = 60.0
"""Seconds for which the state of the key ring is remembered: it cannot change while this process runs."""

_find_ring_fault: Callable[[], str] = str
_ring: tuple[float, str] = (0.0, "")


def ring_checked_by(find_fault: Callable[[], str]) -> None:
    """Let `find_fault` say what is wrong with the key ring, "" if nothing; an app that seals says so."""
    global _find_ring_fault, _ring
    _find_ring_fault, _ring = find_fault, (0.0, "")


def look_at_keys() -> str:
    """Say how the key ring is, as /healthz does, when a process starts: a fault is in its log at once."""
    try:
        return _keys()
    except DatabaseError:  # not there yet, or not migrated: /healthz says so
        return "unknown"


def health(request: HttpRequest) -> HttpResponse:
    """Return 200 and JSON if database, migrations, worker and keys are well, else 503 naming what is not."""
    state = {"database": _database(), "migrations": "unknown", "worker": "unknown", "keys": "unknown"}
    if state["database"] == "ok":
        state["migrations"] = _migrations()
        state["worker"] = jobs.get_worker_state()
        if state["migrations"] == "ok":
            state["keys"] = _keys()
    well = all(value == "ok" for value in state.values())
    if well:
        state["audit"] = _audit()
    return JsonResponse(
        {"status": "ok" if well else "unwell", **state},
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
    )


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _audit() -> str:
    """Say how the audit is. A broken chain calls somebody; it is no reason to close the site."""
    try:
        return get_state()
    except DatabaseError:
        return "unknown"


_migrations_are_applied = False


def _migrations() -> str:
    """Say whether every migration is applied; once true it stays true for this process."""
    global _migrations_are_applied  # noqa: PLW0603 (a fact that never becomes false again)
    if not _migrations_are_applied:
        executor = MigrationExecutor(connection)
        _migrations_are_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrations_are_applied else "pending"


def _keys() -> str:
    """Say whether the key ring opens what is in the database."""
    global _ring  # noqa: PLW0603 (remembered for a minute)
    asked_at, fault = _ring
    if not asked_at or time.monotonic() - asked_at > KEYS_ARE_ASKED_AGAIN:
        fault = _find_ring_fault()
        _ring = (time.monotonic(), fault)
    return fault or "ok"
