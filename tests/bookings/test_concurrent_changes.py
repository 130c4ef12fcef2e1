"""Moves, expiring holds, cancellations and time off at the same moment, on real connections."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from psycopg.types.range import TimestamptzRange

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, TimeOff
from bookings.services import claims, holds, visits
from bookings.services.refusals import HoldExpired, JustTaken, NotOffered, Refusal
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.race.together import Outcome, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

OVERLAPS = """
SELECT count(*) FROM bookings_allocation a JOIN bookings_allocation b
    ON a.resource_id = b.resource_id AND a.id < b.id AND a.span && b.span
"""


def count_overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


def move(calendar: Calendar, visit: Appointment, starts_at: datetime, **search: object) -> Appointment:
    return visits.move_visit(
        appointment=visit,
        search=replace(calendar.search, **search),  # type: ignore[arg-type]
        starts_at=starts_at,
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )


def book(hold: Appointment) -> Appointment:
    return visits.book_held_visit(
        appointment_id=hold.pk, person=person(), key=uuid.uuid4(), actor=PATIENT, now=NOW
    )


def refused(outcomes: list[Outcome]) -> list[type[BaseException]]:
    return [type(outcome.error) for outcome in outcomes if outcome.error is not None]


def lock_nothing(ids: object) -> None:
    """Stand where the resources are locked, and lock nothing."""


def move_twice_at_once(calendar: Calendar, rounds: int) -> list[tuple[int, int, list[Outcome]]]:
    """Move one visit two ways at once; return its allocations, its sequence and the outcomes per round."""
    results = []
    one, other = (who.pk for who in calendar.practitioners[1:3])
    for day in range(rounds):
        start = MONDAY + timedelta(days=day)
        visit = calendar.book(start)
        outcomes = all_at_once(
            [
                partial(move, calendar, visit, start + minutes(60), practitioner_id=one),
                partial(move, calendar, visit, start + minutes(120), practitioner_id=other),
            ]
        )
        visit.refresh_from_db()
        results.append((visit.allocations.count(), visit.sequence, outcomes))
    return results


def test_two_moves_of_one_visit_both_happen_in_turn() -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    for allocations, sequence, outcomes in move_twice_at_once(calendar, rounds=5):
        assert [outcome.error for outcome in outcomes] == [None, None]
        assert (allocations, sequence) == (2, 2)
    for visit in Appointment.objects.all():
        doctor = visit.allocations.get(resource__kind="doctor")
        assert doctor.span.lower == visit.starts_at
        assert doctor.resource == visit.practitioner.resource


def read_without_lock(appointment_id: uuid.UUID) -> Appointment:
    """Stand where the appointment's row is locked, and only read it."""
    return Appointment.objects.select_related("visit_type", "site").get(pk=appointment_id)


def slowly(function: Callable[[uuid.UUID], list[int]]) -> Callable[[uuid.UUID], list[int]]:
    """Give the other one time to come as far as this."""

    def run(appointment_id: uuid.UUID) -> list[int]:
        result = function(appointment_id)
        time.sleep(0.5)
        return result

    return run


