"""Markup in every word there is: what a page shows of it must be text."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

PAYLOAD = "\"'><img src=x onerror=z()>"
RAW = "<img src=x onerror"
AS_TEXT = "&lt;img src=x onerror"
NAMES = ("bookings", "patients", "clinic")
FACTS = ("code", "slug", "zone", "country", "currency", "language", "password", "status", "kind", "version")
ALSO = ("phone", "mode", "hash", "fingerprint", "ring_key", "digest")


def poison_everything() -> list[str]:
    """Write markup into every free text of every table that takes it; return the names of those columns."""
    fields = [field for label in NAMES for model in apps.get_app_config(label).get_models()
              for field in model._meta.concrete_fields]  # fmt: skip
    return [f"{field.model.__name__}.{field.name}" for field in fields if is_free(field) and poison(field)]


def is_free(field: Any) -> bool:
    """Say whether people write a field in words of their own."""
    text = isinstance(field, (models.CharField, models.TextField, models.JSONField))
    return text and not field.choices and not field.primary_key and not field.name.endswith((*FACTS, *ALSO))


def poison(field: Any) -> bool:
    """Write it into a column, where it already holds something; say whether the table took it."""
    table, column = (connection.ops.quote_name(name) for name in (field.model._meta.db_table, field.column))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if isinstance(field, models.JSONField):
                both = "jsonb_build_object('en', %s::text, 'th', %s::text)"
                where = f"WHERE jsonb_typeof({column}) = 'object' AND {column} ? 'en'"
                cursor.execute(f"UPDATE {table} SET {column} = {both} {where}", [PAYLOAD, PAYLOAD])
            else:
                cursor.execute(f"UPDATE {table} SET {column} = %s", [PAYLOAD])
            return bool(cursor.rowcount > 0)
    except DatabaseError:
        return False


def markup_in(answer: Any) -> Iterator[str]:
    """Yield where markup stands in a page as markup."""
    if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        html = answer.content.decode()
        if RAW in html:
            begins = html.index(RAW)
            yield html[max(0, begins - 100) : begins + 40]
