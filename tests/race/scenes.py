"""Races at service level: the calendars, what each racer does, and one function for each kind of round."""

import random
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment
from bookings.services import holds, visits
from tests.calendars import PATIENT, Calendar, make_calendar, person
from tests.race.crew import Acts, Call, Crew
from tests.race.tally import Tally

GRID = 5
WINDOW = timedelta(minutes=100)
"""Starts up to 45 minutes after a window's beginning, of visits of 50 with their buffer, all overlap."""


@dataclass(frozen=True)
class Track:
    """A calendar to race on, and windows that do not meet: four a weekday, used again and again."""

    calendar: Calendar

    @cached_property
    def windows(self) -> list[datetime]:
        """The windows' first starts, UTC; 09:00 in Bangkok is 02:00."""
        today = timezone.now().astimezone(UTC).replace(hour=2, minute=0, second=0, microsecond=0)
        days = [today + timedelta(days=n) for n in range(3, 55)]
        return [day + WINDOW * n for day in days if day.isoweekday() < 6 for n in range(4)]

    def window(self, number: int) -> datetime:
        """Return a window for a round."""
        return self.windows[number % len(self.windows)]


def make_track(code: str, *, people: int = 1, grid: int = GRID) -> Track:
    """Create a site of its own with people and as many rooms."""
    return Track(make_calendar(practitioners=people, rooms=people, code=code, grid_minutes=grid))


def hold(track: Track, starts_at: datetime) -> UUID:
    """Hold a time as a patient."""
    return track.calendar.hold(starts_at, now=timezone.now()).pk


def book(track: Track, starts_at: datetime) -> UUID:
    """Book a time at once, message and all."""
    return visits.book_visit(
        search=track.calendar.search,
        starts_at=starts_at,
        person=person(),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=timezone.now(),
    ).pk


def book_held(held: UUID, wait: float) -> UUID:
    """Turn a hold into a booking, after some seconds."""
    time.sleep(wait)
    return visits.book_held_visit(
        appointment_id=held, person=person(), key=uuid.uuid4(), actor=PATIENT, now=timezone.now()
    ).pk


def take(track: Track, starts_at: datetime, wait: float) -> UUID:
    """Hold a time, after some seconds."""
    time.sleep(wait)
    return hold(track, starts_at)


def sweep(wait: float) -> int:
    """Sweep expired holds, after some seconds."""
    time.sleep(wait)
    return holds.sweep_expired_holds()


def hold_again(held: UUID) -> UUID:
    """Hold an expired time once more."""
    return holds.hold_again(appointment_id=held, actor=PATIENT, now=timezone.now()).pk


def move(track: Track, visit_id: UUID, starts_at: datetime) -> UUID:
    """Move a visit, to anyone."""
    visit = Appointment.objects.get(pk=visit_id)
    search = replace(track.calendar.search, moving_id=visit_id)
    return visits.move_visit(
        appointment=visit,
        search=search,
        starts_at=starts_at,
        key=uuid.uuid4(),
        actor=PATIENT,
        now=timezone.now(),
    ).pk


ACTS: Acts = {
    "hold": hold,
    "book": book,
    "book_held": book_held,
    "hold_again": hold_again,
    "take": take,
    "sweep": sweep,
    "move": move,
}


def clear() -> None:
    """Give every claimed time back, through the same services that visitors use."""
    now = timezone.now()
    for visit in Appointment.objects.filter(status=Status.HELD):
        holds.release_hold(appointment_id=visit.pk)
    for visit in Appointment.objects.filter(status=Status.BOOKED):
        visits.cancel_visit(appointment=visit, actor=PATIENT, reason="", now=now)


def warm_up(crew: Crew, track: Track, racers: int) -> None:
    """Let every process have booked once, as a server that has been running has; nothing is counted."""
    crew.go([("book", {"track": track, "starts_at": track.window(0)})] * racers)
    clear()


def race_for_one_time(crew: Crew, track: Track, racers: int, rounds: int, tally: Tally) -> Iterator[int]:
    """Let racers claim overlapping, unequal times of one person and room; hold and book by turns."""
    for number in range(rounds):
        act, start = ("hold", "book")[number % 2], track.window(number)
        calls: list[Call] = [
            (act, {"track": track, "starts_at": start + timedelta(minutes=GRID * (n % 10))})
            for n in range(racers)
        ]
        reports = crew.go(calls)
        tally.add(reports)
        tally.add_race(sum(report.won for report in reports))
        clear()
        yield number


