"""The first page of the set-up: what there is, and what is missing."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.models import Clinic, DutyShift, Resource, Role
from tests.bookings.setup_pages import owner_in
from tests.calendars import make_calendar
from tests.factories import ClosureFactory, StaffFactory

pytestmark = pytest.mark.django_db


def home(client: Client) -> str:
    return client.get("/setup/").content.decode()


def test_an_empty_clinic_is_told_what_is_missing(client: Client) -> None:
    owner_in(client)

    page = home(client)

    assert "5 things are missing before patients can book" in page
    assert "There are two owners" in page
    assert "0 sites" in page


def test_a_clinic_that_can_open_is_told_so(client: Client) -> None:
    owner_in(client)
    StaffFactory.create(roles=[Role.OWNER])
    calendar = make_calendar(practitioners=2, rooms=3)
    Clinic.objects.create(pk=1, name="Mali", email="a@b.example", phone="+6620000000", licence_number="1")
    today = timezone.now().astimezone(calendar.site.tz).date()
    ClosureFactory.create(site=calendar.site, first_date=today, last_date=today, is_public_holiday=True)
    DutyShift.objects.create(
        user=StaffFactory.create(roles=[Role.CLINICIAN]),
        starts_at=timezone.now(),
        ends_at=timezone.now().replace(year=2099),
    )

    page = home(client)

    assert "Patients can book" in page
    assert "Missing:" not in page
    assert ("1 site" in page, "3 in use" in page, "2 of 2 have hours" in page) == (True, True, True)


def test_a_visit_type_without_its_room_is_named(client: Client) -> None:
    owner_in(client)
    calendar = make_calendar()
    Resource.objects.filter(pk=calendar.rooms[0].pk).update(archived_at=timezone.now())

    assert "First consultation at Mali Skin Clinic needs: Consultation room" in home(client)


def test_a_visit_type_that_nobody_with_hours_does_is_named(client: Client) -> None:
    owner_in(client)
    make_calendar().practitioners[0].visit_types.clear()

    assert "First consultation at Mali Skin Clinic needs: Doctor" in home(client)


@pytest.mark.parametrize(
    ("role", "leads_to"), [("owner", "/setup/"), ("front_desk", "/setup/hours/"), ("nurse", "/admin/")]
)
def test_the_rail_leads_everybody_where_they_may_go(client: Client, role: str, leads_to: str) -> None:
    make_calendar()
    client.force_login(StaffFactory.create(roles=[role]))

    page = client.get("/desk/").content.decode()

    assert f'<a class="nv" href="{leads_to}"' in page
    assert client.get(leads_to).status_code == 200


def test_the_admin_stays_within_reach(client: Client) -> None:
    owner_in(client)

    assert 'href="/admin/"' in home(client)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_a_big_clinic(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    owner_in(client)
    for _site in range(count):
        make_calendar(practitioners=count, rooms=count)
    home(client)

    with django_assert_num_queries(21):
        home(client)
