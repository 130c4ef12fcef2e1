"""The free places a sheet suggests are places a move takes, and it suggests all of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.models import Appointment, TimeOff
from bookings.queries.free_places import list_free_places
from bookings.services import moves
from bookings.services.placing import Target
from tests.bookings.steps import move
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes

pytestmark = pytest.mark.django_db

FIRST = date(2026, 11, 23)


@pytest.fixture
def calendar() -> Calendar:
    calendar = make_calendar(practitioners=2, rooms=2, notice_hours=0)
    for shift in (60, 60, 240):
        calendar.book(MONDAY + minutes(shift))
    span = TimestamptzRange(MONDAY + minutes(360), MONDAY + minutes(420))
    TimeOff.objects.create(resource=calendar.practitioners[1].resource, span=span)
    return calendar


def test_what_is_suggested_is_exactly_what_has_nothing_in_its_way(calendar: Calendar) -> None:
    visit = calendar.book()
    suggested = {
        (place.starts_at, place.resource_id)
        for place in list_free_places(visit, first=FIRST, days=1, now=NOW, minutes=30)
    }
    free = {
        (start, who.resource_id)
        for who in calendar.practitioners
        for start in (MONDAY + minutes(10 * n) for n in range(-1, 50))
        if not moves.find_hindrances(visit, Target(start, who.resource_id, 30), now=NOW)
        and (start, who.pk) != (visit.starts_at, visit.practitioner_id)
    }
    assert suggested == free
    assert len(suggested) > 40


def test_a_suggested_place_is_taken_by_a_move(calendar: Calendar) -> None:
    visit = calendar.book()
    for place in list_free_places(visit, first=FIRST, days=2, now=NOW)[::15]:
        moved = move(visit, place.starts_at, column=place.resource_id, now=NOW)
        assert (moved.starts_at, moved.practitioner_id) == (place.starts_at, place.practitioner_id)


def test_places_cost_two_queries_and_the_past_is_none(
    calendar: Calendar, django_assert_num_queries: Any
) -> None:
    visit = Appointment.objects.select_related("visit_type", "site", "practitioner__resource").first()
    assert visit is not None
    with django_assert_num_queries(2):
        places = list_free_places(visit, first=FIRST, days=7, now=MONDAY + timedelta(hours=4))
    assert min(place.starts_at for place in places) > MONDAY + timedelta(hours=4)
    assert {place.starts_at.date() for place in places} == {FIRST + timedelta(days=n) for n in range(5)}
