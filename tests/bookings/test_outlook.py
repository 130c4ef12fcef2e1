"""What the page remembers of a search: for a minute, numbers of months not looked at. Never a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from bookings.models import Appointment
from bookings.queries.outlook import MOST_REMEMBERED, Outlook, memory
from bookings.services import holds
from tests.bookings.times_pages import URL, clocks, fill_monday, text_of
from tests.calendars import MONDAY, NOW, Calendar, make_calendar

pytestmark = pytest.mark.django_db

TUESDAY = MONDAY + timedelta(days=1)
IN_JANUARY = MONDAY + timedelta(weeks=7)
"""Monday 11 January 2027, 09:00 in Bangkok: a month the first page does not look at."""


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(horizon_days=90)


def months(client: Client, **search: str) -> dict[str, str]:
    """Return the month strip: name and note."""
    return {month.name: month.note for month in client.get(URL, search).context["page"].months}


def free(client: Client, day: datetime, **search: str) -> list[str]:
    """Return the times on a day, as the page shows them."""
    return clocks(client.get(URL, {"day": day.date().isoformat(), **search}))


def test_months_not_looked_at_are_remembered_for_a_minute(
    client: Client, calendar: Calendar, clock: time_machine.Traveller
) -> None:
    before = months(client)
    calendar.hold(IN_JANUARY)

    clock.shift(60)
    assert months(client) == before
    clock.shift(1)
    assert months(client) == before | {"Jan": "313 times"}
    assert before["Jan"] == "315 times"


def test_the_month_looked_at_is_never_remembered(client: Client, calendar: Calendar) -> None:
    assert months(client)["Nov"] == "90 times"

    calendar.hold(MONDAY)

    assert months(client)["Nov"] == "88 times"


def test_a_taken_time_is_not_shown_while_its_month_is_remembered(client: Client, calendar: Calendar) -> None:
    assert months(client)["Jan"] == "315 times"
    assert free(client, IN_JANUARY)[0] == "09:00"

    calendar.hold(IN_JANUARY)

    assert free(client, IN_JANUARY)[0] == "10:00"
    page = client.get(URL, {"day": "2027-01-11"}).context["page"]
    assert page.days[7].words == "Monday 11 January, 13 times free"
    assert [month.note for month in page.months if month.is_current] == ["313 times"]


def test_a_start_taken_meanwhile_is_not_shown_as_chosen(client: Client, calendar: Calendar) -> None:
    months(client)
    start = f"{IN_JANUARY:%Y-%m-%dT%H:%MZ}"
    assert client.get(URL, {"start": start}).context["shown"].chosen == IN_JANUARY

    calendar.hold(IN_JANUARY)

    response = client.get(URL, {"start": start})
    assert response.context["shown"].chosen is None
    assert "is not free for what you chose" in response.context["shown"].note


def test_a_start_given_back_can_be_chosen_at_once(client: Client, calendar: Calendar) -> None:
    hold = calendar.hold(IN_JANUARY)
    months(client)

    holds.release_hold(appointment_id=hold.pk)

    chosen = client.get(URL, {"start": f"{IN_JANUARY:%Y-%m-%dT%H:%MZ}"}).context["shown"].chosen
    assert chosen == IN_JANUARY


def test_the_first_time_moves_on_at_once(client: Client, calendar: Calendar) -> None:
    assert "First available Mon 23 Nov, 09:00" in text_of(client.get(URL))

    calendar.hold(MONDAY)
    assert "First available Mon 23 Nov, 10:00" in text_of(client.get(URL, {"month": "2027-01"}))

    for hour in range(1, 8):
        calendar.hold(MONDAY + timedelta(hours=hour))
    assert "First available Tue 24 Nov, 09:00" in text_of(client.get(URL, {"month": "2027-01"}))


def test_an_earlier_time_given_back_is_first_at_once(client: Client, calendar: Calendar) -> None:
    hold = calendar.hold(MONDAY)
    assert "First available Mon 23 Nov, 10:00" in text_of(client.get(URL))

    holds.release_hold(appointment_id=hold.pk)

    assert "First available Mon 23 Nov, 09:00" in text_of(client.get(URL, {"month": "2027-01"}))


def test_a_search_without_times_finds_one_given_back_at_once(client: Client, calendar: Calendar) -> None:
    fill_monday(calendar)
    dates = {"from": "2026-11-23", "to": "2026-11-23"}
    assert client.get(URL, dates).context["shown"].day is None

    holds.release_hold(appointment_id=calendar.hold(TUESDAY).pk)
    holds.release_hold(appointment_id=_held_at(MONDAY))

    assert free(client, MONDAY, **dates) == ["09:00"]


def _held_at(start: datetime) -> UUID:
    return Appointment.objects.get(starts_at=start).pk


def test_a_visit_type_that_changes_is_another_search(client: Client, calendar: Calendar) -> None:
    assert months(client)["Jan"] == "315 times"

    calendar.visit_type.weekdays = [1]
    calendar.visit_type.save()

    assert months(client)["Jan"] == "60 times"


def test_outlook_agrees_with_what_is_on_offer_wherever_it_looks(calendar: Calendar) -> None:
    tz = calendar.site.tz
    whole = Outlook(calendar.search, tz, now=NOW)
    days = {day for day in whole.counts if day.month in (11, 1)}

    again = Outlook(calendar.search, tz, now=NOW)
    again.ask(days)

    assert again.counts == whole.counts
    assert again.has_asked(days)
    assert not again.has_asked(whole.counts)
    found = again.offers.by_day(tz)
    assert {day: found[day] for day in days} == {day: whole.offers.by_day(tz)[day] for day in days}


def test_memory_forgets_the_search_used_longest_ago() -> None:
    memory.clear()
    for number in range(MOST_REMEMBERED + 5):
        memory.keep(number, (number,), NOW)

    assert len(memory) == MOST_REMEMBERED
    assert memory.recall(4, NOW) is None
    assert memory.recall(5, NOW) == (5,)


def test_memory_is_not_of_the_future() -> None:
    memory.keep("later", (), NOW + timedelta(seconds=1))

    assert memory.recall("later", NOW) is None
