"""A browser in the middle of a booking, for tests of its pages. The clock is the real one."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from bookings.queries.offers import get_offers
from bookings.services import links
from tests.calendars import Calendar

TYPED = {
    "who_asked": "1",
    "who": "self",
    "name": "Hannah Whitfield",
    "birth_day": "",
    "birth_month": "",
    "birth_year": "",
    "contact_name": "",
    "phone": "+44 7700 900318",
    "email": "hannah.w@example.com",
}


def list_starts(calendar: Calendar) -> list[datetime]:
    """Return the starts on offer, by time, without those of the first day.

    Late in the day it has few left: a test that needs two in a row would fail by the hour.
    """
    starts = get_offers(calendar.search, now=timezone.now()).starts
    days = [start.astimezone(calendar.site.tz).date() for start in starts]
    return [start for start, day in zip(starts, days, strict=True) if day > days[0]]


def hold_in(client: Client, calendar: Calendar, **changes: Any) -> Appointment:
    """Hold the first offered time in a browser."""
    visit = calendar.hold(list_starts(calendar)[0], now=timezone.now(), **changes)
    session = client.session
    session["booking"] = {"appointment": str(visit.pk), "search": {}, "zone": "Europe/London"}
    session.save()
    return visit


def type_details(client: Client, **changes: str) -> None:
    """Fill in the details page; `changes` alter what is typed."""
    response = client.post("/book/details/", TYPED | changes)
    assert response.status_code == 302, response.content.decode()


def press_book(client: Client) -> Any:
    """Press "Book this time" on the check page as it stands now; return the answer."""
    page = client.get("/book/check/")
    return client.post("/book/check/", {"key": str(page.context["key"]), "stamp": page.context["stamp"]})


def book_in(client: Client, calendar: Calendar) -> Appointment:
    """Book the first offered time in a browser, from details to proof."""
    visit = hold_in(client, calendar)
    type_details(client)
    assert press_book(client).status_code == 302
    visit.refresh_from_db()
    return visit


def book_for(calendar: Calendar, **changes: Any) -> Appointment:
    """Book the first offered time somewhere else; `changes` alter the person."""
    return calendar.book(list_starts(calendar)[0], now=timezone.now(), **changes)


def expire(visit: Appointment) -> None:
    """Let a hold run out now, by the database's clock."""
    with connection.cursor() as cursor:
        for table, column in (
            ("bookings_allocation", "expires_at"),
            ("bookings_appointment", "hold_expires_at"),
        ):
            key = "appointment_id" if table == "bookings_allocation" else "id"
            cursor.execute(
                f"UPDATE {table} SET {column} = clock_timestamp() - interval '1 second' WHERE {key} = %s",
                [visit.pk],
            )


def token_for(visit: Appointment) -> str:
    """Return the token of a new link to a visit."""
    return links.token_of(links.make_link(appointment=visit, now=timezone.now()))


def start_at(visit: Appointment, moment: datetime) -> None:
    """Put a visit at another moment, whatever the calendar says."""
    Appointment.objects.filter(pk=visit.pk).update(starts_at=moment, ends_at=moment + timedelta(minutes=40))


def new_key() -> str:
    """Return an idempotency key no page has used."""
    return str(uuid.uuid4())


def local_day(visit: Appointment) -> date:
    """Return the visit's day at its site."""
    return visit.starts_at.astimezone(visit.site.tz).date()


def day_address(visit: Appointment) -> str:
    """Return the address of the visit's day in the desk's list."""
    return f"/desk/list/?site={visit.site.slug}&date={local_day(visit)}"


def press(client: Client, visit: Appointment, what: str, **more: str) -> Any:
    """Take a step with a visit from the day's list, and follow it back."""
    return client.post(f"/desk/visits/{visit.reference}/{what}/", more, follow=True)
