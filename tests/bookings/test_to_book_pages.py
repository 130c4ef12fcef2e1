"""Requests to book and no-shows: one page, one sheet, and what closes them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Appointment
from clinic.models import User
from patients.models import Patient, VisitRequest
from tests.bookings.pages import book_for
from tests.bookings.test_call_pages import SCRIPT, book
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory
from tests.patients.health_records import CANARY, send_form, sign_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def ask_next(calendar: Calendar, patient: Patient, **columns: Any) -> VisitRequest:
    values = {"kind": VisitRequest.Kind.NEXT, "asked_at": timezone.now(), "visit_type": calendar.visit_type}
    return VisitRequest.objects.create(patient=patient, **(values | columns))


def test_a_request_fills_the_sheet_in_and_is_closed_by_the_booking(
    client: Client, calendar: Calendar, nok: User
) -> None:
    patient = PatientFactory.create(name="Wanida Sukjai")
    review = sign_form(send_form(patient))
    day = (timezone.now() + timedelta(days=10)).date()
    request = ask_next(
        calendar, patient, mode="video", from_date=day, review=review, asked_by=review.reviewer
    )

    page = client.get(f"/desk/book/?request={request.pk}").content.decode()

    assert "Dr Anan asks for:" in page
    assert '<option value="video" selected>' in page
    assert f'value="{day:%Y-%m-%d}"' in page
    assert CANARY not in page
    book(client, calendar, f"&request={request.pk}", record=str(patient.pk))
    request.refresh_from_db()
    assert (request.closed_by, Appointment.objects.get().patient) == (nok, patient)


def test_requests_to_book_and_no_shows_stand_on_one_page_and_in_one_sheet(
    client: Client, calendar: Calendar, nok: User
) -> None:
    request = ask_next(calendar, PatientFactory.create(name="Wanida Sukjai"))
    missed = miss_now(calendar)

    page = client.get("/desk/requests/").content.decode()
    sheet = client.get("/desk/to-book/", headers=SCRIPT).content.decode()

    for shown in (page, sheet):
        assert f"/desk/book/?request={request.pk}" in shown
        assert f"missed={missed.reference}" in shown
    assert client.get("/desk/to-book/")["Location"] == "/desk/requests/"
    assert '<b class="count">2<' in page

    client.post(f"/desk/to-book/{missed.reference}/close/")
    assert "missed=" not in client.get("/desk/requests/").content.decode()


def miss_now(calendar: Calendar, **changes: Any) -> Appointment:
    """Return a visit of yesterday to which nobody came."""
    yesterday, visit = timezone.now() - timedelta(days=1), book_for(calendar, **changes)
    Appointment.objects.filter(pk=visit.pk).update(
        status="no_show", starts_at=yesterday, ends_at=yesterday + timedelta(minutes=40)
    )
    visit.allocations.all().delete()
    visit.refresh_from_db()
    return visit


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_a_fixed_number_of_queries(
    client: Client, calendar: Calendar, nok: User, count: int
) -> None:
    for _number in range(count):
        ask_next(calendar, PatientFactory.create())
        miss_now(calendar)
    client.get("/desk/requests/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/to-book/", headers=SCRIPT)

    assert len(asked) == 7


@pytest.mark.parametrize("role", ["nurse", "clinician"])
def test_clinicians_read_the_lists_and_cannot_act(client: Client, calendar: Calendar, role: str) -> None:
    client.force_login(StaffFactory.create(roles=[role]))
    ask_next(calendar, PatientFactory.create())
    miss_now(calendar)

    sheet = client.get("/desk/to-book/", headers=SCRIPT).content.decode()

    assert "/desk/book/" not in sheet
    assert "/close/" not in sheet
    assert client.get("/desk/book/").status_code == 403
