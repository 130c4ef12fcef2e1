"""The choose-a-time page shows what is free in the zone asked for, and opening it changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bookings.times_pages import URL, choice, clocks, fill_monday, names_of_days, text_of
from tests.calendars import NOW, Calendar, make_calendar
from tests.factories import HoursFactory, OfferFactory, SiteFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def test_choose_time_names_each_day_with_its_free_times(client: Client, calendar: Calendar) -> None:
    names = names_of_days(client.get(URL, {"day": "2026-11-24"}))

    assert names[:2] == ["Monday 23 November, 15 times free", "Tuesday 24 November, 15 times free"]
    assert names[5] == "Saturday 28 November, shut"
    assert len(names) == 14


def test_choose_time_opens_on_the_first_free_day(client: Client, calendar: Calendar) -> None:
    response = client.get(URL)

    assert response.context["shown"].day.isoformat() == "2026-11-23"
    assert 'aria-current="date"' in response.content.decode()
    assert "Monday 23 November 15 times, Bangkok time" in text_of(response)
    assert response.context["page"].announcement == "15 times on Monday 23 November"


def test_choose_time_groups_times_by_part_of_day(client: Client, calendar: Calendar) -> None:
    parts = client.get(URL).context["page"].parts

    assert [(part.name, part.times[0].label, part.times[-1].label) for part in parts] == [
        ("Morning", "09:00", "11:30"),
        ("Afternoon", "12:00", "16:00"),
    ]


def test_choose_time_says_full_where_everything_is_taken(client: Client, calendar: Calendar) -> None:
    fill_monday(calendar)

    response = client.get(URL)

    assert names_of_days(response)[0] == "Monday 23 November, full"
    assert "day=2026-11-23" not in response.content.decode()


def test_choose_time_says_too_soon_within_the_notice(client: Client) -> None:
    make_calendar(notice_hours=120)

    assert names_of_days(client.get(URL))[1:3] == [
        "Tuesday 24 November, too soon to book online",
        "Wednesday 25 November, 15 times free",
    ]


def test_choose_time_says_which_days_are_over(client: Client, calendar: Calendar) -> None:
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert names_of_days(client.get(URL))[0] == "Monday 23 November, in the past"


def test_choose_time_pages_through_fortnights(client: Client, calendar: Calendar) -> None:
    first = client.get(URL).context["page"]
    second = client.get(URL + first.later_url).context["page"]

    assert (first.earlier_url, first.span) == ("", "23 Nov – 6 Dec")
    assert (second.days[0].words, second.title) == (
        "Monday 7 December, 15 times free",
        "Monday 7 December",
    )
    assert client.get(URL + second.earlier_url).context["page"].days == first.days


def test_choose_time_counts_months_up_to_the_horizon(client: Client) -> None:
    make_calendar(horizon_days=30)

    months = client.get(URL).context["page"].months

    assert [(month.name, month.note) for month in months] == [
        ("Nov", "90 times"),
        ("Dec", "210 times"),
        ("Jan", "Not open"),
        ("Feb", "Not open"),
    ]
    assert [bool(month.url) for month in months] == [True, True, False, False]


def test_choose_time_first_available_leads_to_the_chosen_time(client: Client, calendar: Calendar) -> None:
    first_url = client.get(URL, {"home": "Europe/London"}).context["page"].first_url

    page = client.get(URL + first_url).context["page"]

    assert (page.chosen.when, page.chosen.where) == ("Mon 23 Nov, 09:00", "Bangkok time. 02:00 in London")


def test_choose_time_in_london_is_the_same_instants(client: Client, calendar: Calendar) -> None:
    there = client.get(URL, {"zone": "Europe/London"}).context["page"].parts

    assert [(part.name, part.times[0].label) for part in there] == [("Early", "02:00"), ("Morning", "06:00")]
    assert there[0].times[0].value == "2026-11-23T02:00Z"


def test_choose_time_far_west_is_on_the_day_before(client: Client, calendar: Calendar) -> None:
    response = client.get(URL, {"zone": "America/Los_Angeles"})

    assert names_of_days(response)[6] == "Sunday 22 November, 12 times free"
    assert clocks(response)[0] == "18:00"


def test_choose_time_keeps_the_instant_when_the_zone_changes(client: Client, calendar: Calendar) -> None:
    query = {"start": "2026-11-23T02:00Z", "day": "2026-11-23", "zone": "America/Los_Angeles"}

    response = client.get(URL, query)

    assert response.context["shown"].day.isoformat() == "2026-11-22"
    assert response.context["page"].chosen.value == "2026-11-23T02:00Z"


@pytest.mark.parametrize(
    ("day", "clock"), [("2027-03-26", "02:00"), ("2027-03-29", "03:00")], ids=["before", "after"]
)
def test_choose_time_follows_a_clock_change(client: Client, day: str, clock: str) -> None:
    make_calendar(horizon_days=366)

    assert clocks(client.get(URL, {"zone": "Europe/London", "day": day}))[0] == clock


def test_choose_time_tells_an_hour_that_comes_twice_apart(client: Client) -> None:
    calendar = make_calendar(horizon_days=366)
    HoursFactory(practitioner=calendar.practitioners[0], site=calendar.site, weekday=7)

    labels = clocks(client.get(URL, {"zone": "America/New_York", "day": "2027-11-07"}))

    assert [label for label in labels if label.startswith("01:")] == [
        "01:00 (UTC−4)",
        "01:30 (UTC−4)",
        "01:00 (UTC−5)",
        "01:30 (UTC−5)",
    ]


def test_choose_time_by_video_leads_with_the_patients_zone(client: Client, calendar: Calendar) -> None:
    page = client.get(URL, {"mode": "video", "home": "Europe/London"}).context["page"]

    assert (page.first.when, page.first.where) == ("Mon 23 Nov, 02:00", "London time. 09:00 in Bangkok")


def test_choose_time_at_the_clinic_leads_with_its_zone(client: Client, calendar: Calendar) -> None:
    page = client.get(URL, {"home": "America/Los_Angeles"}).context["page"]

    assert (page.first.when, page.first.where) == (
        "Mon 23 Nov, 09:00",
        "Bangkok time. Sun 18:00 in Los Angeles",
    )


def test_choose_time_lists_the_clinics_zone_first_then_ones_own(client: Client, calendar: Calendar) -> None:
    zones = client.get(URL, {"home": "Asia/Kathmandu"}).context["own_zones"]

    assert [label for _value, label, _shown in zones] == ["Bangkok (UTC+7)", "Kathmandu (UTC+5:45)"]


def test_choose_time_opened_changes_nothing(client: Client, calendar: Calendar) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL, {"zone": "Europe/London", "start": "2026-11-23T02:00Z"})

    assert [
        query["sql"] for query in queries if not query["sql"].lstrip().startswith(("SELECT", "WITH"))
    ] == []
    assert "nuan" not in response.cookies
    assert "no-store" in response["Cache-Control"]


def count_queries(client: Client, **search: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert clocks(client.get(URL, search))
    return len(queries)


@pytest.mark.parametrize("count", [1, 3])
def test_choose_time_costs_the_same_few_queries(client: Client, count: int) -> None:
    calendar = make_calendar(practitioners=count, rooms=count)
    for _number in range(count - 1):
        OfferFactory(visit_type=calendar.visit_type, site=SiteFactory())
    with_session = Client()
    with_session.post(URL, choice())

    assert count_queries(client) == 6
    assert count_queries(with_session) == 7
    assert count_queries(with_session, month="2027-01") == MOST_QUERIES


def test_choose_time_answers_htmx_with_the_part_that_changes(client: Client, calendar: Calendar) -> None:
    whole = client.get(URL).content.decode()
    part = client.get(URL, headers={"HX-Request": "true"}).content.decode()

    assert part.lstrip().startswith('<div id="times-page"')
    assert "<html" in whole
    assert "<html" not in part
    assert 'data-announce="15 times on Monday 23 November"' in part


def test_choose_time_restored_from_history_is_the_whole_page(client: Client, calendar: Calendar) -> None:
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<html" in client.get(URL, headers=headers).content.decode()
