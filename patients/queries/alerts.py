"""Urgent alerts that nobody took on, with what was said: for clinicians and nurses."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from patients.models import UrgentAlert
from patients.queries.forms_to_read import latest_versions
from patients.queries.vault import get_vault
from patients.rule_book import UrgentRule, load_rule_book


@dataclass(frozen=True)
class OpenAlert:
    """An alert with the rule that was met, and the patient's latest form, if one was sent."""

    row: UrgentAlert
    rule: UrgentRule
    form_id: UUID | None


def list_open_alerts() -> list[UrgentAlert]:
    """Return the alerts nobody took on, oldest first, with their patients; still sealed. One query."""
    rows = UrgentAlert.objects.filter(acknowledged_at=None).select_related("patient")
    return list(rows.order_by("raised_at", "pk"))


def wants_call(patient_id: UUID) -> bool:
    """Say whether a patient asked to be called and nobody has taken that on. One query."""
    return UrgentAlert.objects.filter(
        patient=patient_id, acknowledged_at=None, call_wanted_at__isnull=False
    ).exists()


def open_alerts(rows: list[UrgentAlert]) -> list[OpenAlert]:
    """Return alerts with what was said. Two queries.

    :raises clinic.sealing.Unreadable: if one cannot be opened.
    """
    ids = {row.patient_id for row in rows}
    vault = get_vault(ids)
    rules: Mapping[str, UrgentRule] = {rule.id: rule for rule in load_rule_book().urgent}
    latest = latest_versions().filter(patient__in=ids).values_list("patient", "pk")
    forms: dict[UUID, UUID] = dict(latest)
    return [
        OpenAlert(
            row,
            rules[vault.open(row.sealed, patient_id=row.patient_id, row=row)["rule"]],
            forms.get(row.patient_id),
        )
        for row in rows
    ]
