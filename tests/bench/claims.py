"""What a worker can be asked about claims: book visits, or insert bare rows, for some seconds.

Run in eight processes at once. No two of them want the same time: this measures work, not races.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from psycopg.types.range import TimestamptzRange

from bookings.models import VisitEvent
from bookings.queries.offers import Search
from bookings.services.actors import Actor
from bookings.services.visits import book_visit
from tests import factories
from tests.bench import calendar
from tests.bench.ours import bare_connection
from tests.calendars import make_calendar, person

SITES = 100
"""As many a process may fill, with a thousand visits each."""


@cache
def _visits(number: int, first: str) -> Iterator[tuple[Search, datetime]]:
    """Every half hour of the 90 days, at a site of this process's own with one practitioner and one room.

    Claims of one room wait for each other whatever their times; bare inserts share nothing either. Once the
    90 days are full there is another site, so that a fast machine does not run out of times.
    """
    factories.SiteFactory.reset_sequence(number * SITES + 1)
    begin = date.fromisoformat(first)
    days = [
        day for n in range(calendar.DAYS) if (day := begin + timedelta(days=n)).weekday() < calendar.SATURDAY
    ]
    for _site in range(SITES):
        search = make_calendar().search
        for day in days:
            for slot in range(calendar.SLOTS_A_DAY):
                yield search, (calendar.opening(day) + slot * calendar.SLOT).astimezone(UTC)


def book(number: int, first: str, seconds: float) -> int:
    """Book visits as a patient does, events, message, history and limits included; return how many."""
    actor = Actor(by=VisitEvent.By.PATIENT, address=f"10.0.0.{number}")
    now = datetime.combine(date.fromisoformat(first), datetime.min.time(), UTC) - timedelta(hours=12)

    def book_one(search: Search, starts_at: datetime) -> None:
        book_visit(
            search=search, starts_at=starts_at, person=person(), key=uuid.uuid4(), actor=actor, now=now
        )

    return _count(lambda: book_one(*next(_visits(number, first))), seconds)


@cache
def _rows(number: int) -> Iterator[tuple[uuid.UUID, int, uuid.UUID, Any]]:
    begin = datetime(2030, 1, 1, tzinfo=UTC)
    for turn in range(10**9):
        starts_at = begin + turn * calendar.SLOT
        yield uuid.uuid4(), number, uuid.uuid4(), TimestamptzRange(starts_at, starts_at + calendar.SLOT)


def insert(number: int, seconds: float) -> int:
    """Insert one row a visit, each its own transaction, under two exclusion constraints; return how many."""
    connection = bare_connection()
    statement = "INSERT INTO bench_claim (id, resource_id, patient_id, span) VALUES (%s, %s, %s, %s)"
    return _count(lambda: connection.execute(statement, next(_rows(number))), seconds)


def _count(work: Callable[[], object], seconds: float) -> int:
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        work()
        count += 1
    return count