def race_for_anyone(crew: Crew, track: Track, racers: int, rounds: int, tally: Tally) -> Iterator[int]:
    """Let racers book one time with anyone: each person and each room is taken once."""
    for number in range(rounds):
        reports = crew.go([("book", {"track": track, "starts_at": track.window(number)})] * racers)
        tally.add(reports)
        people = Appointment.objects.filter(status=Status.BOOKED).values_list("practitioner_id", flat=True)
        full = len(track.calendar.practitioners)
        tally.add_other("anyone", sound=sum(r.won for r in reports) == full == len(set(people)))
        clear()
        yield number


def race_claims_against_moves(
    crew: Crew, track: Track, racers: int, rounds: int, tally: Tally
) -> Iterator[int]:
    """Let half the racers move booked visits and the other half claim the times they leave and enter."""
    for number in range(rounds):
        start = track.window(number)
        booked = [book(track, start) for _person in track.calendar.practitioners]
        calls: list[Call] = []
        for n in range(racers):
            at = start + timedelta(minutes=GRID * (n % 10))
            if n % 2:
                calls.append(("move", {"track": track, "visit_id": booked[n % len(booked)], "starts_at": at}))
            else:
                calls.append(("hold", {"track": track, "starts_at": at}))
        tally.add(crew.go(calls))
        tally.add_other("claims_and_moves", sound=_count(Status.BOOKED) == len(booked))
        clear()
        yield number


def race_two_moves(crew: Crew, track: Track, rounds: int, tally: Tally) -> Iterator[int]:
    """Move one visit two ways at once: it ends at one of the two, with its two claims."""
    for number in range(rounds):
        start = track.window(number)
        visit_id = book(track, start)
        targets = [start + timedelta(minutes=minutes) for minutes in (5, 45)]
        tally.add(
            crew.go([("move", {"track": track, "visit_id": visit_id, "starts_at": at}) for at in targets])
        )
        visit = Appointment.objects.get(pk=visit_id)
        sound = visit.starts_at in targets and visit.allocations.count() == 2 and visit.sequence == 2
        tally.add_other("two_moves", sound=sound)
        clear()
        yield number


def race_expiring_holds(crew: Crew, track: Track, rounds: int, tally: Tally, seed: int) -> Iterator[int]:
    """Confirm a hold in its last moment while others want its time and the sweeper comes by."""
    chance = random.Random(seed)
    for number in range(rounds):
        start = track.window(number)
        held = hold(track, start)
        expire_in(held, 0.06)
        calls: list[Call] = [("book_held", {"held": held, "wait": chance.uniform(0.0, 0.03)})]
        calls += [("take", {"track": track, "starts_at": start, "wait": chance.uniform(0.01, 0.04)})] * 4
        calls.append(("sweep", {"wait": chance.uniform(0.0, 0.04)}))
        booking, *taking, sweeping = crew.go(calls)
        tally.add([booking, *taking, sweeping])
        taken = sum(report.won for report in taking)
        tally.add_other("expiring_holds", sound=booking.won + taken <= 1)
        tally.refusals["expiring: booked"] += booking.won
        tally.refusals["expiring: given away"] += taken
        clear()
        yield number


def race_holding_again(crew: Crew, track: Track, racers: int, rounds: int, tally: Tally) -> Iterator[int]:
    """Hold an expired time again, twice at once, while the others claim it and the sweeper comes by."""
    for number in range(rounds):
        start = track.window(number)
        held = hold(track, start)
        expire_in(held, 0)
        calls: list[Call] = [("hold_again", {"held": held})] * 2 + [("sweep", {"wait": 0.0})]
        calls += [("hold", {"track": track, "starts_at": start})] * (racers - len(calls))
        reports = crew.go(calls)
        again, taking = reports[:2], reports[3:]
        tally.add(reports)
        winners = any(report.won for report in again) + sum(report.won for report in taking)
        claimed = Allocation.objects.values("appointment").distinct().count()
        tally.add_other("holding_again", sound=winners == 1 == claimed)
        clear()
        yield number


def expire_in(held: UUID, seconds: float) -> None:
    """Let a hold end so many seconds from now, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH ends AS (SELECT clock_timestamp() + %s * interval '1 second' AS at), claims AS ("
            " UPDATE bookings_allocation SET expires_at = ends.at FROM ends WHERE appointment_id = %s)"
            " UPDATE bookings_appointment SET hold_expires_at = ends.at FROM ends WHERE id = %s",
            [seconds, held, held],
        )


def _count(status: Status) -> int:
    return Appointment.objects.filter(status=status).count()
