"""The choose-a-time page shows what is free in the zone asked for, and holds it."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment
from clinic.models import VisitOffer
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes
from tests.factories import HoursFactory, OfferFactory, PractitionerFactory, SiteFactory, VisitTypeFactory

pytestmark = pytest.mark.django_db
URL = "/book/"
MOST_QUERIES = 8


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def text_of(response: Any) -> str:
    """Return a page's words without markup, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def names_of_days(response: Any) -> list[str]:
    return [day.words for day in response.context["page"].days]


def clocks(response: Any) -> list[str]:
    return [time.label for part in response.context["page"].parts for time in part.times]


def choice(start: datetime = MONDAY, **more: str) -> dict[str, str]:
    return {"start": start.strftime("%Y-%m-%dT%H:%MZ"), "key": str(uuid.uuid4()), **more}


def fill_monday(calendar: Calendar) -> None:
    """Hold every hour of the Monday; the ten minutes between fit nobody."""
    for hour in range(8):
        calendar.hold(MONDAY + timedelta(hours=hour))


# What the page shows


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

    assert first.earlier_url == ""
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


# Zones


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


# What was asked for


def test_choose_time_keeps_the_instant_when_the_doctor_changes(client: Client) -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    query = {"start": "2026-11-23T02:00Z", "doctor": str(calendar.practitioners[1].pk)}

    assert client.get(URL, query).context["page"].chosen.value == "2026-11-23T02:00Z"


def test_choose_time_says_when_the_instant_is_not_free_any_more(client: Client, calendar: Calendar) -> None:
    calendar.hold(MONDAY)

    response = client.get(URL, {"start": "2026-11-23T02:00Z"})

    assert response.context["page"].chosen is None
    assert "Mon 23 Nov, 09:00 Bangkok time is not free for what you chose." in text_of(response)


def test_choose_time_keeps_to_the_dates_somebody_is_in_town(client: Client, calendar: Calendar) -> None:
    response = client.get(URL, {"from": "2026-11-25", "to": "2026-11-26"})

    free = [day.number for day in response.context["page"].days if day.url]
    assert free == [25, 26]
    assert "Friday 27 November, outside your dates" in names_of_days(response)


def test_choose_time_reads_thai_digits_and_buddhist_years(client: Client, calendar: Calendar) -> None:
    response = client.get(URL, {"from": "๒๕๖๙-๑๑-๒๕", "to": "2569-11-25"})

    assert [day.number for day in response.context["page"].days if day.url] == [25]


def test_choose_time_offers_only_who_speaks_the_language(client: Client, calendar: Calendar) -> None:
    polyglot: Any = PractitionerFactory(
        short="Dr Yuki", languages=["ja", "en"], visit_types=[calendar.visit_type]
    )
    HoursFactory(practitioner=polyglot, site=calendar.site, weekday=3)

    response = client.get(URL, {"language": "ja"})

    assert response.context["choices"].doctor_options == [(str(polyglot.pk), "Dr Yuki")]
    assert response.context["shown"].day.isoformat() == "2026-11-25"


@pytest.mark.parametrize("bookable_by", ["staff", "gated"])
def test_choose_time_refuses_what_patients_may_not_book(
    client: Client, calendar: Calendar, bookable_by: str
) -> None:
    secret = VisitTypeFactory(code="PATCH", bookable_by=bookable_by)
    OfferFactory(visit_type=secret, site=calendar.site)

    response = client.get(URL, {"visit": "PATCH"})

    assert response.context["choices"].search.visit_type == calendar.visit_type
    assert "That visit can’t be booked online." in text_of(response)


def test_choose_time_never_holds_another_visit_than_the_one_asked_for(
    client: Client, calendar: Calendar
) -> None:
    OfferFactory(visit_type=VisitTypeFactory(code="PATCH", bookable_by="gated"), site=calendar.site)

    response = client.post(URL, choice(visit="PATCH"))

    assert response.status_code == 422
    assert "That visit can’t be booked online." in text_of(response)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        {"visit": "x" * 10_000},
        {"visit": "NOPE"},
        {"where": "../../etc"},
        {"mode": "carrier-pigeon"},
        {"mode": "phone"},
        {"doctor": "999999"},
        {"doctor": "-1"},
        {"doctor": "9" * 400},
        {"doctor": "Ploy"},
        {"language": "tlh"},
        {"zone": "Mars/Olympus"},
        {"home": "../../etc/passwd"},
        {"zone": "z" * 10_000},
        {"from": "31/12/2026"},
        {"to": "9999-12-31"},
        {"from": "0001-01-01"},
        {"month": "2026-13"},
        {"month": "💥"},
        {"day": "2026-02-30"},
        {"day": "1999-01-01"},
        {"day": "2027-12-01"},
        {"day": "\u202e2026-11-99"},
        {"start": "yesterday"},
        {"start": "2026-11-23T02:00"},
        {"start": "9999-12-31T23:59Z"},
        {"start": "0001-01-01T00:00Z"},
        {"start": "2026-11-22T02:00Z"},
    ],
    ids=lambda query: repr(query)[:30],
)
def test_choose_time_answers_a_bad_value_with_times_and_a_word(
    client: Client, calendar: Calendar, query: dict[str, str]
) -> None:
    response = client.get(URL, query)

    assert response.status_code == 200
    assert response.context["choices"].notices or response.context["shown"].note
    assert clocks(response)


