"""The day board's page, its panel, its week and its paper: what they show, and what they never say."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Appointment
from clinic.models import Role, User
from patients.models import Patient
from tests.bookings.board_pages import address, put_today
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.calendars import Calendar, make_calendar, minutes
from tests.factories import StaffFactory
from tests.patients.health_records import CANARY, raise_alert, read_form, send_form, sign_form

pytestmark = pytest.mark.django_db

VIEWS = ("", "week/", "print/", "list/")


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return book_for(calendar, name="Ann Early")


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def page_of(client: Client, visit: Appointment, path: str = "", /, **more: str) -> str:
    answer = client.get(address(visit, path, **more))
    assert answer.status_code == 200
    return answer.content.decode()


def main_of(page: str) -> str:
    """Return a page without what every page has."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_board_shows_a_visit_in_its_practitioners_column(
    client: Client, visit: Appointment, nok: User
) -> None:
    page = page_of(client, visit)
    column = page.partition(f'data-column="{visit.practitioner.resource_id}"')[2].partition("data-column=")[0]

    local = visit.starts_at.astimezone(visit.site.tz)
    for part in (
        f'id="v-{visit.reference}"',
        f'data-start="{local.hour * 60 + local.minute}"',
        'data-minutes="40"',
        'data-status="booked"',
        "Booked. ",
        "Ann Early",
    ):
        assert part in column
    assert "Room 1 · 1 visit" in page


def test_board_of_rooms_shows_a_visit_in_its_rooms_column(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    page = page_of(client, visit, by="room")
    column = page.partition(f'data-column="{calendar.rooms[0].pk}"')[2].partition("data-column=")[0]

    assert f'id="v-{visit.reference}"' in column
    assert 'data-kind="room" data-name="Room 2"' in page


@pytest.mark.parametrize("path", [*VIEWS, "panel"])
def test_no_view_of_the_day_tells_anything_clinical(
    client: Client, visit: Appointment, nok: User, path: str
) -> None:
    patient = patient_of(visit)
    sign_form(send_form(patient, needs_longer_visit=True))
    read_form(send_form(patient))
    raise_alert(patient, passed_on_at=timezone.now())
    panel = f"/desk/visits/{visit.reference}/panel/"

    answer = client.get(panel if path == "panel" else address(visit, path, visit=visit.reference))

    page = answer.content.decode().casefold()
    assert "ann early" in page
    for word in (CANARY, "same day", "same_day", "scar", "eczema", "atopic"):
        assert word not in (page if path == "panel" else main_of(page))


@pytest.mark.parametrize("path", ["", "week/", "print/"])
def test_views_of_a_day_ask_a_fixed_number_of_queries(
    client: Client, calendar: Calendar, nok: User, path: str
) -> None:
    counts = []
    for names in (["Ann"], ["Bee", "Cat"]):
        for name in names:
            visit = book_for(calendar, name=name)
            Appointment.objects.filter(pk=visit.pk).update(status="arrived")
            send_form(patient_of(visit))
        client.get(address(visit, path))
        with CaptureQueriesContext(connection) as asked:
            client.get(address(visit, path, visit=visit.reference))
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] < 35  # with a panel open


def test_board_without_a_panel_asks_fewer_than_25(client: Client, visit: Appointment, nok: User) -> None:
    client.get(address(visit))

    with CaptureQueriesContext(connection) as asked:
        client.get(address(visit))

    assert len(asked) < 25


def test_minutes_run_only_on_todays_board(client: Client, visit: Appointment, nok: User) -> None:
    assert "nowline" not in page_of(client, visit)

    put_today(visit, minutes=20)
    page = page_of(client, visit)

    assert "20 min late" in page
    assert "nowline" in page
    assert "UTC" in page.partition('class="corner"')[2][:60]


def test_filter_dims_the_others_and_a_second_press_shows_all(
    client: Client, visit: Appointment, nok: User
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status="confirmed")

    page = page_of(client, visit, show="unconfirmed")

    assert " dim" in page.partition('class="vb ')[2][:80]
    on = page.partition('class="chip  on" href="')[2].partition('"')[0]
    assert "show=" not in on
    assert on != ""


