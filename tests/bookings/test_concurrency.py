"""Many at once, on real connections: who wins, who waits, and that a guard taken away is missed."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, RequestKey
from bookings.services import claims, holds, records, visits
from bookings.services.refusals import JustTaken, PatientBusy
from clinic.models import OutboxMessage
from patients.models import Patient
from tests import factories
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.race.together import Outcome, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

EXCLUSION = "allocation_no_overlap"
OVERLAPS = """
SELECT count(*) FROM bookings_allocation a JOIN bookings_allocation b
    ON a.resource_id = b.resource_id AND a.id < b.id AND a.span && b.span
"""


def count_overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        return int(cursor.fetchone()[0])


def windows(count: int) -> list[datetime]:
    """Return starts far enough apart that what overlaps one overlaps no other: four a day."""
    return [MONDAY + timedelta(days=n // 4) + minutes(100 * (n % 4)) for n in range(count)]


def race(calendar: Calendar, start: datetime, racers: int) -> list[Outcome]:
    """Let racers hold overlapping, unequal times around `start`."""
    return all_at_once([partial(calendar.hold, start + minutes(5 * (n % 10))) for n in range(racers)])


def refused(outcomes: list[Outcome]) -> list[type[BaseException]]:
    return [type(outcome.error) for outcome in outcomes if outcome.error is not None]


def test_claims_on_overlapping_times_have_one_winner_and_losers_are_told() -> None:
    calendar = make_calendar(grid_minutes=5)
    for start in windows(8):
        outcomes = race(calendar, start, racers=12)
        assert sum(outcome.won for outcome in outcomes) == 1
        assert set(refused(outcomes)) == {JustTaken}
        assert max(outcome.seconds for outcome in outcomes) < 5
    assert Allocation.objects.count() == 16
    assert Appointment.objects.count() == 8


@contextmanager
def without_the_constraint(name: str = EXCLUSION, table: str = "bookings_allocation") -> Iterator[None]:
    """Take an exclusion constraint away, and put it back with the table emptied."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        definition = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        try:
            yield
        finally:
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def lock_nothing(ids: object) -> None:
    """Stand where the resources are locked, and lock nothing."""


def test_without_locks_and_constraint_most_rounds_double_book(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = make_calendar(grid_minutes=5)
    double_booked = 0
    monkeypatch.setattr(claims, "lock_resources", lock_nothing)
    with without_the_constraint():
        for start in windows(8):
            before = count_overlaps()
            race(calendar, start, racers=12)
            double_booked += count_overlaps() > before
    assert double_booked > 4


def test_without_locks_the_constraint_still_lets_one_win(monkeypatch: pytest.MonkeyPatch) -> None:
    calendar = make_calendar(grid_minutes=5)
    monkeypatch.setattr(claims, "lock_resources", lock_nothing)
    for start in windows(2):
        assert sum(outcome.won for outcome in race(calendar, start, racers=6)) == 1
    assert count_overlaps() == 0


def test_anyone_available_fills_every_person_and_room_once() -> None:
    calendar = make_calendar(practitioners=4, rooms=4)
    for day in range(3):
        start = MONDAY + timedelta(days=day)
        outcomes = all_at_once([partial(calendar.hold, start)] * 12)
        won = [outcome.value for outcome in outcomes if outcome.won]
        assert {hold.practitioner_id for hold in won} == {who.pk for who in calendar.practitioners}
        assert len(won) == 4
        assert set(refused(outcomes)) == {JustTaken}
        assert Allocation.objects.filter(span__startswith=start).count() == 8


def test_the_same_form_sent_at_once_holds_and_books_once() -> None:
    calendar = make_calendar(practitioners=4, rooms=4)
    key, somebody = uuid.uuid4(), person()
    hold = partial(
        holds.hold_time,
        search=calendar.search,
        starts_at=MONDAY,
        key=key,
        actor=PATIENT,
        zone="",
        been_before=False,
        now=NOW,
    )
    held = {outcome.value.pk for outcome in all_at_once([hold] * 6)}
    assert len(held) == 1
    send = partial(
        visits.book_held_visit,
        appointment_id=held.pop(),
        person=somebody,
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )
    outcomes = all_at_once([send] * 6)
    assert [outcome.error for outcome in outcomes] == [None] * 6
    assert {outcome.value.patient.name for outcome in outcomes} == {somebody.name}
    assert Appointment.objects.get().status == Status.BOOKED
    assert Allocation.objects.count() == 2
    assert OutboxMessage.objects.count() == 1
    assert RequestKey.objects.count() == 2


def test_the_same_desk_form_sent_at_once_books_once() -> None:
    calendar = make_calendar(practitioners=4, rooms=4)
    send = partial(
        visits.book_visit,
        search=calendar.search,
        starts_at=MONDAY,
        person=person(),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )
    outcomes = all_at_once([send] * 6)
    assert len({outcome.value.pk for outcome in outcomes}) == 1
    assert Appointment.objects.count() == 1


def race_of_one_patient(calendar: Calendar, starts: list[datetime]) -> list[list[Outcome]]:
    """Let somebody who is known already book each of these times three times at once."""
    account = factories.UserFactory.create()
    book = partial(
        visits.book_visit,
        search=calendar.search,
        person=person(account=account, name="Hannah", email=""),
        actor=PATIENT,
        now=NOW,
    )
    book(starts_at=MONDAY + timedelta(days=4), key=uuid.uuid4())
    return [
        all_at_once([partial(book, starts_at=at, key=uuid.uuid4()) for _try in range(3)]) for at in starts
    ]


def test_one_patient_who_books_twice_at_once_is_in_one_place() -> None:
    calendar = make_calendar(practitioners=3, rooms=3, grid_minutes=5)
    for outcomes in race_of_one_patient(calendar, windows(4)):
        assert sum(outcome.won for outcome in outcomes) == 1
        assert refused(outcomes) == [PatientBusy, PatientBusy]
    assert Allocation.objects.count() == 2 * Appointment.objects.count() == 2 * 5
    assert Patient.objects.count() == 1


def test_without_the_patients_constraint_they_are_in_three_places() -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    with without_the_constraint(records.PATIENT_ONCE, "bookings_appointment"):
        (outcomes,) = race_of_one_patient(calendar, windows(1))
        assert sum(outcome.won for outcome in outcomes) == 3
