"""Who came by a reason has their hour and no more, whatever they sign in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.models import User
from patients.models import Patient
from patients.queries.care_team import care_team_patients
from tests.factories import PatientFactory
from tests.patients.care_team import give_reason, outsider
from tests.patients.health_records import send_form, sign_form

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


@pytest.fixture
def doctor() -> User:
    return outsider()


def is_on_it(doctor: User, patient: Patient) -> bool:
    """Return whether somebody is on a care team, not counting that a reason is open."""
    return care_team_patients(doctor, timezone.now()).filter(pk=patient.pk).exists()


@pytest.mark.parametrize(("minutes", "stays"), [(-1, True), (0, False), (30, False), (60, False), (61, True)])
def test_a_decision_signed_under_a_reason_opens_no_record_for_longer(
    doctor: User, patient: Patient, minutes: int, stays: bool
) -> None:
    access = give_reason(doctor, patient, timezone.now())

    sign_form(send_form(patient), by=doctor, at=access.opened_at + minutes * MINUTE)

    assert is_on_it(doctor, patient) is stays


def test_a_colleagues_reason_takes_nothing_from_whoever_signed(doctor: User, patient: Patient) -> None:
    access = give_reason(outsider(), patient, timezone.now())

    sign_form(send_form(patient), by=doctor, at=access.opened_at + MINUTE)

    assert is_on_it(doctor, patient)


def test_a_reason_for_another_record_takes_nothing_from_whoever_signed(
    doctor: User, patient: Patient
) -> None:
    access = give_reason(doctor, PatientFactory.create(), timezone.now())

    sign_form(send_form(patient), by=doctor, at=access.opened_at + MINUTE)

    assert is_on_it(doctor, patient)
