"""The next free times that the desk reads out: without notice, one after the other, all of them bookable."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.queries.next_times import get_time, list_next_times, next_minute
from bookings.services import visits
from tests.bookings.desk_lists import STAFF, desk_search
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes, person
from tests.factories import ResourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def test_times_follow_each_other_and_are_named_once(calendar: Calendar) -> None:
    found = list_next_times(desk_search(calendar), now=MONDAY + minutes(1), limit=3)

    assert [time.starts_at - MONDAY for time in found] == [minutes(5), minutes(55), minutes(105)]
    assert [(time.who, time.rooms) for time in found] == [("Dr A", ("Room 1",))] * 3


def test_a_taken_time_goes_to_whoever_else_is_free(calendar: Calendar) -> None:
    calendar.book(MONDAY, now=NOW)

    first, second, *_rest = list_next_times(desk_search(calendar), now=MONDAY - minutes(10), limit=3)

    assert (first.starts_at, first.who, first.rooms) == (MONDAY, "Dr B", ("Room 2",))
    assert second.starts_at == MONDAY + minutes(50)


def test_patients_see_nothing_of_it_within_the_notice(calendar: Calendar) -> None:
    today = replace(calendar.search, last_date=MONDAY.date())

    assert list_next_times(today, now=MONDAY, limit=3) == []  # the control: notice is a day


def test_every_time_that_is_shown_can_be_booked(calendar: Calendar) -> None:
    now = MONDAY + minutes(1)
    for time in list_next_times(desk_search(calendar), now=now, limit=8):
        booked = visits.book_visit(
            search=desk_search(calendar, practitioner_id=time.practitioner_id),
            starts_at=time.starts_at,
            person=person(),
            key=uuid.uuid4(),
            actor=STAFF,
            now=now,
        )
        rooms = [each.resource.name for each in booked.allocations.all() if each.resource.site_id]
        assert (booked.practitioner_id, rooms) == (time.practitioner_id, list(time.rooms))


def test_without_a_room_nothing_is_free(calendar: Calendar) -> None:
    for room in calendar.rooms:
        room.archived_at = NOW
        room.save()

    assert list_next_times(desk_search(calendar), now=MONDAY, limit=1) == []


def test_the_search_goes_on_until_there_are_enough(calendar: Calendar) -> None:
    friday_evening = MONDAY - timedelta(days=3) + timedelta(hours=9)

    found = list_next_times(desk_search(calendar), now=friday_evening, limit=2)

    assert found[0].starts_at == MONDAY


def test_one_time_is_free_or_not(calendar: Calendar) -> None:
    search = desk_search(calendar, practitioner_id=calendar.practitioners[0].pk)
    calendar.book(MONDAY, now=NOW, email="a@example.com")

    assert get_time(search, MONDAY, now=NOW) is None
    time = get_time(search, MONDAY + minutes(50), now=NOW)
    assert time is not None
    assert (time.who, time.sent) == ("Dr A", f"2026-11-23T02:50Z/{search.practitioner_id}")


@pytest.mark.parametrize("rooms", [1, 3])
def test_queries_do_not_grow_with_the_clinic(calendar: Calendar, rooms: int) -> None:
    for _number in range(rooms):
        ResourceFactory.create(site=calendar.site)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        list_next_times(desk_search(calendar), now=MONDAY, limit=3)

    assert len(asked) == 2


def test_the_next_minute_is_full_and_ahead() -> None:
    assert next_minute(MONDAY + timedelta(seconds=61)) == MONDAY + minutes(2)
    assert next_minute(MONDAY) == MONDAY + minutes(1)
