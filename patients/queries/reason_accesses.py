"""Records that were opened with a reason, for the owner: who, when, whose and why, and nothing in them."""

from dataclasses import dataclass
from datetime import datetime

from clinic.sealing import Unreadable
from patients.models import ReasonAccess
from patients.queries.vault import Vault, get_vault


@dataclass(frozen=True)
class OpenedRecord:
    """One record that was opened, with the reason as it was typed; None if it cannot be opened any more."""

    row: ReasonAccess
    reason: str | None

    def is_open(self, now: datetime) -> bool:
        """Whether the record is open to that person at an instant."""
        return self.row.ends_at > now


def list_opened(start: datetime, end: datetime) -> list[OpenedRecord]:
    """Return what was opened from `start` until before `end`, newest first. Two queries."""
    rows = ReasonAccess.objects.filter(opened_at__gte=start, opened_at__lt=end)
    found = list(rows.select_related("patient", "user", "looked_by").order_by("-opened_at", "pk"))
    vault = get_vault([row.patient_id for row in found])
    return [OpenedRecord(row, _reason_of(row, vault)) for row in found]


def count_to_look_at() -> int:
    """Return how many of them no owner has looked at. One query."""
    return ReasonAccess.objects.filter(looked_at=None).count()


def _reason_of(row: ReasonAccess, vault: Vault) -> str | None:
    try:
        return str(vault.open(row.sealed, patient_id=row.patient_id, row=row))
    except Unreadable:
        return None
