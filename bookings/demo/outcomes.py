"""What became of the demo's visits by now: their status, and the events that led there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bookings.life_cycle import Status
from bookings.models import VisitEvent

By = VisitEvent.By
EARLY = timedelta(minutes=12)
LATE = timedelta(minutes=4)


@dataclass(frozen=True)
class Happening:
    """One event of a visit's life."""

    to: Status
    at: datetime
    by: str


def book(start: datetime, now: datetime, rng: Random) -> Happening:
    """Return when and by whom a visit was booked: up to five weeks before, never later than now."""
    booked_at = start - timedelta(days=rng.triangular(1.5, 35, 6))
    booked_at = min(booked_at, now - timedelta(hours=rng.triangular(1, 240, 20)))
    by = By.PATIENT if rng.random() < 0.72 else By.STAFF
    return Happening(Status.BOOKED, booked_at.replace(second=0, microsecond=0), by)


def live(
    start: datetime,
    end: datetime,
    booked_at: datetime,
    now: datetime,
    rng: Random,
    *,
    reliable: bool = False,
) -> list[Happening]:
    """Return what happened to a visit between its booking and now, in order.

    About one in fifteen is cancelled and one in fifteen does not come, unless the person is `reliable`;
    the others confirm (most of them, the days before), arrive, go in and are done as the clock says.
    """
    fate = 1.0 if reliable else rng.random()
    room = start - booked_at
    if fate < 0.065:
        cancelled = Happening(Status.CANCELLED, booked_at + room * rng.uniform(0.2, 0.9), By.PATIENT)
        return [cancelled] if cancelled.at <= now else []
    happenings = list(_come(start, end, booked_at, rng, comes=fate > 0.13))
    return [happening for happening in happenings if happening.at <= now]


def _come(
    start: datetime, end: datetime, booked_at: datetime, rng: Random, *, comes: bool
) -> Iterator[Happening]:
    """Yield a visit's day, the part after now included."""
    if rng.random() < (0.75 if comes else 0.2):
        yield Happening(
            Status.CONFIRMED, max(booked_at, start - timedelta(days=rng.uniform(0.4, 4))), By.LINK
        )
    if not comes:
        yield Happening(Status.NO_SHOW, start + timedelta(minutes=15), By.STAFF)
        return
    arrived = start - EARLY + timedelta(minutes=rng.randint(-10, 8))
    inside = max(arrived, start) + timedelta(minutes=rng.randint(0, 4))
    yield Happening(Status.ARRIVED, arrived, By.STAFF)
    yield Happening(Status.IN_ROOM, inside, By.STAFF)
    yield Happening(Status.DONE, max(inside, end - LATE) + timedelta(minutes=rng.randint(0, 6)), By.STAFF)


def from_epoch(instant: int) -> datetime:
    """Return an instant in epoch seconds as an aware datetime, UTC."""
    return datetime.fromtimestamp(instant, tz=UTC)
