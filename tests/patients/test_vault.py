"""Each patient's answers open with their own key, in their own row."""

import threading

import pytest
from django.db import connection

from clinic.sealing import Unreadable
from patients.models import DataKey, Draft, Patient
from patients.queries.vault import get_vault
from patients.services.vault import ensure_vault
from tests.factories import PatientFactory

ANSWERS = {"k_keloid_personal": "yes", "ก": [1, None]}


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


@pytest.mark.django_db
def test_vault_opens_what_it_sealed(patient: Patient) -> None:
    vault, row = ensure_vault(patient.pk), Draft(patient=patient)

    sealed = vault.seal(ANSWERS, patient_id=patient.pk, row=row)

    assert get_vault([patient.pk]).open(sealed, patient_id=patient.pk, row=row) == ANSWERS


@pytest.mark.django_db
def test_vault_opens_nothing_that_was_moved_to_another_row_or_person(patient: Patient) -> None:
    other = PatientFactory.create()
    vault, row = ensure_vault(patient.pk), Draft(patient=patient)
    ensure_vault(other.pk)
    sealed = vault.seal(ANSWERS, patient_id=patient.pk, row=row)
    both = get_vault([patient.pk, other.pk])

    for whose, where in [(patient, Draft(patient=patient)), (other, row)]:
        with pytest.raises(Unreadable):
            both.open(sealed, patient_id=whose.pk, row=where)


@pytest.mark.django_db
def test_destroying_the_key_makes_everything_unreadable(patient: Patient) -> None:
    vault, row = ensure_vault(patient.pk), Draft(patient=patient)
    sealed = vault.seal(ANSWERS, patient_id=patient.pk, row=row)

    DataKey.objects.filter(patient=patient).delete()
    ensure_vault(patient.pk)

    with pytest.raises(Unreadable):
        get_vault([patient.pk]).open(sealed, patient_id=patient.pk, row=row)


@pytest.mark.django_db
def test_digest_follows_the_answers_and_the_key(patient: Patient) -> None:
    vault, other = ensure_vault(patient.pk), PatientFactory.create()
    digest = vault.digest(ANSWERS, patient_id=patient.pk)

    assert digest == vault.digest(dict(reversed(ANSWERS.items())), patient_id=patient.pk)
    assert digest != vault.digest(ANSWERS | {"k_hsv": "now"}, patient_id=patient.pk)
    assert digest != ensure_vault(other.pk).digest(ANSWERS, patient_id=other.pk)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_key(patient: Patient) -> None:
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        ensure_vault(patient.pk)
        connection.close()

    crew = [threading.Thread(target=make) for _number in range(8)]
    for member in crew:
        member.start()
    for member in crew:
        member.join()

    assert DataKey.objects.filter(patient=patient).count() == 1
