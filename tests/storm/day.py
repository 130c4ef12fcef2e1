"""The day of a storm: a clinic with six practitioners and six rooms, some sixty visits, a desk to sign in."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from bookings.services.refusals import Refusal
from tests.calendars import make_calendar
from tests.factories import StaffFactory
from tests.signing_in import force_login

PEOPLE = 6
VISITS = 60

_FAULTS = """
SELECT (SELECT count(*) FROM bookings_allocation a JOIN bookings_allocation b
          ON a.resource_id = b.resource_id AND a.id < b.id AND a.span && b.span)
     + (SELECT count(*) FROM bookings_appointment v
         WHERE (SELECT count(*) FROM bookings_allocation a WHERE a.appointment_id = v.id)
            <> CASE WHEN v.status IN ('booked', 'confirmed', 'arrived', 'in_room') THEN 2 ELSE 0 END)
"""


@dataclass(frozen=True)
class Day:
    """A working day to come. `facts` is what each receptionist knows of it."""

    site: str
    date: str
    facts: dict[str, Any]


def make_day(seed: int) -> Day:
    """Make the clinic and its visits on a working day that is at least two days away."""
    calendar = make_calendar(practitioners=PEOPLE, rooms=PEOPLE, grid_minutes=10, horizon_days=90)
    dice = random.Random(seed)
    now = datetime.now(UTC)
    date = (now.astimezone(calendar.site.tz) + timedelta(days=2)).date()
    while date.isoweekday() > 5:
        date += timedelta(days=1)
    opens = datetime.combine(date, datetime.min.time(), tzinfo=calendar.site.tz) + timedelta(hours=9)
    booked = 0
    for _try in range(VISITS * 10):
        try:
            calendar.book(opens + timedelta(minutes=10 * dice.randrange(44)), now=now)
        except Refusal:
            continue
        booked += 1
        if booked == VISITS // 2:
            break
    people = {person.resource_id: person.pk for person in calendar.practitioners}
    facts = {
        "site": calendar.site.slug,
        "day": date.isoformat(),
        "visit_type": calendar.visit_type.pk,
        "people": people,
    }
    return Day(calendar.site.slug, date.isoformat(), facts)


def sign_in(number: int) -> dict[str, str]:
    """Make a receptionist and their session; return the cookies of their browser."""
    user = StaffFactory.create(name=f"Nok {number}", email=f"desk{number}@example.com")
    client = Client()
    force_login(client, user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def count_claim_faults() -> int:
    """Return how many claims overlap, and how many visits claim other than one person and one room."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS)
        return int(cursor.fetchone()[0])
