"""A few words from the front desk to a patient, by e-mail."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinic.models import OutboxMessage, User
from clinic.queries.places import get_clinic
from clinic.services import outbox
from clinic.services.letters import Letter
from patients.models import DeskMessage, Patient
from patients.queries.vault import get_vault_of
from patients.services.vault import ensure_vault

SUBJECT = "desk_message"
KIND = "desk_message"


class NoAddress(Exception):
    """The patient has no e-mail."""

    def __str__(self) -> str:
        return _("There is no email for this patient. Please call.")


class AlreadyGone(Exception):
    """The message has left, or was taken back before."""

    def __str__(self) -> str:
        return _("There is nothing to undo any more.")


def send_desk_message(
    *, message_id: UUID, patient: Patient, words: str, by: User, now: datetime, delay: timedelta
) -> DeskMessage:
    """Write a message that leaves after `delay`. The same id twice is one message, the first one.

    :raises NoAddress: if the patient has no e-mail.
    :raises clinic.sealing.Unreadable: if the patient's key does not open.
    """
    if not patient.email:
        raise NoAddress
    message = DeskMessage(id=message_id, patient=patient, by=by, at=now)
    message.sealed = ensure_vault(patient.pk).seal(words, patient_id=patient.pk, row=message)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
            outbox.post(
                subject_type=SUBJECT,
                subject_id=message.pk,
                kind=KIND,
                version=1,
                to=patient.email,
                language=patient.language,
                facts={},
                now=now,
                delay=delay,
            )
    except IntegrityError:
        return DeskMessage.objects.get(pk=message_id)
    return message


def take_back_message(*, message_id: UUID, patient: Patient, now: datetime) -> None:
    """Take back a message of this patient that still waits; it never leaves.

    :raises DeskMessage.DoesNotExist: if there is none.
    :raises AlreadyGone: if it has left, or is leaving at this moment.
    """
    with transaction.atomic():
        message = DeskMessage.objects.select_for_update().get(pk=message_id, patient=patient)
        waiting = OutboxMessage.objects.filter(
            subject_type=SUBJECT, subject_id=message.pk, status=OutboxMessage.Status.WAITING, attempts=0
        )
        if not waiting.update(status=OutboxMessage.Status.DROPPED):
            raise AlreadyGone
        message.taken_back_at = now
        message.save(update_fields=["taken_back_at"])


def write_letter(message: OutboxMessage) -> Letter:
    """Return the mail of a desk message; its words stand in its own row only, sealed."""
    row = DeskMessage.objects.get(pk=message.subject_id)
    words = get_vault_of([row.sealed]).open_words(row.sealed, row=row)
    clinic = get_clinic()
    subject = _("A message from %(clinic)s") % {"clinic": clinic.name}
    phone = clinic.phone
    return Letter(
        subject,
        {
            "words": words,
            "phone": phone.as_international if phone else "",
            "phone_link": str(phone) if phone else "",
        },
    )
