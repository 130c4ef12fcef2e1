"""The owner's pages of an import: four steps, plain words, and no file that breaks them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment, ImportBatch
from bookings.views import import_words
from clinic.models import OutboxMessage, Role
from patients.models import Patient
from tests.calendars import Calendar, make_calendar
from tests.factories import OfferFactory, StaffFactory, VisitTypeFactory
from tests.imports.files import PEOPLE, xlsx_bytes
from tests.imports.pages import (
    START,
    accept_columns,
    import_bytes,
    owner_in,
    press_import,
    upload,
    visits_csv,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(rooms=2)


def test_four_steps_lead_from_a_file_to_a_calendar(calendar: Calendar) -> None:
    client = owner_in()

    page = upload(client, calendar, visits_csv().encode())
    assert page.context["form"]["phone"].value() == "1"
    page = accept_columns(client, page)
    shown = page.content.decode()
    assert "This is not a phone number we can call." in shown
    assert "4/3/2534" in shown
    assert [visit.row for visit, _who in page.context["to_move"]] == [3]
    assert Patient.objects.count() == 0
    page = press_import(client, page)

    batch = ImportBatch.objects.get()
    assert (Patient.objects.count(), Appointment.objects.count(), OutboxMessage.objects.count()) == (2, 2, 0)
    assert (batch.sealed, batch.counts["left_out"]) == (None, [[4, "phone"]])
    assert "To move" in page.content.decode()


def test_one_press_takes_it_back(calendar: Calendar) -> None:
    client = owner_in()
    batch = import_bytes(client, calendar, visits_csv().encode())

    page = client.post(f"{START}{batch.pk}/undo/", follow=True)

    assert "Removed: 2 patients, 2 visits" in page.content.decode()
    assert (Patient.objects.count(), Appointment.objects.count()) == (0, 0)


def test_what_was_touched_is_listed_with_why(calendar: Calendar) -> None:
    client = owner_in()
    batch = import_bytes(client, calendar, visits_csv().encode())
    Patient.objects.filter(email="hannah@example.com").update(language="th")
    Appointment.objects.earliest("starts_at").save()

    page = client.post(f"{START}{batch.pk}/undo/", follow=True).content.decode()

    assert "The visit was changed since." in page
    assert "There is more about this person by now" in page
    assert Patient.objects.get().name == "Hannah Whitfield"


def test_a_workbook_is_read_like_a_csv(calendar: Calendar) -> None:
    lines: list[list[Any]] = [["ชื่อ-นามสกุล", "เบอร์โทร", "วันเกิด"], ["สมหญิง ใจดี", 812345678, "4 มี.ค. 2534"]]

    import_bytes(owner_in(), calendar, xlsx_bytes(lines), "old.xlsx")

    someone = Patient.objects.get()
    assert (someone.phone.as_e164, str(someone.birth_date)) == ("+66812345678", "1991-03-04")


def test_rows_that_name_no_visit_type_take_the_chosen_one(calendar: Calendar) -> None:
    other = VisitTypeFactory.create(
        code="CHECK", name={"en": "Check", "th": "ตรวจ"}, modes=["video"], minutes=20
    )
    OfferFactory.create(visit_type=other, site=calendar.site)
    calendar.practitioners[0].visit_types.add(other)
    client = owner_in()
    page = upload(client, calendar, visits_csv().replace("CONS_NEW", "").encode())

    page = accept_columns(client, page, any_visit_type=str(other.pk), any_mode="video")
    press_import(client, page)

    assert {(visit.visit_type, visit.mode) for visit in Appointment.objects.all()} == {(other, "video")}


def test_an_old_page_does_not_import_other_columns(calendar: Calendar) -> None:
    client = owner_in()
    columns = upload(client, calendar, PEOPLE.encode())
    old = accept_columns(client, columns)
    accept_columns(client, columns, email="")

    page = press_import(client, old)

    assert "The columns were changed meanwhile." in page.content.decode()
    assert Patient.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Say which column has the name."),
        ({"email": "0"}, "This column is chosen twice."),
        ({"time": "3", "birth_date": ""}, "Say which column has the date of the visit."),
        ({"phone": "99"}, "Choose a column of the file."),
    ],
)
def test_columns_that_make_no_sense_are_said(calendar: Calendar, changes: dict[str, str], words: str) -> None:
    client = owner_in()

    page = accept_columns(client, upload(client, calendar, PEOPLE.encode()), **changes)

    assert (page.status_code, words in page.content.decode()) == (422, True)


def test_a_file_can_be_deleted(calendar: Calendar) -> None:
    client = owner_in()
    upload(client, calendar, PEOPLE.encode())
    batch = ImportBatch.objects.get()

    client.post(f"{START}{batch.pk}/forget/")

    assert ImportBatch.objects.count() == 0
    assert client.get(f"{START}{batch.pk}/check/").status_code == 404


def test_the_database_does_not_hold_a_readable_file(calendar: Calendar) -> None:
    upload(owner_in(), calendar, PEOPLE.encode())

    batch = ImportBatch.objects.get()

    assert batch.sealed is not None
    assert b"Hannah" not in bytes(batch.sealed)


def test_a_pages_queries_do_not_grow_with_the_file(calendar: Calendar) -> None:
    client = owner_in()
    head, *lines = visits_csv().splitlines()
    many = [
        line.replace("Hannah", f"Hannah{n}").replace("09:00", f"{9 + n // 2}:{n % 2}0")
        for n in range(9)
        for line in lines
    ]
    counts = []

    for text in ("\n".join([head, *lines]), "\n".join([head, *many])):
        page = accept_columns(client, upload(client, calendar, text.encode()))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page.request["PATH_INFO"])
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN])
def test_only_the_owner_imports_and_exports(calendar: Calendar, role: str) -> None:
    client = Client()
    client.force_login(StaffFactory.create(roles=[role]))

    for path in ("", "patients/", "visits/"):
        assert client.post(START + path).status_code == 403


def test_every_problem_has_words() -> None:
    import re
    from pathlib import Path

    read = "".join(
        Path("bookings", name).read_text() for name in ("forms/import_rows.py", "queries/import_plan.py")
    )
    codes = set(re.findall(r'_Wrong\("(\w+)"', read)) | set(re.findall(r'return "(\w+)"', read))

    assert codes - set(import_words.PROBLEM_WORDS) == set()
    assert len(codes) > 10
