"""Urgent alerts that nobody took on, with what was said: for clinicians and nurses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.models import User
from clinic.sealing import Unreadable
from patients.models import UrgentAlert
from patients.queries.care_team import of_care_team
from patients.queries.forms_to_read import latest_versions
from patients.queries.vault import get_vault
from patients.rule_book import UrgentRule, load_rule_book


@dataclass(frozen=True)
class OpenAlert:
    """An alert with the rule that was met, None if it cannot be opened, and the patient's latest form."""

    row: UrgentAlert
    rule: UrgentRule | None
    form_id: UUID | None


def list_open_alerts(user: User, *, now: datetime) -> list[UrgentAlert]:
    """Return the alerts of somebody's patients that nobody took on, oldest first; still sealed.

    One query, and one for the shifts of who is not in the review pool.
    """
    open_now = UrgentAlert.objects.filter(acknowledged_at=None)
    rows = of_care_team(open_now, user, now).select_related("patient")
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
