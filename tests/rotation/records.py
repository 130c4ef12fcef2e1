"""Ten thousand records under one key, some with photos, some with accounts that read and save their form."""

import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.utils import timezone

from clinic.key_ring import get_key_ring
from clinic.models import User
from clinic.sealing import Unreadable, new_key
from patients.models import DataKey, Draft, Patient, Photo
from patients.queries.photos import FILE, path_of, read_photo
from patients.queries.vault import get_vault, key_place, place_of
from patients.services.drafts import Writer, save_answers
from patients.services.vault import ensure_vault
from patients.versions import CURRENT
from tests.signing_in import force_login

AGREED: dict[str, Any] = {"a_privacy_notice": True, "a_health_data_consent": True}
ANSWER = {"k_keloid_personal": "yes"}
AT_ONCE = 2_000


@dataclass(frozen=True)
class Reader:
    """A patient with an account: whose form, the cookies of their browser, and a photo of theirs."""

    patient_id: UUID
    cookies: dict[str, str]
    photo_id: UUID


def use_ring(ring: str) -> None:
    """Let this process, and those it starts, use a key ring."""
    settings.NUAN_KEYS = os.environ["NUAN_KEYS"] = ring


def make_records(count: int, readers: int, photos: int) -> list[Reader]:
    """Make so many patients with sealed drafts, so many photos; return patients who read and save."""
    patients = [Patient(name=f"Patient {number}", language="en") for number in range(count)]
    Patient.objects.bulk_create(patients, batch_size=AT_ONCE)
    keys = [DataKey(patient=patient) for patient in patients]
    for key in keys:
        key.ring_key, key.wrapped = get_key_ring().wrap(new_key(), place=key_place(key))
    DataKey.objects.bulk_create(keys, batch_size=AT_ONCE)
    for begin in range(readers, count, AT_ONCE):
        _make_drafts(patients[begin : begin + AT_ONCE])
    kept = [keep_photo(patient) for patient in patients[: max(photos, readers)]]
    return [
        Reader(patient.pk, _sign_in(patient), photo.pk)
        for patient, photo in zip(patients[:readers], kept, strict=False)
    ]


def make_late_key(ring: str) -> UUID:
    """Make a patient with a sealed draft as a process with another ring does; return the patient's id."""
    own = settings.NUAN_KEYS
    patient = Patient.objects.create(name="Late", language="en")
    settings.NUAN_KEYS = ring
    try:
        _make_drafts([patient])
    finally:
        settings.NUAN_KEYS = own
    return patient.pk


def keep_photo(patient: Patient) -> Photo:
    """Keep a sealed file as a photo of a patient. It is no picture: only whether it opens is asked."""
    about = {"width": 1, "height": 1, "size": 1, "brightness": 1, "sharpness": 1}
    photo = Photo(patient=patient, view=Photo.View.FRONT, uploaded_at=timezone.now(), **about)
    path = path_of(photo.pk)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = ensure_vault(patient.pk)
    path.write_bytes(vault.seal_bytes(b"photo" * 40_000, patient_id=patient.pk, place=place_of(photo, FILE)))
    photo.save(force_insert=True)
    return photo


def count_unreadable(ring: str) -> int:
    """Return how many drafts and photos do not open by a ring."""
    use_ring(ring)
    ids = list(Patient.objects.order_by("pk").values_list("pk", flat=True))
    return sum(_count_unreadable_of(ids[begin : begin + AT_ONCE]) for begin in range(0, len(ids), AT_ONCE))


def _count_unreadable_of(ids: list[UUID]) -> int:
    vault, unreadable = get_vault(ids), 0
    for draft in Draft.objects.filter(patient__in=ids).order_by("pk"):
        try:
            vault.open(draft.sealed, patient_id=draft.patient_id, row=draft)
        except Unreadable:
            unreadable += 1
    for photo in Photo.objects.filter(patient__in=ids).order_by("pk"):
        try:
            read_photo(photo, vault)
        except Unreadable:
            unreadable += 1
    return unreadable


def _make_drafts(patients: list[Patient]) -> None:
    now = timezone.now()
    vaults = get_vault([patient.pk for patient in patients])
    drafts = [
        Draft(patient=patient, questionnaire=CURRENT, revision=1, started_at=now, changed_at=now)
        for patient in patients
    ]
    for draft in drafts:
        vault = vaults if draft.patient_id in vaults.keys else ensure_vault(draft.patient_id)
        draft.sealed = vault.seal({"answers": ANSWER}, patient_id=draft.patient_id, row=draft)
    Draft.objects.bulk_create(drafts)


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
    client = Client()
    force_login(client, user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
