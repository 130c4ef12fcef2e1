"""What a worker can be asked about claims: book visits, or insert bare rows, for some seconds.

Run in eight processes at once. No two of them want the same time: this measures work, not races.
"""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from psycopg.types.range import TimestamptzRange

from bookings.models import VisitEvent
from bookings.queries.offers import Search
from bookings.services.actors import Actor
from bookings.services.visits import book_visit
from clinic.models import Practitioner, Site, VisitType
from tests.bench import calendar
from tests.bench.ours import bare_connection
from tests.calendars import person


@cache
def _visits(number: int, first: str) -> Iterator[tuple[Search, datetime]]:
    """The visits process `number` may book: every eighth time, eight people at each (there are 8 rooms)."""
    search = Search(visit_type=VisitType.objects.get(), site=Site.objects.get(), mode="in_person")
    people = list(Practitioner.objects.order_by("pk").values_list("pk", flat=True))
    mine = [people[(number * 2 + turn) % len(people)] for turn in range(calendar.ROOMS)]
    begin = date.fromisoformat(first)
    days = [
        day for n in range(calendar.DAYS) if (day := begin + timedelta(days=n)).weekday() < calendar.SATURDAY
    ]
    times = [
        calendar.opening(day) + slot * calendar.SLOT for day in days for slot in range(calendar.SLOTS_A_DAY)
    ]
    return (
        (replace(search, practitioner_id=who), starts_at.astimezone(UTC))
        for starts_at in times[number :: calendar.PROCESSES]
        for who in mine
    )


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
