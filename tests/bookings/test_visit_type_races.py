"""Who books a visit type and who changes it: never both, whatever was read before the other's lock."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from bookings.models import Appointment
from bookings.queries import offers
from bookings.queries.offering import VisitPlan, get_plan_of
from bookings.queries.offers import Search
from bookings.services import claims, holds, staff_bookings, visits
from bookings.services.refusals import HoldExpired, NotOffered
from bookings.services.visit_types import Strands, archive_visit_type, change_visit_type
from clinic.models import VisitType
from tests.bookings.desk_lists import STAFF
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, person
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def book(calendar: Calendar) -> Appointment:
    return visits.book_visit(
        search=calendar.search, starts_at=MONDAY, person=person(), key=uuid.uuid4(), actor=PATIENT, now=NOW
    )


def book_by_desk(calendar: Calendar) -> Appointment:
    return staff_bookings.book_by_desk(
        search=Search(calendar.visit_type, calendar.site, "in_person", calendar.practitioners[0].pk),
        starts_at=MONDAY,
        person=person(),
        key=uuid.uuid4(),
        actor=STAFF,
        now=NOW,
    )


def archive(calendar: Calendar) -> None:
    archive_visit_type(visit_type_id=calendar.visit_type.pk, now=NOW)


def take_the_mode_away(calendar: Calendar) -> None:
    saved = get_plan_of(VisitType.objects.get(pk=calendar.visit_type.pk))
    typed = VisitType.objects.get(pk=calendar.visit_type.pk)
    typed.modes = ["video"]
    plan = VisitPlan(typed, saved.prices, saved.people)
    change_visit_type(typed=plan, seen=saved.stamp(), now=NOW)


def race(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch, step: Callable[[Calendar], None]
) -> tuple[int, list[Any]]:
    """Change the type between a booking's question and its claim; return how many are booked, and errors."""
    read, changed = threading.Event(), threading.Event()
    really = offers.get_choice

    def slowly(*args: Any, **kwargs: Any) -> Any:
        choice = really(*args, **kwargs)
        read.set()
        changed.wait(3)  # in vain, with the lock; without it, what comes beside ends by then
        return choice

    monkeypatch.setattr(offers, "get_choice", slowly)

    def change() -> None:
        read.wait(20)
        step(calendar)
        changed.set()

    outcomes = all_at_once([partial(book, calendar), change])
    return Appointment.objects.count(), [type(outcome.error) for outcome in outcomes]


@pytest.mark.parametrize("step", [archive, take_the_mode_away])
def test_a_booking_under_way_is_not_missed(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch, step: Callable[[Calendar], None]
) -> None:
    assert race(calendar, monkeypatch, step) == (1, [type(None), Strands])


@pytest.mark.parametrize("step", [archive, take_the_mode_away])
def test_without_the_lock_on_the_plan_it_is_missed(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch, step: Callable[[Calendar], None]
) -> None:
    monkeypatch.setattr(claims, "change_plan", lambda: None)

    assert race(calendar, monkeypatch, step) == (1, [type(None), type(None)])


def change_before(
    calendar: Calendar, booking: Callable[[Calendar], Appointment], step: Callable[[Calendar], None]
) -> BaseException | None:
    """Let somebody book with a type they have read, while an owner who changes it has the lock already."""
    locked, asked = threading.Event(), threading.Event()

    def change() -> None:
        with transaction.atomic():
            claims.change_plan()
            locked.set()
            asked.wait(1)
            step(calendar)

    def come_late() -> Appointment:
        locked.wait(20)
        asked.set()
        return booking(calendar)

    booked, changed = all_at_once([come_late, change])
    assert changed.won
    return booked.error


@pytest.mark.parametrize("booking", [book, book_by_desk])
@pytest.mark.parametrize("step", [archive, take_the_mode_away])
def test_a_type_that_was_read_before_the_change_is_read_again(
    calendar: Calendar, booking: Callable[[Calendar], Appointment], step: Callable[[Calendar], None]
) -> None:
    assert isinstance(change_before(calendar, booking, step), NotOffered)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("booking", [book, book_by_desk])
def test_if_it_were_not_read_again_it_would_be_booked(
    calendar: Calendar, booking: Callable[[Calendar], Appointment], monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep_stale(search: Search) -> Search:
        claims.share_plan()
        return search

    monkeypatch.setattr(claims, "keep_plan", keep_stale)

    assert change_before(calendar, booking, archive) is None
    assert Appointment.objects.get().visit_type.archived_at is not None


def test_a_time_that_somebody_holds_counts_as_a_visit(calendar: Calendar) -> None:
    calendar.hold()

    with pytest.raises(Strands):
        archive(calendar)
    assert VisitType.objects.get().archived_at is None


def test_an_expired_hold_of_an_archived_type_is_not_held_again(calendar: Calendar) -> None:
    hold = calendar.hold()
    with connection.cursor() as cursor:
        for table, column in (("allocation", "expires_at"), ("appointment", "hold_expires_at")):
            cursor.execute(f"UPDATE bookings_{table} SET {column} = %s", [NOW - timedelta(days=400)])
    archive(calendar)

    with pytest.raises(HoldExpired) as told:
        holds.hold_again(appointment_id=hold.pk, actor=PATIENT, now=NOW)
    assert not told.value.still_free
