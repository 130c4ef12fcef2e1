"""Sealing what is written beside visits, with the data key of whose visit it is."""

from contextlib import suppress

from bookings.models import Appointment
from clinic.sealing import Unreadable
from patients.services.vault import ensure_vault


def set_note(visit: Appointment, words: str) -> None:
    """Put the desk's note on a visit; the caller saves it.

    :raises clinic.sealing.Unreadable: if the patient's key does not open.
    """
    visit.sealed_desk_note = _sealed(visit, words, "sealed_desk_note")


def set_cancel_reason(visit: Appointment, words: str) -> None:
    """Put on a visit why it is cancelled; the caller saves it. Without a key that opens nothing is kept.

    Whoever cancels must be able to: that the time is free counts for more than the reason.
    """
    visit.sealed_cancel_reason = None
    with suppress(Unreadable):
        visit.sealed_cancel_reason = _sealed(visit, words, "sealed_cancel_reason")


def _sealed(visit: Appointment, words: str, field: str) -> bytes | None:
    if not words or visit.patient_id is None:
        return None
    return ensure_vault(visit.patient_id).seal(words, patient_id=visit.patient_id, row=visit, field=field)
