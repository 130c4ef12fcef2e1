"""The owner's pages of public holidays, own closed days and extra hours."""

import uuid
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bookings.models import Appointment, Closure, ExceptionalOpening, WorkingHours
from bookings.queries.stranded import find_stranded
from tests.bookings.pages import book_for
from tests.bookings.setup_pages import hidden, owner_in, texts
from tests.calendars import Calendar, make_calendar
from tests.factories import ClosureFactory, OpeningFactory, StaffFactory

pytestmark = pytest.mark.django_db

NEW_YEAR, KINGS_DAY = "2027-01-01", "2027-12-05"


@pytest.fixture
def calendar(client: Client) -> Calendar:
    owner_in(client)
    return make_calendar()


def observe(client: Client, calendar: Calendar, days: list[str], **changes: str) -> Any:
    """Choose public holidays of 2027 as the page would."""
    path = f"/setup/holidays/site/{calendar.site.pk}/?year=2027"
    seen = hidden(client.get(path).content.decode(), "seen")
    return client.post(path, {"days": days, "seen": seen, **changes})


def day_of(visit: Appointment) -> date:
    return visit.starts_at.astimezone(visit.site.tz).date()


def closing(visit: Appointment, **changes: str) -> dict[str, Any]:
    """Return what the page posts that closes a site on a visit's day."""
    return {
        "first_date": day_of(visit).isoformat(),
        "last_date": "",
        **texts("name", "Staff trip"),
        **changes,
    }


def token_in(answer: Any) -> str:
    page = answer.content.decode()
    return str(page.split('name="accepted" value="')[1].split('"')[0])


def test_holidays_are_listed_in_both_languages_with_what_is_closed(
    client: Client, calendar: Calendar
) -> None:
    observe(client, calendar, [NEW_YEAR])

    page = client.get(f"/setup/holidays/?site={calendar.site.pk}&year=2027").content.decode()

    assert "New Year" in page
    assert "วันขึ้นปีใหม่" in page
    assert page.count('<span class="tag warn">Closed</span>') == 1
    assert Closure.objects.get().first_date == date(2027, 1, 1)


def test_a_day_that_is_unticked_opens_again(client: Client, calendar: Calendar) -> None:
    observe(client, calendar, [NEW_YEAR, KINGS_DAY])
    ClosureFactory.create(site=calendar.site, first_date=date(2027, 1, 2), last_date=date(2027, 1, 3))

    answer = observe(client, calendar, [KINGS_DAY])

    assert answer["Location"] == f"/setup/holidays/?site={calendar.site.pk}&year=2027"
    assert set(Closure.objects.values_list("first_date", "is_public_holiday")) == {
        (date(2027, 12, 5), True),
        (date(2027, 1, 2), False),
    }


@pytest.mark.parametrize("day", ["2027-01-19", "x", "9999-99-99", "\x00"])
def test_a_day_that_is_no_holiday_is_refused(client: Client, calendar: Calendar, day: str) -> None:
    assert observe(client, calendar, [day]).status_code == 422
    assert not Closure.objects.exists()


def test_the_later_of_two_owners_is_told(client: Client, calendar: Calendar) -> None:
    path = f"/setup/holidays/site/{calendar.site.pk}/?year=2027"
    seen = hidden(client.get(path).content.decode(), "seen")
    observe(client, calendar, [NEW_YEAR])

    answer = client.post(path, {"days": [KINGS_DAY], "seen": seen})

    assert answer.status_code == 422
    assert "Somebody changed this meanwhile. It is now: Fri 1 Jan 2027" in answer.content.decode()
    assert Closure.objects.count() == 1


def test_a_holiday_on_which_visits_are_booked_closes_only_all_the_same(
    client: Client, calendar: Calendar
) -> None:
    visit = book_for(calendar)
    moved = timezone.now().replace(year=2027, month=12, day=5, hour=3, minute=0)
    Appointment.objects.update(starts_at=moved, ends_at=moved.replace(minute=40))
    WorkingHours.objects.update(weekday=moved.isoweekday())

    refused = observe(client, calendar, [KINGS_DAY])

    assert refused.status_code == 409
    assert visit.reference in refused.content.decode()
    assert not Closure.objects.exists()
    assert observe(client, calendar, [KINGS_DAY], accepted=token_in(refused)).status_code == 302
    assert find_stranded(now=timezone.now()) == [visit]