def test_choose_time_without_anything_to_book_gives_the_phone(client: Client, calendar: Calendar) -> None:
    VisitOffer.objects.all().delete()

    response = client.get(URL)

    assert response.status_code == 200
    assert "+66 2 000 0000" in text_of(response)


# Nothing left


def test_choose_time_with_nothing_left_shows_ways_on(client: Client) -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    away = calendar.practitioners[0]
    away.working_hours.update(valid_from_date="2026-12-02")

    response = client.get(URL, {"doctor": str(away.pk), "month": "2026-11", "mode": "video"})

    assert response.context["none_title"] == "No video times with Dr A in November"
    assert [(way.title, way.text) for way in response.context["ways_on"]] == [
        ("See another doctor by video", "First: Mon 23 Nov, 09:00 Bangkok time"),
        ("Wait for Dr A", "First: Wed 2 Dec, 09:00 Bangkok time"),
        ("Come to the clinic instead", ""),
    ]
    assert "Call us" in text_of(response)


def test_choose_time_ways_on_lead_to_free_times(client: Client) -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    calendar.practitioners[0].working_hours.update(valid_from_date="2026-12-02")
    doctor = str(calendar.practitioners[0].pk)

    ways = client.get(URL, {"doctor": doctor, "month": "2026-11"}).context["ways_on"]

    assert all(clocks(client.get(URL + way.url)) for way in ways[:2])


# Holding


def test_choose_time_holds_and_goes_on_to_the_details(client: Client, calendar: Calendar) -> None:
    response = client.post(URL, choice(home="Europe/London"))

    held = Appointment.objects.get()
    assert (response.status_code, response["Location"]) == (302, "/book/details/")
    assert (held.status, held.starts_at, held.patient_zone) == (Status.HELD, MONDAY, "Europe/London")
    assert client.session["booking"]["appointment"] == str(held.pk)
    assert client.session["booking"]["search"] == {"home": "Europe/London", "start": "2026-11-23T02:00Z"}


