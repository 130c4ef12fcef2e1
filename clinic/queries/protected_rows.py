"""Which rows are kept for good, and whether the role that serves the site could still change them."""

import pgtrigger
from django.apps import apps
from django.db import connection

CONTEXTS = "pghistory_context"
"""Who asked for the changes that django-pghistory keeps; its own model, which carries no trigger of ours."""

BY_TRIGGER = "clinic_changerecord"
"""Written by the trigger of watched tables alone, which acts as its owner; an insert would be a forgery."""

_MAY = "SELECT to_regclass(%s) IS NOT NULL AND has_table_privilege(%s, %s)"
_MAY_HIDE = """
SELECT to_regclass('clinic_changerecord') IS NOT NULL
       AND has_database_privilege(current_database(), 'TEMPORARY')
"""


def list_protected() -> dict[str, frozenset[str]]:
    """Return what the site's role may not do, by table: "UPDATE" and "DELETE", as the models' triggers say.

    Nobody may "INSERT" into `BY_TRIGGER`, either.

    Those triggers hold for the owner of the tables too, but a session's setting can switch them off
    (`pgtrigger.ignore`); rights cannot be switched off.
    """
    found = {CONTEXTS: frozenset({"UPDATE", "DELETE"})}
    for model in apps.get_models():
        refused: set[str] = set()
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, pgtrigger.Protect):
                refused |= {word for word in ("UPDATE", "DELETE") if word in str(trigger.operation)}
        if refused:
            found[model._meta.db_table] = frozenset(refused)
    found[BY_TRIGGER] |= {"INSERT"}
    return found


def list_changing() -> dict[str, list[str]]:
    """Return which columns may still change, by table, where only some of a row's are kept for good."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models():
        for trigger in getattr(model._meta, "triggers", ()):
            if isinstance(trigger, pgtrigger.ReadOnly) and trigger.fields:
                kept = set(trigger.fields)
                found[model._meta.db_table] = [
                    str(field.column) for field in model._meta.concrete_fields if field.name not in kept
                ]
    return found


def list_gaps() -> list[str]:
    """Return what the role that is connected right now could do to rows that are kept for good.

    Who makes temporary tables can hide a change: a trigger would note it in one of the audit's name.
    """
    with connection.cursor() as cursor:
        gaps = []
        for table, refused in sorted(list_protected().items()):
            for right in sorted(refused | {"TRUNCATE"}):
                cursor.execute(_MAY, [table, table, right])
                if cursor.fetchone()[0]:
                    gaps.append(f"{right} {table}")
        cursor.execute(_MAY_HIDE)
        if cursor.fetchone()[0]:
            gaps.append("TEMPORARY tables")
    return gaps