def test_closing_a_day_with_visits_names_them_and_needs_a_second_press(
    client: Client, calendar: Calendar
) -> None:
    visit = book_for(calendar)
    path = f"/setup/holidays/site/{calendar.site.pk}/close/"
    data = closing(visit, key=str(uuid.uuid4()))

    refused = client.post(path, data)

    assert refused.status_code == 409
    assert (visit.reference in refused.content.decode(), Closure.objects.count()) == (True, 0)
    answers = [client.post(path, {**data, "accepted": token_in(refused)}) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    closure = Closure.objects.get()
    assert closure.first_date == closure.last_date == day_of(visit)
    assert not closure.is_public_holiday


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last_date": "2001-01-01"}, "The last day must not be before the first."),
        ({"last_date": "2099-01-01"}, "Check the year"),
        ({"first_date": "2570-01-01"}, "You typed 2570. Is that 2027?"),
        ({"first_date": "x"}, "Write a day like"),
        ({"name_th": ""}, "Fill in both English and Thai."),
        ({"key": "no key"}, "valid UUID"),
    ],
)
def test_what_is_wrong_with_a_closure_stands_beside_it(
    client: Client, calendar: Calendar, change: dict[str, str], words: str
) -> None:
    data = {"first_date": "2027-01-09", "last_date": "", **texts("name", "Trip"), **change}

    answer = client.post(f"/setup/holidays/site/{calendar.site.pk}/close/", data)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Closure.objects.exists()


def test_a_closure_is_removed(client: Client, calendar: Calendar) -> None:
    closure = ClosureFactory.create(
        site=calendar.site, first_date=date(2027, 1, 9), last_date=date(2027, 1, 10)
    )
    assert "Holiday" in client.get("/setup/holidays/?year=2027").content.decode()

    client.post(f"/setup/holidays/closures/{closure.pk}/remove/")

    assert not Closure.objects.exists()


def test_extra_hours_are_added_once(client: Client, calendar: Calendar) -> None:
    path = f"/setup/holidays/site/{calendar.site.pk}/extra/"
    who = calendar.practitioners[0]
    data = {"practitioner": who.pk, "date": "2027-01-09", "starts": "9:00", "ends": "12:30"}
    data["key"] = str(uuid.uuid4())

    answers = [client.post(path, data) for _press in range(2)]

    opening = ExceptionalOpening.objects.get()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (opening.practitioner, opening.starts, opening.ends) == (who, time(9), time(12, 30))
    assert "09:00–12:30" in client.get("/setup/holidays/?year=2027").content.decode()


@pytest.mark.parametrize(
    "change", [{"ends": "8:00"}, {"practitioner": "0"}, {"practitioner": "x"}, {"date": "2027-13-01"}]
)
def test_extra_hours_that_make_no_sense_are_refused(
    client: Client, calendar: Calendar, change: dict[str, str]
) -> None:
    data = {
        "practitioner": calendar.practitioners[0].pk,
        "date": "2027-01-09",
        "starts": "9:00",
        "ends": "10:00",
    }

    answer = client.post(f"/setup/holidays/site/{calendar.site.pk}/extra/", {**data, **change})

    assert answer.status_code == 422
    assert not ExceptionalOpening.objects.exists()


def test_extra_hours_with_a_visit_in_them_go_only_all_the_same(client: Client, calendar: Calendar) -> None:
    visit = book_for(calendar)
    WorkingHours.objects.all().delete()
    opening = OpeningFactory.create(
        practitioner=visit.practitioner,
        site=calendar.site,
        date=day_of(visit),
        starts=time(0),
        ends=time(23, 59),
    )
    path = f"/setup/holidays/extra/{opening.pk}/remove/"

    refused = client.post(path)

    assert refused.status_code == 409
    assert visit.reference in refused.content.decode()
    assert ExceptionalOpening.objects.exists()
    client.post(path, {"accepted": token_in(refused)})
    assert not ExceptionalOpening.objects.exists()


def test_the_front_desk_reads_and_changes_nothing_here(calendar: Calendar) -> None:
    desk = Client()
    desk.force_login(StaffFactory.create())

    page = desk.get("/setup/holidays/").content.decode()

    assert "Public holidays" in page
    assert "Choose the days closed" not in page
    assert desk.post(f"/setup/holidays/site/{calendar.site.pk}/", {}).status_code == 403


@pytest.mark.parametrize("asked", ["site=x&year=x", "site=999999999999999999999&year=1", "year=9999"])
def test_an_address_that_makes_no_sense_shows_this_year(
    client: Client, calendar: Calendar, asked: str
) -> None:
    page = client.get(f"/setup/holidays/?{asked}").content.decode()

    year = timezone.now().astimezone(calendar.site.tz).year
    assert f'<option value="{year}" selected>' in page


def test_without_a_site_the_page_asks_for_one(client: Client) -> None:
    owner_in(client)

    assert "Add a site first." in client.get("/setup/holidays/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_many(
    client: Client, calendar: Calendar, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(count):
        ClosureFactory.create(site=calendar.site, first_date=date(2027, 1, 9), last_date=date(2027, 1, 9))
        OpeningFactory.create(
            practitioner=calendar.practitioners[0],
            site=calendar.site,
            date=date(2027, 1, 9),
            starts=time(9),
            ends=time(10),
        )
    client.get("/setup/holidays/?year=2027")

    with django_assert_num_queries(11):
        client.get("/setup/holidays/?year=2027")
