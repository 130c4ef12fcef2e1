"""What was agreed to, by purpose: its history, and taking it back, which holds at once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from clinic.models import Role
from patients.models import Consent, Draft, Patient, Photo
from patients.queries.consents import CAN_BE_TAKEN_BACK, has_consent, list_consents, list_taken_back
from patients.queries.health_forms import open_draft
from patients.queries.photos import path_of
from patients.services.consents import withdraw_consent
from patients.services.drafts import Writer
from patients.services.photos import NoPhotoConsent
from patients.services.refusals import NoConsent
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.forms import CONSENT, NOW, save, send_case
from tests.patients.open_cases import TODAY
from tests.patients.photo_pages import keep_photo, send_with_photos

pytestmark = pytest.mark.django_db
Purpose = Consent.Purpose
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return tmp_path


@pytest.fixture
def patient() -> Patient:
    patient = PatientFactory.create(account=UserFactory.create())
    send_case(patient, a_photo_care=True, a_photo_marketing=True, a_cross_border=True)
    return patient


def withdraw(patient: Patient, purpose: Consent.Purpose) -> bool:
    return withdraw_consent(
        patient=patient,
        purpose=purpose,
        writer=Writer(patient.account),
        reference_date=TODAY,
        now=NOW,
    )


@pytest.mark.parametrize("purpose", CAN_BE_TAKEN_BACK)
def test_a_yes_is_taken_back_and_stays_in_the_history(patient: Patient, purpose: Consent.Purpose) -> None:
    assert has_consent(patient.pk, purpose)

    assert withdraw(patient, purpose)

    assert not has_consent(patient.pk, purpose)
    (state,) = [state for state in list_consents(patient.pk) if state.purpose == purpose]
    assert [word.is_given for word in state.history] == [False, True]
    assert state.was_taken_back
    assert [word.purpose for word in list_taken_back(patient.pk)] == [purpose]
    assert open_draft(patient).answers[purpose.value] is False
    assert not withdraw(patient, purpose)
    assert Consent.objects.filter(patient=patient, purpose=purpose).count() == 2


def test_new_answers_are_refused_until_it_is_given_again(patient: Patient) -> None:
    withdraw(patient, Purpose.HEALTH_DATA)

    with pytest.raises(NoConsent):
        save(patient, 10**6, x_words="New")
    save(patient, 10**6, **CONSENT)
    save(patient, 10**6, x_words="New")

    assert has_consent(patient.pk, Purpose.HEALTH_DATA)


def test_without_consent_to_photos_the_unsent_go_and_no_new_one_comes(patient: Patient) -> None:
    sent = send_with_photos(patient, "front")
    loose = keep_photo(patient, "left_45", now=LATER)

    withdraw(patient, Purpose.PHOTO_CARE)

    assert list(Photo.objects.all()) == sent
    assert path_of(sent[0].pk).is_file()
    with pytest.raises(NoPhotoConsent):
        keep_photo(patient)
    assert loose not in Photo.objects.all()


def test_a_notice_that_was_read_is_not_taken_back(patient: Patient) -> None:
    assert not withdraw(patient, Purpose.PRIVACY_NOTICE)
    assert list_taken_back(patient.pk) == []


def test_a_yes_without_a_form_is_taken_back_too() -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    Consent.objects.create(
        patient=patient, purpose=Purpose.PHOTO_OUTSIDE_CARE, is_given=True, notice="t", at=NOW
    )

    assert withdraw(patient, Purpose.PHOTO_OUTSIDE_CARE)

    assert not has_consent(patient.pk, Purpose.PHOTO_OUTSIDE_CARE)
    assert not Draft.objects.exists()


def test_the_doctor_sees_what_was_taken_back(patient: Patient, client: Client) -> None:
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))
    page = f"/review/forms/{patient.versions.get().pk}/"
    assert "Taken back on" not in client.get(page).content.decode()

    withdraw(patient, Purpose.HEALTH_DATA)

    assert "Taken back on" in client.get(page).content.decode()
