"""The choose-a-time page understands what it is asked, and says so kindly when it does not."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.models import Appointment
from clinic.models import VisitOffer
from tests.bookings.times_pages import URL, choice, clocks, names_of_days, text_of
from tests.calendars import MONDAY, NOW, Calendar, make_calendar
from tests.factories import HoursFactory, OfferFactory, PractitionerFactory, VisitTypeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


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
