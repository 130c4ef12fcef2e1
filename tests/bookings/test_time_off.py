"""Entering, changing, ending and removing time off: it loses no booking, and none slips in unseen."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections, transaction

from bookings.life_cycle import Status
from bookings.models import Appointment, TimeOff
from bookings.queries.to_move import list_to_move
from bookings.services import claims, time_off, visits
from bookings.services.refusals import JustTaken, NotOffered, Refusal
from bookings.services.time_off import (
    Blocked,
    NotRunning,
    TimeOffChanged,
    change_time_off,
    end_time_off,
    remove_time_off,
    stamp_of_time_off,
)
from bookings.time_spans import Block
from clinic.models import Resource
from tests.bookings.blocks import block_of, enter, off
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.rows import nothing_written

COMMITTING = pytest.mark.django_db(transaction=True)


@pytest.fixture
def calendar(db: None) -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def doctor_of(calendar: Calendar, number: int = 0) -> Resource:
    return calendar.practitioners[number].resource


@pytest.mark.django_db
def test_entering_returns_the_visits_in_it_and_keeps_them(calendar: Calendar) -> None:
    visit, beside = calendar.book(), calendar.book(MONDAY + minutes(60))

    entered = enter(block_of(visit.practitioner.resource, length=30))

    visit.refresh_from_db()
    assert (entered.visits, visit.status, visit.allocations.count()) == ([visit], Status.BOOKED, 2)
    assert beside not in entered.visits


@pytest.mark.django_db
def test_a_room_is_blocked_like_a_person(calendar: Calendar) -> None:
    visit = calendar.book()
    room = visit.allocations.get(resource__site__isnull=False).resource

    assert enter(block_of(room)).visits == [visit]


@pytest.mark.django_db
def test_nobody_is_offered_what_is_blocked(calendar: Calendar) -> None:
    enter(*(block_of(doctor_of(calendar, number)) for number in (0, 1)))

    with pytest.raises(NotOffered) as refused:
        calendar.book()
    assert refused.value.reason == "time_off"


@pytest.mark.django_db
def test_the_same_span_is_entered_once_and_others_may_overlap(calendar: Calendar) -> None:
    doctor = doctor_of(calendar)

    first, again = enter(block_of(doctor)), enter(block_of(doctor))
    enter(block_of(doctor, length=90), block_of(doctor_of(calendar, 1)))

    assert first.rows == again.rows
    assert TimeOff.objects.filter(resource=doctor).count() == 2
    assert TimeOff.objects.count() == 3


@pytest.mark.django_db
def test_a_time_that_is_held_is_counted_and_may_still_be_booked(calendar: Calendar) -> None:
    hold = calendar.hold()

    entered = enter(block_of(hold.practitioner.resource))
    visit = visits.book_held_visit(
        appointment_id=hold.pk, person=person(), key=uuid.uuid4(), actor=PATIENT, now=NOW
    )

    assert (entered.holds, entered.visits) == (1, [])
    assert [each.visit for each in list_to_move(now=NOW)] == [visit]


@pytest.mark.django_db
def test_changing_moves_the_span_and_names_the_visits(calendar: Calendar) -> None:
    visit = calendar.book()
    row = off(visit.practitioner.resource, MONDAY + minutes(120))

    changed = change(row, block_of(row.resource), note="Dentist")

    row.refresh_from_db()
    assert (row.span.lower, row.note, changed.visits) == (MONDAY, "Dentist", [visit])


@pytest.mark.django_db
def test_what_somebody_changed_meanwhile_is_not_overwritten(calendar: Calendar) -> None:
    row = off(doctor_of(calendar))
    seen = stamp_of_time_off(row)
    change(row, block_of(row.resource, length=30))

    with nothing_written(), pytest.raises(TimeOffChanged):
        change(row, block_of(row.resource, length=90), seen=seen)
    remove_time_off(time_off_id=row.pk)
    with pytest.raises(TimeOffChanged):
        change(row, block_of(row.resource), seen=seen)


def change(row: TimeOff, block: Block, *, note: str = "", seen: str = "") -> Blocked:
    seen = seen or stamp_of_time_off(row)
    return change_time_off(time_off_id=row.pk, block=block, note=note, seen=seen, now=NOW)


@pytest.mark.django_db
def test_ending_early_frees_the_rest(calendar: Calendar) -> None:
    row = off(doctor_of(calendar), length=480)
    now = MONDAY + minutes(90) + timedelta(seconds=20)

    ended = end_time_off(time_off_id=row.pk, seen=stamp_of_time_off(row), now=now)

    assert (ended.span.lower, ended.span.upper) == (MONDAY, MONDAY + minutes(90))


@pytest.mark.django_db
@pytest.mark.parametrize("after", [-1, 0, 60, 500])
def test_what_is_not_under_way_is_not_ended(calendar: Calendar, after: int) -> None:
    row = off(doctor_of(calendar))

    with nothing_written(), pytest.raises(NotRunning):
        end_time_off(time_off_id=row.pk, seen=stamp_of_time_off(row), now=MONDAY + minutes(after))


@pytest.mark.django_db
def test_removing_offers_the_time_again_and_twice_does_nothing(calendar: Calendar) -> None:
    row = off(doctor_of(calendar))

    removed = remove_time_off(time_off_id=row.pk)

    assert removed is not None
    assert (removed.resource, removed.span.lower) == (row.resource, MONDAY)
    assert remove_time_off(time_off_id=row.pk) is None
    assert calendar.book().practitioner.resource == row.resource


def in_thread(work: Callable[[], Any], results: list[Any]) -> threading.Thread:
    """Start work on a connection of its own; its result or refusal ends in `results`."""

    def run() -> None:
        try:
            results.append(work())
        except Refusal as refusal:
            results.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def book_while_blocking(calendar: Calendar) -> tuple[Blocked, Appointment]:
    """Enter time off while somebody has claimed a time in it and not yet committed."""
    results: list[Any] = []
    with transaction.atomic():
        visit = calendar.book()
        thread = in_thread(lambda: enter(block_of(visit.practitioner.resource)), results)
        thread.join(2)  # it waits for us, or, without the locks, has ended by then
    thread.join()
    return results[0], visit


@COMMITTING
def test_a_booking_under_way_is_waited_for_and_named() -> None:
    entered, visit = book_while_blocking(make_calendar())

    assert entered.visits == [visit]


@COMMITTING
def test_without_the_locks_it_would_slip_through_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = make_calendar()
    monkeypatch.setattr(time_off, "claims", SimpleNamespace(lock_resources=lambda _ids: None))

    entered, _visit = book_while_blocking(calendar)

    assert entered.visits == []


def block_while_booking(calendar: Calendar) -> list[Any]:
    """Book a time of which time off has been entered and not yet committed."""
    results: list[Any] = []
    with transaction.atomic():
        enter(block_of(doctor_of(calendar)))
        thread = in_thread(calendar.book, results)
        thread.join(2)  # it waits for us, or, without the locks, has ended by then
    thread.join()
    return results


@COMMITTING
def test_a_booking_that_comes_while_time_is_blocked_is_refused() -> None:
    (result,) = block_while_booking(make_calendar())

    assert isinstance(result, JustTaken)
    assert not Appointment.objects.exists()


@COMMITTING
def test_without_the_look_under_the_locks_it_would_be_booked(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = make_calendar()
    claim, look, marker = claims._CLAIM, " WHERE NOT EXISTS (SELECT FROM bookings_timeoff", "WHERE true OR"
    assert look in claim
    monkeypatch.setattr(
        claims, "_CLAIM", claim.replace(look, f" {marker} EXISTS (SELECT FROM bookings_timeoff")
    )

    (result,) = block_while_booking(calendar)

    assert isinstance(result, Appointment)