def test_without_the_row_lock_two_moves_lose_one(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    monkeypatch.setattr(visits, "lock_appointment", read_without_lock)
    monkeypatch.setattr(claims, "list_claimed", slowly(claims.list_claimed))
    sequences = [sequence for _allocations, sequence, _outcomes in move_twice_at_once(calendar, rounds=3)]
    assert min(sequences) == 1


def test_without_any_lock_two_moves_leave_four_allocations(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    monkeypatch.setattr(visits, "lock_appointment", read_without_lock)
    monkeypatch.setattr(claims, "list_claimed", slowly(claims.list_claimed))
    monkeypatch.setattr(claims, "lock_resources", lock_nothing)
    counts = [allocations for allocations, _sequence, _outcomes in move_twice_at_once(calendar, rounds=4)]
    assert max(counts) == 4


def test_claims_and_moves_together_never_deadlock() -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    for day in range(4):
        start = MONDAY + timedelta(days=day)
        booked = [calendar.book(start + minutes(60 * (n % 3))) for n in range(6)]
        swaps = [
            partial(move, calendar, visit, start + minutes(60 * (n % 4))) for n, visit in enumerate(booked)
        ]
        takers = [partial(calendar.hold, start + minutes(30 * n)) for n in range(8)]
        outcomes = all_at_once([call for pair in zip(swaps, takers, strict=False) for call in pair])
        assert set(refused(outcomes)) <= {JustTaken}
        assert max(outcome.seconds for outcome in outcomes) < 5
    assert count_overlaps() == 0
    for visit in Appointment.objects.filter(status=Status.BOOKED):
        assert visit.allocations.count() == 2


def expire_in(hold: Appointment, seconds: float) -> None:
    """Let a hold end so many seconds from now, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() + %s * interval '1 second'", [seconds])
        (ends_at,) = cursor.fetchone()
    Allocation.objects.filter(appointment=hold).update(expires_at=ends_at)
    Appointment.objects.filter(pk=hold.pk).update(hold_expires_at=ends_at)


def later(seconds: float, call: Callable[[], Appointment]) -> Appointment:
    time.sleep(seconds)
    return call()


def test_an_expiring_hold_is_booked_or_given_away_never_both() -> None:
    calendar = make_calendar()
    chance = random.Random(5)
    for day in range(12):
        start = MONDAY + timedelta(days=day % 5, weeks=day // 5)
        hold = calendar.hold(start)
        expire_in(hold, 0.04)
        booking, taking, _sweeping = all_at_once(
            [
                partial(later, chance.uniform(0.02, 0.05), partial(book, hold)),
                partial(later, chance.uniform(0.03, 0.06), partial(calendar.hold, start)),
                partial(later, chance.uniform(0.02, 0.06), holds.sweep_expired_holds),  # type: ignore[arg-type]
            ]
        )
        assert isinstance(booking.error, HoldExpired | None)
        assert isinstance(taking.error, JustTaken | None)
        assert not (booking.won and taking.won)
        hold.refresh_from_db()
        assert (hold.status == Status.BOOKED) == booking.won
        assert (hold.allocations.count() == 2) == booking.won


def test_the_sweeper_passes_over_a_hold_accepted_in_its_last_moment() -> None:
    calendar = make_calendar()
    hold = calendar.hold()
    expire_in(hold, 0.1)
    with transaction.atomic():
        holds.lock_appointment(hold.pk)
        assert claims.is_alive(hold.pk, keep=True)
        time.sleep(0.15)
        all_at_once([holds.sweep_expired_holds])
        claims.set_expiry(hold.pk, longer=None)
    assert claims.list_claimed(hold.pk) != []
    assert Appointment.objects.get(pk=hold.pk).status == Status.HELD


def test_a_move_and_a_cancellation_at_once_leave_no_allocation() -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    for day in range(4):
        visit = calendar.book(MONDAY + timedelta(days=day))
        cancel = partial(visits.cancel_visit, appointment=visit, actor=PATIENT, reason="", now=NOW)
        moved, cancelled = all_at_once(
            [partial(move, calendar, visit, MONDAY + timedelta(days=day) + minutes(90)), cancel]
        )
        assert cancelled.won
        assert isinstance(moved.error, Refusal | None)
    assert not Allocation.objects.exists()


def test_time_off_entered_while_a_claim_waits_is_seen() -> None:
    calendar = make_calendar()
    doctor = calendar.practitioners[0].resource
    waiting = threading.Event()

    def enter_time_off() -> None:
        with transaction.atomic():
            claims.lock_resources([doctor.pk])
            waiting.set()
            wait_for_somebody_to_queue()
            TimeOff.objects.create(resource=doctor, span=TimestamptzRange(MONDAY, MONDAY + minutes(60)))

    def claim() -> Appointment:
        waiting.wait(20)
        return calendar.hold()

    entered, claimed = all_at_once([enter_time_off, claim])
    assert entered.error is None
    assert isinstance(claimed.error, JustTaken)
    assert not Allocation.objects.exists()
    with pytest.raises(NotOffered):
        calendar.hold()


def wait_for_somebody_to_queue() -> None:
    """Wait until another connection waits for an advisory lock."""
    for _try in range(1000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                "   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waited")
