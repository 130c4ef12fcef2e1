"""The link on which a young person answers some questions alone (clinical.md 5.4)."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from clinic.tokens import derive_token, hash_token
from patients.models import FormLink, Patient
from patients.queries.private_links import find_open_link

PURPOSE = "form"
LINK_LIVES = timedelta(days=7)


def make_private_link(*, patient: Patient, now: datetime) -> FormLink:
    """Return the link that opens a patient's private questions: the one there is, or a new one for 7 days.

    Only its hash is stored. One transaction.
    """
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        known = find_open_link(patient, now=now)
        if known is not None:
            return known
        link_id = uuid.uuid4()
        return FormLink.objects.create(
            id=link_id,
            patient=patient,
            purpose=FormLink.Purpose.PRIVATE,
            token_hash=hash_token(derive_token(PURPOSE, link_id)),
            expires_at=now + LINK_LIVES,
        )


def token_of(link: FormLink) -> str:
    """Return a link's token, 43 characters."""
    return derive_token(PURPOSE, link.id, stored=link.token_hash)
