"""Messages about visits that wait because of what the desk did: for the minutes of undo, or for morning."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bookings.life_cycle import UNDO
from clinic.models import OutboxMessage

SUBJECT = "visit"
"""What the outbox calls an appointment."""

KNOWN = "known"
"""The fact of a message that waits: what its patient knows of the visit until it leaves; None for nothing."""


@dataclass(frozen=True)
class Waiting:
    """A message that waits: its kind, when it leaves (aware UTC), and whether it waits for the morning."""

    kind: str
    leaves_at: datetime
    is_for_morning: bool


def find_waiting(appointment_id: UUID) -> Waiting | None:
    """Return the message that waits about a visit, or None. One query."""
    return list_waiting([appointment_id]).get(appointment_id)


def list_waiting(appointment_ids: Collection[UUID]) -> dict[UUID, Waiting]:
    """Return the message that waits about each of these visits, if one does. One query."""
    rows = OutboxMessage.objects.filter(
        subject_type=SUBJECT,
        subject_id__in=appointment_ids,
        status=OutboxMessage.Status.WAITING,
        attempts=0,
        facts__has_key=KNOWN,
    )
    return {
        row.subject_id: Waiting(row.kind, row.send_after_at, row.send_after_at - row.created_at > UNDO)
        for row in rows.order_by("version", "pk")
    }
