"""The owner's pages of sites, rooms and devices."""

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from bookings.models import Appointment
from clinic.models import Resource, Site
from tests.bookings.pages import book_for
from tests.bookings.setup_pages import hidden, owner_in, site_data, texts
from tests.calendars import Calendar, make_calendar
from tests.factories import ResourceFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def owner(client: Client) -> None:
    owner_in(client)


def posted_as_shown(client: Client, site: Site, **changes: Any) -> dict[str, Any]:
    """Return what the page of a site posts if only some fields are changed."""
    page = client.get(f"/setup/sites/{site.pk}/").content.decode()
    name = site.name["en"]
    data = site_data(
        **texts("name", name),
        **texts("city", site.city["en"]),
        **texts("address", site.address["en"]),
        phone=str(site.phone),
        order=str(site.order),
        seen=hidden(page, "seen"),
    )
    return {**data, **changes}


def test_a_site_is_added_once_however_often_it_is_pressed(client: Client) -> None:
    page = client.get("/setup/sites/add/").content.decode()
    data = site_data(key=hidden(page, "key"))

    answers = [client.post("/setup/sites/add/", data) for _press in range(2)]

    site = Site.objects.get()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (site.slug, site.currency, site.name["th"]) == ("phuket", "THB", "Phuket (ไทย)")


