"""Handing a patient's form to the clinic's tablet, once, and taking it back."""

import secrets
import uuid
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clinic.models import User
from clinic.tokens import derive_letters, derive_token, hash_letters, hash_token
from patients.models import Patient, TabletPass
from patients.queries.tablets import IDLE, PURPOSE, SCAN_WITHIN

End = TabletPass.End


class PassGone(Exception):
    """The pass was opened elsewhere, is over, or its ten minutes are."""


def make_pass(*, patient: Patient, holder: TabletPass.Holder, by: User, now: datetime) -> TabletPass:
    """Make a pass that opens a patient's form on one tablet; any earlier one ends. One transaction.

    `holder` is who will hold the tablet: only the patient is asked private questions.
    """
    with transaction.atomic():
        Patient.objects.select_for_update().get(pk=patient.pk)
        _end(TabletPass.objects.filter(patient=patient, ended_at=None), End.REPLACED, now)
        pass_id = uuid.uuid4()
        return TabletPass.objects.create(
            id=pass_id,
            patient=patient,
            holder=holder,
            token_hash=hash_token(derive_token(PURPOSE, pass_id)),
            code_hash=hash_letters(PURPOSE, derive_letters(PURPOSE, pass_id)),
            made_by=by,
            made_at=now,
            scan_before_at=now + SCAN_WITHIN,
        )


def open_pass(*, pass_id: UUID, now: datetime) -> str:
    """Open a pass in one browser and return the secret by which that browser is known, 43 characters.

    Of two at once one wins: the row is changed only while nobody has opened it.

    :raises PassGone: if somebody has, if it is over, or if its time to be opened is.
    """
    secret = secrets.token_urlsafe(32)
    alive = Patient.objects.filter(archived_at=None)  # no join: whoever waited for the row looks at it again
    waiting = TabletPass.objects.filter(
        pk=pass_id, opened_at=None, ended_at=None, scan_before_at__gt=now, patient__in=alive
    )
    if not waiting.update(opened_at=now, active_at=now, browser_hash=hash_token(secret)):
        raise PassGone
    return secret


def note_use(*, pass_id: UUID, at: datetime) -> None:
    """Note when somebody used a tablet: its ten minutes begin then. Nothing brings back one that is over."""
    alive = TabletPass.objects.filter(pk=pass_id, ended_at=None, active_at__gt=at - IDLE)
    alive.filter(active_at__lt=at).update(active_at=at)


def end_pass(*, pass_id: UUID, why: TabletPass.End, now: datetime) -> bool:
    """End a pass for good; False if it had ended before. Whoever still holds the tablet opens nothing."""
    return _end(TabletPass.objects.filter(pk=pass_id, ended_at=None), why, now)


def token_of(found: TabletPass) -> str:
    """Return the token that the QR code of a pass holds, 43 characters."""
    return derive_token(PURPOSE, found.pk, stored=found.token_hash)


def letters_of(found: TabletPass) -> str:
    """Return the letters to type where nothing can be scanned, such as "BCDF-GHJK"."""
    letters = derive_letters(PURPOSE, found.pk)
    return f"{letters[:4]}-{letters[4:]}"


def _end(passes: QuerySet[TabletPass], why: TabletPass.End, now: datetime) -> bool:
    return passes.update(ended_at=now, ended_by=why) > 0