@pytest.mark.parametrize("status", ["cancelled", "no_show", "done"])
def test_a_visit_in_the_address_shows_its_panel_whatever_has_become_of_it(
    client: Client, visit: Appointment, nok: User, status: str
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=status)

    page = page_of(client, visit, visit=visit.reference)

    panel = page.partition('id="panel"')[2].partition("</aside>")[0]
    assert f'<span class="code">{visit.reference}</span>' in panel
    assert "No visits" in page if status == "cancelled" else f"v-{visit.reference}" in page


@pytest.mark.parametrize("reference", ["NOSUCH1", "%2500", "\u202e", "9" * 3000, "../.."])
def test_a_visit_in_the_address_that_is_none_shows_the_board(
    client: Client, visit: Appointment, nok: User, reference: str
) -> None:
    page = page_of(client, visit, visit=reference)

    assert 'id="panel"' in page
    assert 'class="phead"' not in page
    assert client.get("/desk/visits/NOSUCH1/panel/").status_code == 404


def test_a_nurse_sees_the_board_and_nothing_to_press(client: Client, visit: Appointment) -> None:
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))

    page = page_of(client, visit, visit=visit.reference)

    assert "data-may-act" not in page
    panel = page.partition('id="panel"')[2].partition("</aside>")[0]
    assert "+44" not in panel
    assert "<form" not in panel


def test_of_somebody_erased_the_panel_says_so_and_leads_nowhere(
    client: Client, visit: Appointment, nok: User
) -> None:
    patient = patient_of(visit)
    before = client.get(f"/desk/visits/{visit.reference}/panel/").content.decode()
    Patient.objects.filter(pk=patient.pk).update(archived_at=timezone.now(), erased_at=timezone.now())

    panel = client.get(f"/desk/visits/{visit.reference}/panel/").content.decode()

    assert "data was erased" in panel
    for leads in (f"/patients/{patient.pk}/", "/tablet/", "<form", "data-sheet", "Contact"):
        assert leads in before
        assert leads not in panel


@pytest.mark.parametrize("path", ["", "changes/", "week/", "print/"])
def test_others_are_not_let_in(client: Client, visit: Appointment, path: str) -> None:
    assert client.get(address(visit, path)).status_code == 302

    client.force_login(StaffFactory.create(roles=[]))
    assert client.get(address(visit, path)).status_code in (403, 404)


def test_week_shows_each_visit_on_its_day(client: Client, visit: Appointment, nok: User) -> None:
    page = page_of(client, visit, "week/")

    assert f"date={visit.starts_at.astimezone(visit.site.tz):%Y-%m-%d}&amp;visit={visit.reference}" in page
    assert "Ann Early" in page
    later = address(visit, "week/").replace(
        str(visit.starts_at.astimezone(visit.site.tz).date()),
        str((visit.starts_at + timedelta(days=7)).astimezone(visit.site.tz).date()),
    )
    assert "No visits this week" in client.get(later).content.decode()


def test_paper_holds_names_and_no_phone_numbers(client: Client, visit: Appointment, nok: User) -> None:
    page = page_of(client, visit, "print/")

    assert "Ann Early" in page
    assert not re.search("7700 ?900", page)  # four digits alone stand in an identifier now and then
    assert "<form" not in main_of(page)


def test_visits_that_overlap_stand_side_by_side(client: Client, calendar: Calendar, nok: User) -> None:
    first, second = book_for(calendar, name="Ann"), book_for(calendar, name="Bee")
    Appointment.objects.filter(pk=second.pk).update(
        practitioner=first.practitioner, starts_at=first.starts_at + minutes(10), ends_at=first.ends_at
    )

    page = page_of(client, first)

    assert "lane-0-2" in page
    assert "lane-1-2" in page


def test_empty_day_says_so(client: Client, calendar: Calendar, nok: User) -> None:
    answer: Any = client.get("/desk/")

    assert "No visits today" in answer.content.decode()
