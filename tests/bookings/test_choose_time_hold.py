"""Continue holds the chosen time, once, and refuses with a reason that helps."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment
from tests.bookings.times_pages import URL, choice, clocks, fill_monday, text_of
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes
from tests.factories import OfferFactory, VisitTypeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


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
