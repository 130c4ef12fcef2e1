"""The front desk's list of a day: what it shows, what it never says, and why a time is not offered."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from psycopg.types.range import TimestamptzRange
from pytest_django import DjangoAssertNumQueries

from bookings.models import Appointment, TimeOff
from bookings.queries.desk import list_day_visits
from bookings.views.desk import _line
from clinic.models import User
from tests.bookings.pages import book_for, day_address, list_starts, local_day, start_at
from tests.calendars import Calendar, make_calendar
from tests.factories import ClosureFactory, OpeningFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return book_for(calendar)


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def test_day_list_shows_the_days_visits_by_start(client: Client, calendar: Calendar, nok: User) -> None:
    visits = [book_for(calendar, name=name) for name in ("Ann", "Bee", "Cat")]

    page = client.get(day_address(visits[0])).content.decode()

    places = [page.index(f">{name}<") for name in ("Ann", "Bee", "Cat")]
    assert places == sorted(places)
    for words in ("Dr A", "At the clinic", "Room 1", "+44 7700 900318", visits[0].reference, "Booked"):
        assert words in page


def test_day_list_starts_with_today_and_says_when_nothing_is_on(
    client: Client, calendar: Calendar, nok: User
) -> None:
    assert "No visits today" in client.get("/desk/list/").content.decode()


def test_day_list_walks_to_the_days_beside_it(client: Client, visit: Appointment, nok: User) -> None:
    page = client.get(day_address(visit)).content.decode()

    for day in (local_day(visit) - timedelta(days=1), local_day(visit) + timedelta(days=1)):
        assert f"date={day}" in page


@pytest.mark.parametrize(
    "day", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "9" * 5_000, "\u202e"]
)
def test_day_list_shows_today_for_a_day_it_cannot_read(
    client: Client, calendar: Calendar, nok: User, day: str
) -> None:
    response = client.get("/desk/list/", {"date": day})

    assert response.status_code == 200
    assert "We couldn’t read that date" in response.content.decode()


def test_day_list_without_a_site_says_what_to_do(client: Client, nok: User) -> None:
    assert "There is no site yet" in client.get("/desk/list/").content.decode()


def test_day_list_shows_only_the_chosen_site(client: Client, visit: Appointment, nok: User) -> None:
    other = make_calendar(code="OTHER")

    page = client.get(
        "/desk/list/", {"site": other.site.slug, "date": str(local_day(visit))}
    ).content.decode()

    assert visit.reference not in page


def test_day_list_shows_no_clinical_word(client: Client, visit: Appointment, nok: User) -> None:
    page = client.get(day_address(visit)).content.decode().casefold()

    for word in (visit.visit_type.name["en"].casefold(), "scar", "eczema", "atopic", "consultation"):
        assert word not in page.partition("<main")[2].partition("</main>")[0]


def test_day_list_says_first_visit(client: Client, visit: Appointment, nok: User) -> None:
    assert "First visit" in client.get(day_address(visit)).content.decode()


def test_day_list_names_the_language_that_was_asked_for(
    client: Client, visit: Appointment, nok: User
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(spoken_language="th")

    assert "</svg>Thai</span>" in client.get(day_address(visit)).content.decode()


def test_day_list_warns_when_no_record_matches(client: Client, visit: Appointment, nok: User) -> None:
    Appointment.objects.filter(pk=visit.pk).update(been_before=True)

    assert "Says been before, no record" in client.get(day_address(visit)).content.decode()


@pytest.mark.parametrize("change", [{"email": "HANNAH@example.com"}, {"email": "new@example.com"}])
def test_day_list_knows_a_patient_by_name_and_email_or_phone(
    calendar: Calendar, change: dict[str, str]
) -> None:
    earlier = book_for(calendar, email="hannah@example.com")
    start_at(earlier, timezone.now() - timedelta(days=30))
    Appointment.objects.filter(pk=earlier.pk).update(status="done", been_before=True)
    visit = book_for(calendar, **change)

    [line] = list_day_visits(calendar.site, local_day(visit))

    assert (line.is_known, line.is_first_visit, line.says_been_before) == (True, False, False)


def test_day_list_does_not_take_a_sister_for_the_patient(calendar: Calendar) -> None:
    earlier = book_for(calendar, email="family@example.com", name="Lily")
    start_at(earlier, timezone.now() - timedelta(days=30))
    Appointment.objects.filter(pk=earlier.pk).update(status="done")
    visit = book_for(calendar, email="family@example.com", name="Rose")

    [line] = list_day_visits(calendar.site, local_day(visit))

    assert line.is_known is False


def take_off(calendar: Calendar, start: datetime) -> None:
    span = TimestamptzRange(start, start + timedelta(hours=1))
    TimeOff.objects.create(resource=calendar.practitioners[0].resource, span=span)


def test_day_list_shows_visits_that_fall_into_time_off(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    take_off(calendar, visit.starts_at)

    page = client.get(day_address(visit)).content.decode()

    assert "To move" in page
    assert "1 visit falls into time off or a closure" in page


@pytest.mark.parametrize("status", ["arrived", "done", "no_show"])
def test_day_list_moves_nobody_who_has_been_or_gone(
    calendar: Calendar, visit: Appointment, status: str
) -> None:
    take_off(calendar, visit.starts_at)
    Appointment.objects.filter(pk=visit.pk).update(status=status)

    assert [line.is_to_move for line in list_day_visits(calendar.site, local_day(visit))] == [False]


@pytest.mark.parametrize(
    ("after", "offered"),
    [
        (timedelta(days=-2), {"cancel"}),
        (timedelta(0), {"arrive", "cancel"}),
        (timedelta(minutes=10), {"arrive", "no_show", "cancel"}),
    ],
)
def test_day_list_offers_what_the_table_of_actions_allows(
    visit: Appointment, after: timedelta, offered: set[str]
) -> None:
    line = _line(list_day_visits(visit.site, local_day(visit))[0], visit.starts_at + after, ["front_desk"])

    assert {name for name in ("arrive", "no_show", "cancel") if line[f"may_{name}"]} == offered


def test_day_list_offers_a_nurse_none_of_the_desks_steps(visit: Appointment) -> None:
    now = visit.starts_at + timedelta(minutes=10)

    line = _line(list_day_visits(visit.site, local_day(visit))[0], now, ["nurse"])

    assert not any(line[f"may_{name}"] for name in ("arrive", "no_show", "cancel"))


def test_day_list_shows_visits_on_a_closed_day_unless_opened(calendar: Calendar, visit: Appointment) -> None:
    day = local_day(visit)
    ClosureFactory(site=calendar.site, first_date=day, last_date=day)
    assert [line.is_to_move for line in list_day_visits(calendar.site, day)] == [True]

    hours = {"starts": "09:00", "ends": "17:00"}
    OpeningFactory(practitioner=calendar.practitioners[0], site=calendar.site, date=day, **hours)

    assert [line.is_to_move for line in list_day_visits(calendar.site, day)] == [False]


@pytest.mark.parametrize("count", [1, 3])
def test_day_list_asks_a_fixed_number_of_queries(
    client: Client, nok: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    calendar = make_calendar()
    visits = [book_for(calendar) for _ in range(count)]
    client.get(day_address(visits[0]))

    with django_assert_num_queries(17):
        client.get(day_address(visits[0]))


def ask(client: Client, calendar: Calendar, moment: datetime, **more: str) -> Any:
    local = moment.astimezone(calendar.site.tz)
    question = {
        "site": str(calendar.site.pk),
        "visit_type": str(calendar.visit_type.pk),
        "mode": "in_person",
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
    }
    return client.get("/desk/why-not/", question | more)


def test_why_not_names_the_rule(client: Client, calendar: Calendar, visit: Appointment, nok: User) -> None:
    page = ask(client, calendar, visit.starts_at).content.decode()

    assert "Dr A: busy" in page


def test_why_not_says_when_the_time_is_offered(client: Client, calendar: Calendar, nok: User) -> None:
    page = ask(client, calendar, list_starts(calendar)[0]).content.decode()

    assert "This time is offered." in page


@pytest.mark.parametrize("more", [{"date": ""}, {"time": "25:00"}, {"site": "x"}, {"date": "9" * 5_000}])
def test_why_not_says_what_to_fix(
    client: Client, calendar: Calendar, nok: User, more: dict[str, str]
) -> None:
    response = ask(client, calendar, timezone.now(), **more)

    assert response.status_code == 422
    assert "There is 1 thing to fix" in response.content.decode()
