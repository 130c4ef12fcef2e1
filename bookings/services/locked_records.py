"""Opening what law keeps of an erased record, for a court or an authority that demands it."""

from datetime import datetime
from typing import Any

from bookings.queries.own_data import describe_all
from clinic.services.audit import Action, Reader, record_read
from patients.models import LockedRecord
from patients.queries.vault import get_vault
from patients.services.erasing import reference_of


class LockedAway(Exception):
    """There is no such locked record, or nobody said why it is to be opened."""


def open_locked(*, reference: str, reason: str, now: datetime) -> dict[str, Any]:
    """Return a locked record as a copy would hold it, with the name that was sealed beside it.

    It is written down first, with the reason.

    :raises LockedAway: if there is none of this reference, or more than one, or no reason.
    :raises Unreadable: if its key is gone.
    """
    if not reason.strip():
        raise LockedAway("Say why it is opened.")
    found = [
        row
        for row in LockedRecord.objects.select_related("patient").order_by("pk")
        if reference_of(row.patient_id) == reference.strip().upper()
    ]
    if len(found) != 1:
        raise LockedAway("There is no locked record of this reference.")
    row, patient = found[0], found[0].patient
    record_read(
        reader=Reader(None),
        action=Action.EXPORTED,
        subject_type="locked_record",
        subject_ids=[patient.pk],
        patient_ids=[patient.pk],
        now=now,
        reason=reason,
    )
    vault = get_vault([patient.pk])
    who = vault.open(row.sealed, patient_id=patient.pk, row=row)
    return {"who": who, **describe_all(patient, vault, language="en", leaves_out_private=False, now=now)}
