"""Merges at the same moment as bookings, moves and other merges, on real connections."""

import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bookings.models import Appointment
from bookings.services import records, visits
from bookings.services.refusals import CannotMerge, JustMerged
from patients.models import Merge, Patient
from tests.bookings.two_records import TUESDAY, book_two, merge, people_of
from tests.calendars import NOW, PATIENT, Calendar, make_calendar, person
from tests.factories import StaffFactory, UserFactory
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def test_two_merges_at_once_are_one() -> None:
    kept, gone = people_of(*book_two(make_calendar()))
    nok = StaffFactory.create()

    outcomes = all_at_once(
        [
            partial(merge, kept, gone, by=nok),
            partial(merge, gone, kept, by=nok),
            partial(merge, kept, gone, by=nok),
        ]
    )

    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert len(errors) == 2
    assert all(isinstance(error, CannotMerge) for error in errors)
    assert Merge.objects.count() == 1
    assert Patient.objects.filter(archived_at=None).count() == 1


def move(calendar: Calendar, visit: Appointment, days: int) -> Appointment:
    return visits.move_visit(
        appointment=visit,
        search=calendar.search,
        starts_at=TUESDAY + timedelta(days=days),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )


def book(calendar: Calendar, account: Any, days: int) -> Appointment:
    hold = calendar.hold(TUESDAY + timedelta(days=days))
    return visits.book_held_visit(
        appointment_id=hold.pk,
        person=replace(person(account=account), name="H. Whitfield"),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )


def test_no_visit_is_left_with_a_record_that_went(settings: Any) -> None:
    settings.LIMIT_UPCOMING_PER_EMAIL = 1000
    nok = StaffFactory.create()
    for _round in range(ROUNDS):
        calendar = make_calendar(practitioners=2, rooms=2)
        account = UserFactory.create()
        first, second = book_two(calendar, account=account)
        kept, gone = people_of(first, second)

        outcomes = all_at_once(
            [
                partial(merge, kept, gone, by=nok),
                partial(move, calendar, second, 2),
                partial(book, calendar, account, 3),
            ]
        )

        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert all(isinstance(error, CannotMerge | JustMerged) for error in errors)
        gone.refresh_from_db()
        if gone.merged_into_id:
            assert not Appointment.objects.filter(patient=gone).exists()


def test_a_booking_that_waited_is_lost_without_its_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = make_calendar()
    kept, gone = people_of(*book_two(calendar))
    merge(kept, gone)
    monkeypatch.setattr(records.Patient.objects, "filter", lambda **_asked: Patient.objects.none())
    visit = calendar.hold(TUESDAY + timedelta(days=1))
    visit.patient = Patient.objects.get(pk=gone.pk)
    visit.status = "booked"

    records.save_patient_time(visit, ["patient", "status"])

    assert Appointment.objects.filter(patient=gone).exists()
