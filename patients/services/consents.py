"""Taking back what was agreed to. It takes effect with the commit: every use asks `has_consent` before."""

from datetime import date, datetime

from django.db import transaction

from patients.models import Consent, Draft, Patient
from patients.queries.consents import CAN_BE_TAKEN_BACK, has_consent
from patients.queries.photos import list_photos, was_sent
from patients.services.drafts import Writer, save_answers
from patients.services.photos import remove_photo
from patients.versions import CURRENT


def withdraw_consent(
    *, patient: Patient, purpose: Consent.Purpose, writer: Writer, reference_date: date, now: datetime
) -> bool:
    """Take back a yes; return whether there was one. One transaction.

    The answer in the form changes with it, so that the form asks again and takes nothing before. Without
    consent to photos in the record, those that were never sent are destroyed; what is in the record stays as
    law has it.
    """
    if purpose not in CAN_BE_TAKEN_BACK:
        return False
    with transaction.atomic():
        list(Draft.objects.select_for_update().filter(patient=patient))
        if not has_consent(patient.pk, purpose):
            return False
        if Draft.objects.filter(patient=patient).exists():
            save_answers(
                patient=patient,
                changes={purpose.value: False},
                seen_revision=0,
                writer=writer,
                reference_date=reference_date,
                now=now,
                overwrite=True,
            )
        if has_consent(patient.pk, purpose):
            Consent.objects.create(
                patient=patient, purpose=purpose, is_given=False, notice=CURRENT, at=now, by=writer.user
            )
        if purpose == Consent.Purpose.PHOTO_CARE:
            for photo in list_photos(patient.pk):
                if not was_sent(photo):
                    remove_photo(photo=photo, now=now)
        return True
