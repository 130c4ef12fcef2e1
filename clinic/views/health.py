"""Is the site well? For load balancers, `make run` and people on call."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from clinic.queries import jobs
from clinic.queries.audit_chain import get_state


def health(request: HttpRequest) -> HttpResponse:
    """Return 200 and JSON if database, migrations and worker are well, else 503 naming what is not."""
    state = {"database": _database(), "migrations": "unknown", "worker": "unknown"}
    if state["database"] == "ok":
        state["migrations"] = _migrations()
        state["worker"] = jobs.get_worker_state()
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
