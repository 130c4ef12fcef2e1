"""Time off for tests, entered as the desk does."""

from datetime import datetime, timedelta

from bookings.models import TimeOff
from bookings.services.time_off import Blocked, block_time
from bookings.time_spans import Block
from clinic.models import Resource, User
from tests.calendars import MONDAY, NOW, minutes


def block_of(resource: Resource, starts_at: datetime = MONDAY, length: int = 60) -> Block:
    """Return a span of a resource, some minutes long."""
    return Block(resource.pk, starts_at, starts_at + minutes(length))


def enter(*blocks: Block, note: str = "", by: User | None = None, now: datetime = NOW) -> Blocked:
    """Enter time off."""
    return block_time(blocks=blocks, note=note, by=by, now=now)


def off(resource: Resource, starts_at: datetime = MONDAY, length: int = 60) -> TimeOff:
    """Enter one span and return it."""
    return enter(block_of(resource, starts_at, length)).rows[0]


DAY = timedelta(days=1)
