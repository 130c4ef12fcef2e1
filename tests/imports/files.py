"""Tables as clinics bring them along, for tests of the import."""

import io
from datetime import datetime
from typing import Any

import openpyxl

from bookings.forms.import_rows import read_rows
from bookings.import_columns import guess_columns
from bookings.import_files import read_table
from bookings.import_rows import Choices, ReadFile
from bookings.import_values import Order
from bookings.models import ImportBatch, VisitEvent
from bookings.queries.import_facts import Clinicians, get_clinicians
from bookings.services.actors import Actor
from bookings.services.import_batches import choose_columns, keep_file
from bookings.services.imports import import_file
from clinic.models import Role, User
from tests.calendars import NOW, Calendar
from tests.factories import StaffFactory

PEOPLE = """Name,Phone,Email,Birth date,Language
Hannah Whitfield,+44 7700 900318,hannah@example.com,1991-03-04,English
สมหญิง ใจดี,081 234 5678,somying@example.com,4/3/2534,ไทย
"""

VISITS = """Name,Phone,Date,Time,Service,Doctor
Hannah Whitfield,+44 7700 900318,2026-11-23,09:00,First consultation,Dr A
สมหญิง ใจดี,081 234 5678,23/11/2569,10.00 น.,CONS_NEW,
"""


def csv_bytes(text: str) -> bytes:
    """Return a table as a CSV file."""
    return text.encode()


def xlsx_bytes(lines: list[list[Any]]) -> bytes:
    """Return lines as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(line)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def choices_for(text: str, calendar: Calendar, **changes: Any) -> Choices:
    """Return what the page guesses of a file, with the calendar's visit type for rows that name none."""
    values: dict[str, Any] = {
        "columns": guess_columns(read_table(text.encode()).headers),
        "order": Order.DAY_FIRST,
        "visit_type_id": calendar.visit_type.pk,
        "mode": "in_person",
    }
    return Choices(**(values | changes))


def read_text(text: str, calendar: Calendar, *, now: datetime = NOW, **changes: Any) -> ReadFile:
    """Return the lines of a CSV text, read as the dry run reads them."""
    chosen = choices_for(text, calendar, **changes)
    return read_rows(read_table(text.encode()), chosen, get_clinicians(calendar.site), now=now)


def waiting(text: str, calendar: Calendar, *, by: User | None = None, **changes: Any) -> ImportBatch:
    """Return a CSV text as an uploaded file whose columns are chosen."""
    owner = by or StaffFactory.create(roles=[Role.OWNER])
    batch = keep_file(raw=text.encode(), file_name="old.csv", site=calendar.site, by=owner, now=NOW)
    choose_columns(batch=batch, choices=choices_for(text, calendar, **changes))
    return batch


def run_import(
    text: str,
    calendar: Calendar,
    *,
    batch: ImportBatch | None = None,
    leave_out_known: bool = False,
    now: datetime = NOW,
    clinicians: Clinicians | None = None,
    **changes: Any,
) -> ImportBatch:
    """Import a CSV text and return its batch."""
    batch = batch or waiting(text, calendar, **changes)
    return import_file(
        batch_id=batch.pk,
        read=read_text(text, calendar, now=now, **changes),
        stamp=choices_for(text, calendar, **changes).stamp,
        clinicians=clinicians or get_clinicians(calendar.site),
        leave_out_known=leave_out_known,
        actor=Actor(by=VisitEvent.By.STAFF, user=batch.created_by),
        now=now,
    )
