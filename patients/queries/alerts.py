"""Urgent alerts that nobody took on, with what was said: for clinicians and nurses."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from clinic.sealing import Unreadable
from patients.models import UrgentAlert
from patients.queries.forms_to_read import latest_versions
from patients.queries.vault import get_vault
from patients.rule_book import UrgentRule, load_rule_book


@dataclass(frozen=True)
class OpenAlert:
    """An alert with the rule that was met, None if it cannot be opened, and the patient's latest form."""

    row: UrgentAlert
    rule: UrgentRule | None
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
    """Return alerts with what was said; one that is damaged or erased hides no other. Two queries."""
    ids = {row.patient_id for row in rows}
    vault = get_vault(ids)
    rules: Mapping[str, UrgentRule] = {rule.id: rule for rule in load_rule_book().urgent}
    latest = latest_versions().filter(patient__in=ids).values_list("patient", "pk")
    forms: dict[UUID, UUID] = dict(latest)

    def rule_of(row: UrgentAlert) -> UrgentRule | None:
        try:
            return rules.get(vault.open(row.sealed, patient_id=row.patient_id, row=row)["rule"])
        except Unreadable:
            return None

    return [OpenAlert(row, rule_of(row), forms.get(row.patient_id)) for row in rows]
