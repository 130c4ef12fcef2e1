"""Who waits, who runs late and who did not come, for tests of the desk's lists."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from phonenumber_field.phonenumber import PhoneNumber

from bookings.models import Appointment, RunningLate, VisitEvent, WalkIn
from bookings.queries.next_times import DESK_GRID
from bookings.queries.offers import Search
from bookings.services import desk, running_late, walk_ins
from bookings.services.actors import Actor
from bookings.services.walk_ins import Newcomer
from tests.calendars import MONDAY, Calendar

STAFF = Actor(by=VisitEvent.By.STAFF)


def add_waiting(calendar: Calendar, *, now: datetime = MONDAY, **changes: Any) -> WalkIn:
    """Put somebody in the queue; `changes` alter the call."""
    values: dict[str, Any] = {
        "site": calendar.site,
        "visit_type": calendar.visit_type,
        "practitioner_id": None,
        "newcomer": Newcomer(None, "Wanida Sukjai", PhoneNumber.from_string("+66812345678"), "th"),
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": now,
    }
    return walk_ins.add_walk_in(**(values | changes))


def say_late(
    calendar: Calendar, minutes: int = 30, *, day: date | None = None, now: datetime = MONDAY, **changes: Any
) -> RunningLate:
    """Say that the first practitioner of a calendar runs late; `changes` alter the call."""
    values: dict[str, Any] = {
        "site": calendar.site,
        "practitioner": calendar.practitioners[0],
        "day": day or now.astimezone(calendar.site.tz).date(),
        "minutes": minutes,
        "tells": True,
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": now,
    }
    return running_late.say_late(**(values | changes))


def miss(calendar: Calendar, starts_at: datetime = MONDAY, **changes: Any) -> Appointment:
    """Book a visit to which nobody comes; `changes` alter the person."""
    visit = calendar.book(starts_at, **changes)
    return desk.mark_no_show(appointment=visit, actor=STAFF, now=starts_at + timedelta(minutes=11))


def desk_search(calendar: Calendar, **changes: Any) -> Search:
    """Return how the desk looks for times at a calendar's site."""
    return replace(calendar.search, by_staff=True, desk_grid=DESK_GRID, **changes)
