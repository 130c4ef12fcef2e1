"""Time off for tests, entered as the desk does: by the service, and by its sheet."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.hours import to_epoch
from bookings.models import Appointment, TimeOff
from bookings.queries.offers import to_instant
from bookings.services.time_off import Blocked, block_time
from bookings.time_spans import Block
from clinic.models import Resource, User
from tests.bookings.pages import book_for, local_day
from tests.calendars import MONDAY, NOW, Calendar, minutes

DAY = timedelta(days=1)
BLOCK, LIST, TO_MOVE = "/desk/time-off/block/", "/desk/time-off/", "/desk/to-move/"


def block_of(resource: Resource, starts_at: datetime = MONDAY, length: int = 60) -> Block:
    """Return a span of a resource, some minutes long."""
    return Block(resource.pk, starts_at, starts_at + minutes(length))


def enter(*blocks: Block, note: str = "", by: User | None = None, now: datetime = NOW) -> Blocked:
    """Enter time off."""
    return block_time(blocks=blocks, note=note, by=by, now=now)


def off(resource: Resource, starts_at: datetime = MONDAY, length: int = 60) -> TimeOff:
    """Enter one span and return it."""
    return enter(block_of(resource, starts_at, length)).rows[0]


def asked(calendar: Calendar, day: date, **changes: Any) -> dict[str, Any]:
    """Return the fields of a sheet that blocks the first doctor's whole day."""
    fields = {
        "site": calendar.site.slug,
        "who": [calendar.practitioners[0].resource_id],
        "first": day.isoformat(),
        "last": "",
        "whole": "on",
        "starts": "",
        "ends": "",
        "note": "Course",
    }
    return fields | changes


def later(days: int = 30) -> date:
    """Return a day some days from today."""
    return timezone.now().date() + timedelta(days=days)


def at(calendar: Calendar, day: date, clock: str) -> datetime:
    """Return a time of a day by the site's clock."""
    return to_instant(to_epoch(day, time.fromisoformat(clock), calendar.site.tz))


def spans() -> list[tuple[datetime, datetime]]:
    """Return what is off, by start."""
    return [(row.span.lower, row.span.upper) for row in TimeOff.objects.order_by("span")]


def in_the_way(calendar: Calendar) -> tuple[Appointment, dict[str, Any]]:
    """Return a visit, and the fields that block its practitioner's day."""
    visit = book_for(calendar)
    return visit, asked(calendar, local_day(visit), who=[visit.practitioner.resource_id])


def count_queries(client: Client, path: str) -> int:
    """Return how many queries a page takes."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
