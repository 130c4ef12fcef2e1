"""What the desk may know of a form: how far it is and practical needs, without opening anything."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from clinic.models import Role
from clinic.sealing import Unreadable
from patients.models import DataKey, Patient, UrgentAlert
from patients.queries.form_states import FormState, Progress, get_form_states, list_doctor_calls
from patients.queries.vault import get_vault
from tests.factories import PatientFactory, StaffFactory
from tests.patients.health_records import (
    CANARY,
    OTHER_RING,
    SENT,
    begin_form,
    raise_alert,
    read_form,
    send_form,
    sign_form,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


def state_of(patient: Patient) -> FormState:
    return get_form_states([patient.pk])[patient.pk]


def test_nobody_has_no_states() -> None:
    assert get_form_states([]) == {}


def test_a_form_nobody_began_is_missing(patient: Patient) -> None:
    assert state_of(patient) == FormState(Progress.MISSING)


def test_a_form_that_was_begun_is_there_in_part(patient: Patient) -> None:
    begin_form(patient)

    assert state_of(patient).state == Progress.PART


def test_a_form_that_was_sent_is_done(patient: Patient) -> None:
    begin_form(patient)
    send_form(patient)

    assert state_of(patient) == FormState(Progress.DONE)


def test_a_form_is_read_once_a_clinician_opens_it(patient: Patient) -> None:
    read_form(send_form(patient))

    assert state_of(patient) == FormState(Progress.READ)


def test_a_form_is_read_once_a_review_is_signed(patient: Patient) -> None:
    sign_form(send_form(patient))

    assert state_of(patient).state == Progress.READ


def test_a_nurse_who_opens_it_does_not_make_it_read(patient: Patient) -> None:
    read_form(send_form(patient), by=StaffFactory.create(roles=[Role.NURSE]))

    assert state_of(patient) == FormState(Progress.DONE)


def test_a_version_after_the_one_that_was_read_has_changed(patient: Patient) -> None:
    read_form(send_form(patient))
    latest = send_form(patient)

    assert state_of(patient) == FormState(Progress.DONE, has_changed=True)
    read_form(latest)
    assert state_of(patient) == FormState(Progress.READ)


def test_a_version_after_one_nobody_read_has_not_changed(patient: Patient) -> None:
    send_form(patient)
    send_form(patient)

    assert state_of(patient) == FormState(Progress.DONE)


@pytest.mark.parametrize("needs", [True, False])
def test_the_latest_version_says_whether_a_longer_visit_is_needed(patient: Patient, needs: bool) -> None:
    send_form(patient, needs_longer_visit=not needs)
    send_form(patient, needs_longer_visit=needs)

    assert state_of(patient).needs_longer_visit is needs


def test_an_open_alert_calls_a_doctor_until_somebody_takes_it_on(patient: Patient) -> None:
    alert = raise_alert(patient)
    assert state_of(patient) == FormState(calls_doctor=True)

    doctor = StaffFactory.create(name="Dr Mei")
    UrgentAlert.objects.filter(pk=alert.pk).update(acknowledged_at=SENT, acknowledged_by=doctor)

    assert state_of(patient) == FormState(taken_on_by="Dr Mei", taken_on_at=SENT)


def test_one_open_alert_calls_a_doctor_whatever_became_of_others(patient: Patient) -> None:
    raise_alert(patient, acknowledged_at=SENT)
    raise_alert(patient)
    raise_alert(patient, acknowledged_at=SENT + timedelta(days=1))

    assert state_of(patient).calls_doctor is True


def test_the_last_one_to_take_an_alert_on_is_named(patient: Patient) -> None:
    for name, days in (("Dr Anan", 1), ("Dr Mei", 2), ("Dr Ploy", 0)):
        by = StaffFactory.create(name=name)
        raise_alert(patient, acknowledged_at=SENT + timedelta(days=days), acknowledged_by=by)

    assert state_of(patient).taken_on_by == "Dr Mei"


def test_states_of_several_people_are_their_own() -> None:
    missing, part, read = PatientFactory.create_batch(3)
    begin_form(part)
    read_form(send_form(read))
    raise_alert(missing)

    states = get_form_states([missing.pk, part.pk, read.pk])

    assert [states[who.pk].state for who in (missing, part, read)] == ["missing", "part", "read"]
    assert [states[who.pk].calls_doctor for who in (missing, part, read)] == [True, False, False]


def fill_everything(patient: Patient) -> None:
    begin_form(patient)
    sign_form(send_form(patient))
    read_form(send_form(patient, needs_longer_visit=True))
    raise_alert(patient)


@pytest.mark.parametrize("count", [1, 3])
def test_states_ask_three_queries(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    patients = PatientFactory.create_batch(count)
    for patient in patients:
        fill_everything(patient)

    with django_assert_num_queries(3):
        get_form_states([patient.pk for patient in patients])


def test_states_work_without_any_key(patient: Patient) -> None:
    fill_everything(patient)
    before = state_of(patient)
    DataKey.objects.all().delete()

    with override_settings(NUAN_KEYS=OTHER_RING):
        assert state_of(patient) == before
        assert [call.patient for call in list_doctor_calls()] == [patient]


def test_without_the_ring_whatever_is_unsealed_would_fail(patient: Patient) -> None:
    fill_everything(patient)

    with override_settings(NUAN_KEYS=OTHER_RING), pytest.raises(Unreadable):
        get_vault([patient.pk]).digest("", patient_id=patient.pk)


def list_unsealing(asked: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in asked if "sealed" in query["sql"]]


def test_states_fetch_nothing_that_is_sealed(patient: Patient) -> None:
    fill_everything(patient)

    with CaptureQueriesContext(connection) as asked:
        found = f"{get_form_states([patient.pk])} {list_doctor_calls()}"

    assert CANARY not in found
    assert list_unsealing(asked) == []


def test_a_query_that_fetches_what_is_sealed_would_be_seen(patient: Patient) -> None:
    fill_everything(patient)

    with CaptureQueriesContext(connection) as asked:
        UrgentAlert.objects.get()

    assert len(list_unsealing(asked)) == 1


def test_doctor_calls_name_each_patient_once_whoever_waits_longest_first() -> None:
    late, early = PatientFactory.create(name="Late"), PatientFactory.create(name="Early")
    raise_alert(late, raised_at=SENT + timedelta(minutes=5))
    raise_alert(early, passed_on_at=SENT + timedelta(minutes=10))
    raise_alert(early, raised_at=SENT + timedelta(minutes=1), call_wanted_at=SENT)
    raise_alert(PatientFactory.create(), acknowledged_at=SENT)

    calls = list_doctor_calls()

    assert [call.patient.name for call in calls] == ["Early", "Late"]
    assert [(call.raised_at, call.is_passed_on, call.wants_call) for call in calls] == [
        (SENT, True, True),
        (SENT + timedelta(minutes=5), False, False),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_doctor_calls_ask_one_query(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for patient in PatientFactory.create_batch(count):
        raise_alert(patient)

    with django_assert_num_queries(1):
        [(call.patient.name, call.patient.phone) for call in list_doctor_calls()]