def test_choose_time_pressed_twice_holds_once(client: Client, calendar: Calendar) -> None:
    pressed = choice()

    answers = [client.post(URL, pressed), client.post(URL, pressed)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Appointment.objects.count() == 1
    assert Appointment.objects.get().status == Status.HELD


def test_choose_time_refuses_a_form_used_for_another_time(client: Client, calendar: Calendar) -> None:
    pressed = choice()
    client.post(URL, pressed)

    response = client.post(URL, {**pressed, "start": "2026-11-23T04:00Z"})

    assert response.status_code == 409
    assert str(response.context["key"]) != pressed["key"]
    assert response.context["page"].chosen.value == "2026-11-23T04:00Z"
    assert Appointment.objects.get().starts_at == MONDAY


def test_choose_time_again_gives_the_earlier_time_back(client: Client, calendar: Calendar) -> None:
    client.post(URL, choice())

    response = client.post(URL, choice(MONDAY + minutes(30)))

    assert response.status_code == 302
    assert [held.starts_at for held in Appointment.objects.filter(status=Status.HELD)] == [
        MONDAY + minutes(30)
    ]
    assert Allocation.objects.count() == 2


def test_choose_time_the_same_again_is_not_in_its_own_way(client: Client, calendar: Calendar) -> None:
    client.post(URL, choice())

    assert client.post(URL, choice()).status_code == 302
    assert Appointment.objects.get(status=Status.HELD).starts_at == MONDAY


def test_choose_time_refused_keeps_the_earlier_time(client: Client, calendar: Calendar) -> None:
    client.post(URL, choice())

    response = client.post(URL, choice(MONDAY + minutes(7)))

    assert response.status_code == 422
    assert Appointment.objects.get(status=Status.HELD).starts_at == MONDAY
    assert clocks(response)[0] == "09:00"


def test_choose_time_still_shows_the_time_this_browser_holds(client: Client, calendar: Calendar) -> None:
    client.post(URL, choice())

    assert clocks(client.get(URL, {"day": "2026-11-23"}))[0] == "09:00"
    assert clocks(Client().get(URL, {"day": "2026-11-23"}))[0] == "10:00"


def test_choose_time_without_parameters_shows_the_last_search(client: Client, calendar: Calendar) -> None:
    client.post(URL, choice(mode="video", home="Europe/London"))

    context = client.get(URL).context

    assert (context["choices"].search.mode, context["choices"].home) == ("video", "Europe/London")
    assert context["page"].chosen.value == "2026-11-23T02:00Z"


def test_choose_time_after_booking_forgets_the_time(client: Client, calendar: Calendar) -> None:
    client.post(URL, choice(mode="video"))
    session = client.session
    session["booked"] = [session["booking"]["appointment"]]
    session.save()

    context = client.get(URL).context

    assert (context["choices"].search.mode, context["page"].chosen, context["shown"].note) == (
        "video",
        None,
        "",
    )


def test_choose_time_remembers_who_says_they_have_been_before(client: Client, calendar: Calendar) -> None:
    again: Any = VisitTypeFactory(code="CONS_FU", bookable_by="returning")
    OfferFactory(visit_type=again, site=calendar.site)
    calendar.practitioners[0].visit_types.add(again)

    client.post(URL, choice(visit="CONS_FU"))

    held = Appointment.objects.get()
    assert (held.visit_type, held.been_before) == (again, True)


def test_choose_time_taken_a_moment_ago_shows_what_is_still_free(client: Client, calendar: Calendar) -> None:
    calendar.hold(MONDAY)

    response = client.post(URL, choice(home="Europe/London"))

    problem = response.context["problem"]
    assert response.status_code == 409
    assert problem.title == "Someone just took 09:00. These are still free"
    assert problem.times[0].label == "10:00"
    assert "data-focus" in response.content.decode()
    assert response.context["choices"].home == "Europe/London"
    assert Appointment.objects.count() == 1


def test_choose_time_names_the_day_of_times_on_other_days(client: Client) -> None:
    calendar = make_calendar()
    fill_monday(calendar)

    response = client.post(URL, choice())

    assert response.context["problem"].times[0].label == "Tue 24 Nov, 09:00"


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 11, 19, 2, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 5, tzinfo=UTC),
        datetime(2026, 11, 22, 2, tzinfo=UTC),
        datetime(2027, 3, 29, 2, tzinfo=UTC),
    ],
    ids=["past", "off the grid", "closed", "beyond the horizon"],
)
def test_choose_time_refuses_what_was_never_offered(
    client: Client, calendar: Calendar, start: datetime
) -> None:
    response = client.post(URL, choice(start))

    assert response.status_code == 422
    assert response.context["problem"].title
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("start", ["", "yesterday", "\x00", "x" * 10_000, "๙๙:๙๙", "2026-11-23T02:00", "💥"])
def test_choose_time_without_a_time_asks_for_one(client: Client, calendar: Calendar, start: str) -> None:
    response = client.post(URL, {"start": start, "key": str(uuid.uuid4())})

    assert response.status_code == 422
    assert response.context["problem"].title == "Choose a time"
    assert "<title>Error: Choose a time" in response.content.decode()


@pytest.mark.parametrize("key", ["", "not-a-key", "\x00", "k" * 10_000])
def test_choose_time_with_a_spoilt_key_still_holds(client: Client, calendar: Calendar, key: str) -> None:
    assert client.post(URL, {**choice(), "key": key}).status_code == 302


def test_choose_time_too_often_asks_to_wait(client: Client, calendar: Calendar, settings: Any) -> None:
    settings.LIMIT_HOLDS_PER_ADDRESS = 1
    client.post(URL, choice())

    response = client.post(URL, choice(MONDAY + minutes(60)))

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3601
    assert "+66 2 000 0000" in text_of(response)


def test_choose_time_show_leads_to_the_same_search_without_scripts(
    client: Client, calendar: Calendar
) -> None:
    response = client.post(URL, {"show": "1", "mode": "video", "zone": "Europe/London", "day": "2026-11-24"})

    assert response.status_code == 302
    assert response["Location"] == "/book/?mode=video&home=Europe%2FLondon&day=2026-11-24"


# Costs


def test_choose_time_opened_changes_nothing(client: Client, calendar: Calendar) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(URL, {"zone": "Europe/London", "start": "2026-11-23T02:00Z"})

    assert [
        query["sql"] for query in queries if not query["sql"].lstrip().startswith(("SELECT", "WITH"))
    ] == []
    assert "nuan" not in response.cookies
    assert "no-store" in response["Cache-Control"]


def count_queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert clocks(client.get(URL))
    return len(queries)


@pytest.mark.parametrize("count", [1, 3])
def test_choose_time_costs_the_same_few_queries(client: Client, count: int) -> None:
    calendar = make_calendar(practitioners=count, rooms=count)
    for _number in range(count - 1):
        OfferFactory(visit_type=calendar.visit_type, site=SiteFactory())
    with_session = Client()
    with_session.post(URL, choice())

    assert count_queries(client) == 7
    assert count_queries(with_session) == MOST_QUERIES


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