def test_a_second_site_of_one_name_gets_a_link_of_its_own(client: Client) -> None:
    for _site in range(2):
        client.post("/setup/sites/add/", site_data(key=uuid.uuid4()))

    assert set(Site.objects.values_list("slug", flat=True)) == {"phuket", "phuket-2"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name_th", "", "Fill in both English and Thai."),
        ("zone", "Mars", "We don&#x27;t know this time zone"),
        ("phone", "12", "Enter a phone number"),
        ("country", "XX", "XX is not one of"),
        ("currency", "baht", "Write three letters"),
        ("advertising_approval_expiry_date", "2569-11-26", "You typed 2569. Is that 2026?"),
        ("advertising_approval_expiry_date", "99999-1-1", "Write a day like"),
        ("order", "9" * 400, "less than or equal to 999"),
        ("name_en", "a\x00b", "Null characters are not allowed"),
        ("map_url", "javascript:alert(1)", "Enter a valid URL"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    client: Client, field: str, value: str, words: str
) -> None:
    answer = client.post("/setup/sites/add/", site_data(**{"key": uuid.uuid4(), field: value}))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "2 Beach Road" in page
    assert not Site.objects.exists()


@pytest.mark.parametrize("typed", ["bangkok", "กรุงเทพฯ", "Asia/Bangkok"])
def test_a_zone_is_found_by_its_city(client: Client, typed: str) -> None:
    client.post("/setup/sites/add/", site_data(key=uuid.uuid4(), zone=typed))

    assert Site.objects.get().zone == "Asia/Bangkok"


def test_the_time_in_a_zone_is_said(client: Client) -> None:
    assert "Bangkok (UTC+7)" in client.get("/setup/sites/zone/?zone=bangkok").content.decode()
    assert client.get("/setup/sites/zone/?zone=nowhere").content.decode().strip() == ""


def test_a_site_is_changed(client: Client) -> None:
    site = SiteFactory.create()

    answer = client.post(f"/setup/sites/{site.pk}/", posted_as_shown(client, site, order="7"))

    site.refresh_from_db()
    assert (answer.status_code, site.order) == (302, 7)


def test_the_later_of_two_owners_keeps_both_peoples_work(client: Client) -> None:
    site = SiteFactory.create()
    data = posted_as_shown(client, site, order="7")
    Site.objects.update(map_url="https://maps.example/1")

    answer = client.post(f"/setup/sites/{site.pk}/", data)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Map link: https://maps.example/1" in page
    again = {**data, "map_url": "https://maps.example/1", "seen": hidden(page, "seen")}
    assert client.post(f"/setup/sites/{site.pk}/", again).status_code == 302
    site.refresh_from_db()
    assert (site.order, site.map_url) == (7, "https://maps.example/1")


def test_the_later_of_two_owners_is_told_what_both_changed(client: Client) -> None:
    site = SiteFactory.create()
    data = posted_as_shown(client, site, order="7")
    Site.objects.update(order=3)

    answer = client.post(f"/setup/sites/{site.pk}/", data)

    page = answer.content.decode()
    assert "Somebody changed this meanwhile. It is now: 3" in page
    assert 'name="order" value="7"' in page
    site.refresh_from_db()
    assert site.order == 3


def test_saving_the_same_twice_is_no_conflict(client: Client) -> None:
    site = SiteFactory.create()
    data = posted_as_shown(client, site, order="7")

    assert [client.post(f"/setup/sites/{site.pk}/", data).status_code for _press in range(2)] == [302, 302]


@pytest.mark.parametrize("change", [{"zone": "Asia/Tokyo"}, {"currency": "JPY"}])
def test_clock_and_money_stay_while_visits_are_booked(client: Client, change: dict[str, str]) -> None:
    calendar = make_calendar()
    visit = book_for(calendar)
    data = posted_as_shown(client, calendar.site, **change)

    answer = client.post(f"/setup/sites/{calendar.site.pk}/", data)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "1 booked visit needs this" in page
    assert visit.reference in page
    assert "Save all the same" not in page
    Appointment.objects.update(status="cancelled")
    assert client.post(f"/setup/sites/{calendar.site.pk}/", data).status_code == 302


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def archive_paths(calendar: Calendar) -> dict[str, str]:
    """Return where each thing that a visit needs is archived."""
    return {
        "site": f"/setup/sites/{calendar.site.pk}/archive/",
        "room": f"/setup/rooms/{calendar.rooms[0].pk}/archive/",
        "person": f"/setup/practitioners/{calendar.practitioners[0].pk}/archive/",
    }


@pytest.mark.parametrize("what", ["site", "room", "person"])
def test_nothing_is_archived_that_a_booked_visit_needs(client: Client, calendar: Calendar, what: str) -> None:
    visit = book_for(calendar)

    answer = client.post(archive_paths(calendar)[what], {"accepted": "anything"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert (visit.reference in page, "Hannah Whitfield" in page) == (True, True)
    assert "Save all the same" not in page
    assert not Site.objects.exclude(archived_at=None).exists()
    assert not Resource.objects.exclude(archived_at=None).exists()


@pytest.mark.parametrize("what", ["site", "room", "person"])
def test_what_no_visit_needs_is_archived_and_brought_back(
    client: Client, calendar: Calendar, what: str
) -> None:
    path = archive_paths(calendar)[what]

    client.post(path)
    archived = [*Site.objects.exclude(archived_at=None), *Resource.objects.exclude(archived_at=None)]
    client.post(path.replace("/archive/", "/bring-back/"))

    assert len(archived) == 1
    assert not Site.objects.exclude(archived_at=None).exists()
    assert not Resource.objects.exclude(archived_at=None).exists()


def test_a_room_is_added_once_and_its_name_is_its_own(client: Client) -> None:
    site = SiteFactory.create()
    data = {"name": "Room 1", "kind": "consult_room", "site": site.pk, "key": str(uuid.uuid4())}
    answers = [client.post("/setup/rooms/add/", data) for _press in range(2)]

    again = client.post("/setup/rooms/add/", {**data, "name": "room 1", "key": str(uuid.uuid4())})

    assert [answer.status_code for answer in answers] == [302, 302]
    assert again.status_code == 422
    assert "This site has one with this name already" in again.content.decode()
    assert Resource.objects.count() == 1


def test_a_room_is_renamed_and_keeps_its_kind_while_visits_need_it(
    client: Client, calendar: Calendar
) -> None:
    book_for(calendar)
    room = calendar.rooms[0]
    path = f"/setup/rooms/{room.pk}/"
    seen = hidden(client.get(path).content.decode(), "seen")
    data = {"name": "Blue room", "kind": "consult_room", "site": calendar.site.pk, "seen": seen}
    assert client.post(path, {**data, "kind": "treatment_room"}).status_code == 409

    assert client.post(path, data).status_code == 302
    room.refresh_from_db()
    assert (room.name, room.kind) == ("Blue room", "consult_room")


def test_a_person_is_no_room(client: Client, calendar: Calendar) -> None:
    person = calendar.practitioners[0].resource_id

    assert client.get(f"/setup/rooms/{person}/").status_code == 404
    assert client.post(f"/setup/rooms/{person}/archive/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/setup/sites/", 8), ("/setup/rooms/", 9)])
def test_lists_ask_as_often_for_many_rows(
    client: Client, path: str, queries: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _site in range(count):
        ResourceFactory.create_batch(count)
    client.get(path)

    with django_assert_num_queries(queries):
        page = client.get(path).content.decode()
    assert page.count("/archive/") == (count * count)
