"""What the desk is asked for: listed oldest first, closed once, opened again unless asked anew."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries

from patients.models import Patient, VisitRequest
from patients.queries.visit_requests import get_request, list_open_requests, open_requests
from patients.services.visit_requests import close_request, reopen_request
from tests.factories import PatientFactory, StaffFactory, VisitTypeFactory
from tests.patients.health_records import SENT, ask_for_change, send_form, sign_form
from tests.race.together import all_at_once

LATER = SENT + timedelta(hours=1)


@pytest.fixture
def patient(db: None) -> Patient:
    return PatientFactory.create()


def test_open_requests_come_oldest_first(patient: Patient) -> None:
    newer = ask_for_change(patient, asked_at=LATER)
    older = ask_for_change(PatientFactory.create())
    ask_for_change(PatientFactory.create(), closed_at=LATER)
    ask_for_change(PatientFactory.create(archived_at=LATER))

    assert list_open_requests() == [older, newer]
    assert open_requests().count() == 2


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.django_db
def test_open_requests_are_one_query(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _number in range(count):
        kind, nok = VisitTypeFactory.create(), StaffFactory.create()
        ask_for_change(PatientFactory.create(), visit_type=kind, asked_by=nok)

    with django_assert_num_queries(1):
        [(str(each.visit_type), str(each.asked_by), str(each.patient)) for each in list_open_requests()]


def test_closing_notes_who_and_when_and_happens_once(patient: Patient) -> None:
    request, nok = ask_for_change(patient), StaffFactory.create()

    assert close_request(request_id=request.pk, by=nok, now=LATER) is True
    assert close_request(request_id=request.pk, by=StaffFactory.create(), now=SENT) is False

    closed = get_request(request.pk)
    assert (closed.closed_by, closed.closed_at) == (nok, LATER)


def test_closing_nothing_is_an_error(patient: Patient) -> None:
    with pytest.raises(VisitRequest.DoesNotExist):
        close_request(request_id=uuid.uuid4(), by=None, now=LATER)


def test_reopening_makes_it_a_thing_to_do_again(patient: Patient) -> None:
    request = ask_for_change(patient, closed_at=LATER, closed_by=StaffFactory.create())

    assert reopen_request(request_id=request.pk) is True

    assert list_open_requests() == [request]
    assert get_request(request.pk).closed_by is None


def test_reopening_gives_way_to_what_the_form_has_asked_since(patient: Patient) -> None:
    earlier = ask_for_change(patient, closed_at=LATER)
    newer = ask_for_change(patient, asked_at=LATER)

    assert reopen_request(request_id=earlier.pk) is False

    assert list_open_requests() == [newer]


def test_reopening_what_a_review_asked_gives_way_to_nothing(patient: Patient) -> None:
    review = sign_form(send_form(patient))
    earlier = ask_for_change(patient, closed_at=LATER, review=review)
    newer = ask_for_change(patient, asked_at=LATER)

    assert reopen_request(request_id=earlier.pk) is True

    assert list_open_requests() == [earlier, newer]


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_are_told_apart() -> None:
    request = ask_for_change(PatientFactory.create())
    close = partial(close_request, request_id=request.pk, by=None, now=LATER)

    assert sorted(outcome.value for outcome in all_at_once([close] * 6)) == [*[False] * 5, True]


@pytest.mark.django_db(transaction=True)
def test_without_the_row_lock_several_believe_they_closed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unlocked(_manager: object, **_options: object) -> object:
        return VisitRequest.objects.all()

    monkeypatch.setattr(type(VisitRequest.objects), "select_for_update", unlocked)
    told = []
    for _round in range(5):
        request = ask_for_change(PatientFactory.create())
        close = partial(close_request, request_id=request.pk, by=None, now=LATER)
        told.append(sum(outcome.value for outcome in all_at_once([close] * 6)))

    assert max(told) > 1
