"""What was sent to a person, and waits to be sent: when, about what, and how it went; never the words of a
clinician.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.queries.waiting import SUBJECT as VISIT
from clinic.models import OutboxMessage
from clinic.sealing import Unreadable
from patients.models import DeskMessage, Patient, PatientMessage
from patients.queries.vault import Vault, get_vault_of

DESK, CLINICIAN = "desk_message", "patient_message"
"""What the outbox calls a message of the desk, and one of a clinician."""

SHOWN = 30
VISITS = 60
"""Visits whose messages are looked for, latest first."""


@dataclass(frozen=True)
class Sent:
    """One message: the outbox's row, and the desk's with its words if it is one of the desk's.

    `words` is None if they cannot be opened.
    """

    row: OutboxMessage
    desk: DeskMessage | None = None
    words: str | None = None

    @property
    def may_be_taken_back(self) -> bool:
        """Whether it is the desk's, and has not begun to leave."""
        return self.desk is not None and self.is_waiting and not self.row.attempts

    @property
    def is_waiting(self) -> bool:
        """Whether it has not left yet."""
        return self.row.status == OutboxMessage.Status.WAITING

    @property
    def at(self) -> datetime:
        """When it left, or is due to leave; of one that never left, when it was written."""
        if self.is_waiting:
            return self.row.send_after_at
        return self.row.sent_at or self.row.created_at


def list_messages_to(patient: Patient) -> list[Sent]:
    """Return the newest messages to a person, oldest first. Five queries."""
    booked = Appointment.objects.filter(patient=patient).exclude(status__in=[Status.HELD, Status.EXPIRED])
    visit_ids = list(booked.order_by("-starts_at", "pk").values_list("pk", flat=True)[:VISITS])
    from_desk = {
        message.pk: message
        for message in DeskMessage.objects.filter(patient=patient)
        .select_related("by")
        .order_by("-at", "pk")[:SHOWN]
    }
    from_clinicians = list(
        PatientMessage.objects.filter(patient=patient)
        .order_by("-sent_at", "pk")
        .values_list("pk", flat=True)[:SHOWN]
    )
    rows = OutboxMessage.objects.filter(
        Q(subject_type=VISIT, subject_id__in=visit_ids)
        | Q(subject_type=DESK, subject_id__in=from_desk)
        | Q(subject_type=CLINICIAN, subject_id__in=from_clinicians)
    ).order_by("-created_at", "pk")[:SHOWN]
    vault = get_vault_of(message.sealed for message in from_desk.values())
    return [_sent(row, from_desk.get(row.subject_id), vault) for row in reversed(rows)]


def _sent(row: OutboxMessage, desk: DeskMessage | None, vault: Vault) -> Sent:
    words = None
    if desk is not None:
        with suppress(Unreadable):
            words = vault.open_words(desk.sealed, row=desk)
    return Sent(row, desk, words)
