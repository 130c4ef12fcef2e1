"""An owner in a browser, who imports a file step by step. The clock is the real one."""

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from bookings.models import ImportBatch
from clinic.models import Role
from tests.calendars import Calendar
from tests.factories import StaffFactory

START = "/setup/import/"


def owner_in() -> Client:
    """Return a browser in which the owner is signed in."""
    client = Client()
    client.force_login(StaffFactory.create(roles=[Role.OWNER], name="Mali"))
    return client


def upload(client: Client, calendar: Calendar, raw: bytes, name: str = "old.csv") -> Any:
    """Choose a file, and follow to wherever that leads."""
    sent = {"site": calendar.site.slug, "file": SimpleUploadedFile(name, raw)}
    return client.post(START, sent, follow=True)


def accept_columns(client: Client, page: Any, **changes: Any) -> Any:
    """Send the columns as they were guessed; `changes` choose others."""
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    return client.post(page.request["PATH_INFO"], sent | changes, follow=True)


def press_import(client: Client, page: Any, **changes: str) -> Any:
    """Press Import on the check page as it stands."""
    sent = {"stamp": page.context["stamp"], "known": "use"} | changes
    return client.post(page.request["PATH_INFO"], sent, follow=True)


def import_bytes(client: Client, calendar: Calendar, raw: bytes, name: str = "old.csv") -> ImportBatch:
    """Go all four steps with a file."""
    page = accept_columns(client, upload(client, calendar, raw, name))
    press_import(client, page)
    return ImportBatch.objects.latest("created_at")


def next_monday() -> str:
    """Return the date of a Monday to come."""
    today = timezone.now().date()
    return str(today + timedelta(days=14 - today.weekday()))


def visits_csv() -> str:
    """Return two people with visits on a Monday to come."""
    day = next_monday()
    return (
        "Name,Phone,Email,Birth date,Date,Time,Service,Doctor\n"
        f"Hannah Whitfield,+447700900318,hannah@example.com,1991-03-04,{day},09:00,CONS_NEW,Dr A\n"
        f"สมหญิง ใจดี,081 234 5678,,4/3/2534,{day},22:00,CONS_NEW,Dr A (ไทย)\n"
        f"No Phone,12,,,{day},11:00,,\n"
    )
