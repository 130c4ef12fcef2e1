"""Urgent answers: raised when saved, told to those on duty, passed on after ten minutes, in no open word."""

from datetime import timedelta

import pytest

from clinic.models import DutyShift, OutboxMessage, Role, User
from patients.models import Patient, UrgentAlert
from patients.queries.vault import get_vault
from patients.services.urgent import acknowledge_alert, pass_on_alerts
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import CONSENT, NOW, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    found = PatientFactory.create()
    save(found, **CONSENT)
    return found


@pytest.fixture
def doctor() -> User:
    """A clinician who is on duty."""
    user = StaffFactory.create(roles=[Role.CLINICIAN], email="ploy@mali.example")
    DutyShift.objects.create(user=user, starts_at=NOW, ends_at=NOW + timedelta(hours=8))
    return user


def say(patient: Patient, *signs: str) -> None:
    save(patient, 10**6, c_now=list(signs))


def test_an_urgent_answer_calls_those_on_duty_when_it_is_saved(patient: Patient, doctor: User) -> None:
    say(patient, "hot_spreading_redness")

    alert = UrgentAlert.objects.get()
    assert (alert.severity, alert.somebody_on_duty) == ("same_day", True)
    assert get_vault([patient.pk]).open(alert.sealed, patient_id=patient.pk, row=alert) == {
        "rule": "U_CELLULITIS"
    }
    (message,) = OutboxMessage.objects.all()
    assert (message.kind, message.to, message.facts) == ("urgent_call", doctor.email, {})


def test_nobody_on_duty_is_written_down(patient: Patient) -> None:
    StaffFactory.create(roles=[Role.CLINICIAN])

    say(patient, "trouble_breathing_swollen_face")

    assert not UrgentAlert.objects.get().somebody_on_duty
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("offset", [timedelta(hours=-8), timedelta(seconds=1)])
def test_a_shift_is_half_open(patient: Patient, doctor: User, offset: timedelta) -> None:
    shift = DutyShift.objects.get()
    shift.starts_at, shift.ends_at = NOW + offset, NOW + offset + timedelta(hours=8)
    shift.save()

    say(patient, "hot_spreading_redness")

    assert not UrgentAlert.objects.get().somebody_on_duty


def test_each_rule_is_raised_once_while_it_stands(patient: Patient) -> None:
    say(patient, "hot_spreading_redness")
    say(patient, "hot_spreading_redness", "changing_mole")
    save(patient, 10**6, f_itch_nrs=3)

    assert sorted(alert.severity for alert in UrgentAlert.objects.all()) == ["same_day", "within_2_weeks"]


def test_said_again_while_open_it_is_not_raised_again(patient: Patient) -> None:
    for signs in (["hot_spreading_redness"], ["none"], ["hot_spreading_redness"]):
        say(patient, *signs)

    assert UrgentAlert.objects.count() == 1


def test_said_again_after_it_was_taken_on_it_is_raised_again(patient: Patient, doctor: User) -> None:
    say(patient, "hot_spreading_redness")
    acknowledge_alert(alert_id=UrgentAlert.objects.get().pk, by=doctor, now=NOW)

    say(patient, "none")
    say(patient, "hot_spreading_redness")

    assert UrgentAlert.objects.count() == 2


def test_the_first_who_takes_it_on_counts(patient: Patient, doctor: User) -> None:
    say(patient, "hot_spreading_redness")
    alert = UrgentAlert.objects.get()
    acknowledge_alert(alert_id=alert.pk, by=doctor, now=NOW)

    acknowledge_alert(
        alert_id=alert.pk, by=StaffFactory.create(roles=[Role.CLINICIAN]), now=NOW + timedelta(minutes=1)
    )

    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.acknowledged_at) == (doctor, NOW)
    assert OutboxMessage.objects.get().status == OutboxMessage.Status.DROPPED


def test_after_ten_minutes_every_clinician_hears_once(patient: Patient, doctor: User) -> None:
    other = StaffFactory.create(roles=[Role.CLINICIAN, Role.OWNER])
    StaffFactory.create(roles=[Role.FRONT_DESK])
    say(patient, "hot_spreading_redness")

    early = pass_on_alerts(now=NOW + timedelta(minutes=10, seconds=-1))
    due = pass_on_alerts(now=NOW + timedelta(minutes=10))
    again = pass_on_alerts(now=NOW + timedelta(minutes=20))

    assert (early, due, again) == (0, 1, 0)
    passed_on = OutboxMessage.objects.filter(kind="urgent_passed_on")
    assert {message.to for message in passed_on} == {doctor.email, other.email}


def test_what_was_taken_on_is_not_passed_on(patient: Patient, doctor: User) -> None:
    say(patient, "hot_spreading_redness")
    acknowledge_alert(alert_id=UrgentAlert.objects.get().pk, by=doctor, now=NOW)

    assert pass_on_alerts(now=NOW + timedelta(hours=1)) == 0


def test_a_refused_save_raises_nothing(patient: Patient) -> None:
    with pytest.raises(Exception, match="can’t be read"):
        save(patient, 10**6, c_now=["hot_spreading_redness"], f_itch_nrs=99)

    assert not UrgentAlert.objects.exists()
