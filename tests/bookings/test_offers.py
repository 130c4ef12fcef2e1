"""What is offered, and that it is exactly what is accepted."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.models import TimeOff
from bookings.queries.offers import find_first_available, get_choice, get_offers, list_alternatives
from bookings.services.refusals import JustTaken, NotOffered
from tests import factories
from tests.calendars import MONDAY, NOW, make_calendar, minutes

BANGKOK = ZoneInfo("Asia/Bangkok")

pytestmark = pytest.mark.django_db


def test_offers_are_the_grid_inside_hours_with_buffers() -> None:
    calendar = make_calendar()
    day = get_offers(calendar.search, now=NOW).on_day(date(2026, 11, 23), BANGKOK)
    assert day[0] == MONDAY
    assert day[-1] == MONDAY + timedelta(
        hours=7
    )  # 16:00 + 40 + 10 minutes ends at 16:50; 16:30 would not fit
    assert len(day) == 15


def test_offers_leave_out_what_is_held_and_its_buffer() -> None:
    calendar = make_calendar()
    calendar.hold(MONDAY + minutes(60))
    day = get_offers(calendar.search, now=NOW).on_day(date(2026, 11, 23), BANGKOK)
    taken = [MONDAY + minutes(n) for n in (30, 60, 90)]
    assert set(taken).isdisjoint(day)
    assert len(day) == 12


def test_offers_need_a_room_as_well_as_a_person() -> None:
    calendar = make_calendar(practitioners=2, rooms=1)
    calendar.hold(MONDAY)
    assert MONDAY not in get_offers(calendar.search, now=NOW).starts
    assert MONDAY in get_offers(replace(calendar.search, mode="video"), now=NOW).starts


def test_offers_count_a_start_once_however_many_people_are_free() -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    offers = get_offers(calendar.search, now=NOW)
    assert offers.counts(BANGKOK)[date(2026, 11, 23)] == 15
    assert len(set(offers.epochs)) == len(offers.epochs)


def test_offers_respect_time_off_closures_and_openings() -> None:
    calendar = make_calendar()
    TimeOff.objects.create(
        resource=calendar.practitioners[0].resource,
        span=TimestamptzRange(MONDAY, MONDAY + timedelta(hours=4)),
    )
    factories.ClosureFactory.create(
        site=calendar.site, first_date=date(2026, 11, 24), last_date=date(2026, 11, 25)
    )
    factories.OpeningFactory.create(
        practitioner=calendar.practitioners[0],
        site=calendar.site,
        date=date(2026, 11, 28),
        starts="10:00",
        ends="11:00",
    )
    offers = get_offers(calendar.search, now=NOW)
    counts = offers.counts(BANGKOK)
    assert counts[date(2026, 11, 23)] == 7
    assert date(2026, 11, 24) not in counts
    assert date(2026, 11, 25) not in offers.open_days
    assert counts[date(2026, 11, 28)] == 1


def test_offers_start_after_the_notice_and_end_at_the_horizon() -> None:
    calendar = make_calendar(notice_hours=72, horizon_days=7)
    offers = get_offers(calendar.search, now=NOW)
    assert offers.starts[0] == MONDAY
    assert offers.horizon_date == date(2026, 11, 27)
    assert offers.starts[-1].astimezone(BANGKOK).date() == date(2026, 11, 27)


@pytest.mark.parametrize("practitioners", [1, 3])
def test_offers_cost_two_queries_whatever_the_calendar(
    practitioners: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    calendar = make_calendar(practitioners=practitioners, rooms=practitioners)
    with django_assert_num_queries(2):  # type: ignore[operator]
        get_offers(calendar.search, now=NOW)


def test_first_available_is_the_first_offer_with_who_is_freest() -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    calendar.hold(MONDAY + timedelta(hours=3), practitioner_id=calendar.practitioners[0].pk)
    first = find_first_available(calendar.search, now=NOW)
    assert first is not None
    assert first.starts_at == MONDAY
    assert first.practitioner == calendar.practitioners[1]


def test_first_available_is_none_when_nobody_works() -> None:
    calendar = make_calendar(practitioners=0)
    assert find_first_available(calendar.search, now=NOW) is None


def test_alternatives_are_the_nearest_offers_in_order() -> None:
    calendar = make_calendar()
    calendar.hold(MONDAY + timedelta(hours=2))
    near = list_alternatives(calendar.search, near=MONDAY + timedelta(hours=2), now=NOW, limit=4)
    assert near == [MONDAY + minutes(n) for n in (30, 60, 180, 210)]


def test_every_offer_is_accepted_and_nothing_else() -> None:
    calendar = make_calendar()
    calendar.hold(MONDAY + minutes(60))
    offered = set(get_offers(calendar.search, now=NOW).on_day(date(2026, 11, 23), BANGKOK))
    for step in range(-12, 10 * 12):
        starts_at = MONDAY + minutes(5 * step)
        assert get_choice(calendar.search, starts_at=starts_at, now=NOW).is_offered == (starts_at in offered)


@pytest.mark.parametrize(
    ("shift", "reason"),
    [
        (minutes(-30), "hours"),
        (minutes(5), "grid"),
        (minutes(7 * 60 + 30), "hours"),
        (timedelta(days=61), "horizon"),
        (timedelta(days=-3, hours=3), "notice"),
        (timedelta(days=-7), "past"),
        (timedelta(days=-1), "hours"),
        (timedelta(seconds=1), "grid"),
        (timedelta(microseconds=1), "grid"),
    ],
)
def test_a_time_posted_by_hand_is_refused_with_the_reason(shift: timedelta, reason: str) -> None:
    calendar = make_calendar()
    with pytest.raises(NotOffered) as refusal:
        calendar.hold(MONDAY + shift)
    assert refusal.value.reason == reason


def test_a_taken_time_is_refused_as_taken() -> None:
    calendar = make_calendar()
    calendar.hold(MONDAY)
    with pytest.raises(JustTaken):
        calendar.hold(MONDAY + minutes(30))


def test_a_visit_that_fits_without_its_buffer_is_refused_for_the_buffer() -> None:
    calendar = make_calendar(grid_minutes=20)
    with pytest.raises(NotOffered) as refusal:
        calendar.hold(MONDAY + minutes(7 * 60 + 20))
    assert refusal.value.reason == "buffer"
