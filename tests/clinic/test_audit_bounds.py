"""Rows of the audit whose time or number would break whoever reads the chain or its page."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from clinic.models import AuditCheck, ChangeRecord, ReadRecord, SecurityEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROWS: dict[type[models.Model], dict[str, Any]] = {
    ReadRecord: {"action": "opened", "subject_type": "form", "subject_ids": [], "patient_ids": []},
    SecurityEvent: {"kind": "denied"},
    ChangeRecord: {"table_name": "clinic_site", "row_id": "1", "operation": "update", "columns": ["name"]},
    AuditCheck: {"links": 1, "rows": 1, "head": "1:00"},
}

COPY = """
INSERT INTO {table}
SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(row) || %s::jsonb)).* FROM {table} AS row
"""


def refusal_of(model: type[models.Model], change: str) -> str:
    """Add a row, and a copy of it with one column changed; return what Postgres says to the copy."""
    model._base_manager.create(at=NOW, **ROWS[model])
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(COPY.format(table=model._meta.db_table), [change])
    except IntegrityError as fault:
        return str(fault)
    return ""


@pytest.mark.parametrize("model", ROWS)
@pytest.mark.parametrize(
    "change", ['{"id": 900, "at": "infinity"}', '{"id": 900, "at": "-infinity"}', '{"id": 0}', '{"id": -5}']
)
def test_no_row_of_the_audit_is_out_of_bounds(model: type[models.Model], change: str) -> None:
    assert f'"{model._meta.db_table}_bounds"' in refusal_of(model, change)


@pytest.mark.parametrize("model", ROWS)
def test_without_its_bounds_a_row_could_be_out_of_them(model: type[models.Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_bounds")

    assert refusal_of(model, '{"id": 0, "at": "infinity"}') == ""
