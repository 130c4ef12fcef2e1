"""Ten thousand records under one key, some of them with accounts that read and save their form."""

import os
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from clinic.key_ring import get_key_ring
from clinic.models import User
from clinic.sealing import Unreadable, new_key
from patients.models import DataKey, Draft, Patient
from patients.queries.vault import get_vault, key_place
from patients.services.drafts import Writer, save_answers
from patients.versions import CURRENT
from tests.calendars import make_calendar

AGREED: dict[str, Any] = {"a_privacy_notice": True, "a_health_data_consent": True}
ANSWER = {"k_keloid_personal": "yes"}
AT_ONCE = 2_000


def make_records(count: int, readers: int) -> list[tuple[UUID, dict[str, str]]]:
    """Make so many patients with sealed drafts; return some with the cookies of their account's browser."""
    make_calendar()
    patients = [Patient(name=f"Patient {number}", language="en") for number in range(count)]
    Patient.objects.bulk_create(patients, batch_size=AT_ONCE)
    keys = [DataKey(patient=patient) for patient in patients]
    for key in keys:
        key.ring_key, key.wrapped = get_key_ring().wrap(new_key(), place=key_place(key))
    DataKey.objects.bulk_create(keys, batch_size=AT_ONCE)
    now = timezone.now()
    for begin in range(0, count, AT_ONCE):
        some = patients[begin : begin + AT_ONCE]
        vault = get_vault([patient.pk for patient in some])
        drafts = [
            Draft(patient=patient, questionnaire=CURRENT, revision=1, started_at=now, changed_at=now)
            for patient in some
        ]
        for draft in drafts:
            draft.sealed = vault.seal({"answers": ANSWER}, patient_id=draft.patient_id, row=draft)
        Draft.objects.bulk_create(drafts[: len(drafts) - readers] if begin == 0 else drafts)
    with_forms = patients[min(AT_ONCE, count) - readers : min(AT_ONCE, count)]
    return [(patient.pk, _sign_in(patient)) for patient in with_forms]


def _sign_in(patient: Patient) -> dict[str, str]:
    """Give a patient an account with a form that is begun; return the cookies of a browser."""
    user = User.objects.create_user(f"{patient.pk}@example.com", email_verified_at=timezone.now())
    Patient.objects.filter(pk=patient.pk).update(account=user)
    patient.account = user
    save_answers(
        patient=patient,
        changes=AGREED,
        seen_revision=0,
        writer=Writer(user),
        reference_date=timezone.now().date(),
        now=timezone.now(),
    )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: str(session.session_key)}


def count_unreadable(ring: str) -> int:
    """Return how many drafts do not open by a ring."""
    settings.NUAN_KEYS = os.environ["NUAN_KEYS"] = ring
    unreadable = 0
    ids = list(Draft.objects.order_by("pk").values_list("patient_id", flat=True))
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        vault = get_vault(some)
        for draft in Draft.objects.filter(patient__in=some).order_by("pk"):
            try:
                vault.open(draft.sealed, patient_id=draft.patient_id, row=draft)
            except Unreadable:
                unreadable += 1
    return unreadable
