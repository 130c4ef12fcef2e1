"""A check of the whole installation: the site must not be served by a role that could change the audit."""

from typing import Any

from django.core import checks
from django.core.checks import CheckMessage
from django.db import DatabaseError

from clinic.queries.protected_rows import list_gaps


def check_app_role(**_facts: Any) -> list[CheckMessage]:
    """Warn, in `manage.py check --deploy`, if the role of DATABASE_URL could change what is kept for good."""
    try:
        gaps = list_gaps()
    except DatabaseError:
        return []  # whether there is a database is not this check's question
    if not gaps:
        return []
    return [
        checks.Warning(
            f"The database role may change what is kept for good: {len(gaps)} rights, such as {gaps[0]}.",
            hint="Serve the site as NUAN_APP_ROLE and run `manage.py grant_app_role` as the owner.",
            id="nuan.W001",
        )
    ]
