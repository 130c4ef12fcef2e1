"""Wall-clock hours at the dates and in the zones that are hard."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bookings.availability import Rules, offered_starts
from bookings.hours import Opening, OpenSpan, WeeklyHours, open_spans, pieces_between, pieces_of_day, to_epoch

# Past dates where a law has ended the changes since (Cuba and Morocco, 2026).
HARD = [
    ("America/New_York", date(2027, 3, 14), 23),
    ("America/New_York", date(2027, 11, 7), 25),
    ("America/Los_Angeles", date(2027, 3, 14), 23),
    ("Europe/London", date(2027, 3, 28), 23),
    ("Europe/London", date(2027, 10, 31), 25),
    ("Europe/Berlin", date(2027, 3, 28), 23),
    ("Australia/Sydney", date(2027, 4, 4), 25),
    ("Australia/Adelaide", date(2027, 10, 3), 23),
    ("Pacific/Auckland", date(2027, 9, 26), 23),
    ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
    ("Australia/Lord_Howe", date(2027, 10, 3), 23.5),
    ("America/Havana", date(2025, 3, 9), 23),
    ("America/Havana", date(2025, 11, 2), 25),
    ("America/Santiago", date(2027, 4, 3), 25),
    ("America/Santiago", date(2027, 9, 5), 23),
    ("Asia/Beirut", date(2027, 3, 28), 23),
    ("Africa/Cairo", date(2027, 4, 30), 23),
    ("Africa/Cairo", date(2027, 10, 28), 25),
    ("Antarctica/Troll", date(2027, 3, 28), 22),
    ("Antarctica/Troll", date(2027, 10, 31), 26),
    ("Pacific/Chatham", date(2027, 4, 4), 25),
    ("Pacific/Chatham", date(2027, 9, 26), 23),
    ("Africa/Casablanca", date(2025, 2, 23), 25),
    ("Africa/Casablanca", date(2025, 4, 6), 23),
    ("Asia/Jerusalem", date(2027, 3, 26), 23),
    ("Asia/Gaza", date(2027, 3, 27), 23),
    ("America/Vancouver", date(2027, 3, 14), 24),
    ("Asia/Kathmandu", date(2027, 3, 28), 24),
    ("Australia/Eucla", date(2027, 10, 3), 24),
    ("Asia/Bangkok", date(2028, 2, 29), 24),
    ("Asia/Tehran", date(2027, 3, 22), 24),
    ("Pacific/Kiritimati", date(2027, 1, 1), 24),
    ("Pacific/Pago_Pago", date(2026, 12, 31), 24),
]
ZONES = sorted(
    {zone for zone, _day, _hours in HARD}
    | {"Asia/Kolkata", "Asia/Yangon", "America/St_Johns", "America/Nuuk", "America/Asuncion", "Asia/Amman"}
)


def local(epoch: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(epoch, tz=UTC).astimezone(zone)


def is_real(moment: datetime) -> bool:
    """Whether a wall-clock time happens on its day."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(
        tzinfo=None
    )


@pytest.mark.parametrize(("name", "day", "hours"), HARD)
def test_a_day_is_as_long_as_its_clock_says(name: str, day: date, hours: float) -> None:
    pieces = pieces_of_day(day.toordinal(), ZoneInfo(name))
    assert sum(piece.end - piece.start for piece in pieces) == hours * 3600
    assert all(one.offset != other.offset for one, other in pairwise(pieces))


@pytest.mark.parametrize("name", ZONES)
def test_the_days_of_a_year_leave_no_second_out(name: str) -> None:
    zone = ZoneInfo(name)
    pieces = pieces_between(date(2026, 12, 1), date(2028, 3, 1), zone)
    assert all(one.end == other.start for one, other in pairwise(pieces))
    for piece in pieces:
        for instant in (piece.start, piece.end - 1):
            moment = local(instant, zone)
            assert moment.toordinal() == piece.ordinal
            assert moment.utcoffset() == timedelta(seconds=piece.offset)


def test_200_000_wall_clock_times_come_back_as_they_were() -> None:
    chance = random.Random(2027)
    first, days = date(2026, 12, 1).toordinal(), 450
    wrong = 0
    for name in ZONES:
        zone = ZoneInfo(name)
        for _time in range(200_000 // len(ZONES) + 1):
            day = date.fromordinal(first + chance.randrange(days))
            clock = time(chance.randrange(24), chance.choice((0, 5, 10, 15, 30, 45, 59)))
            back = local(to_epoch(day, clock, zone), zone)
            if (back.date(), back.time()) != (day, clock):
                wrong += is_real(datetime.combine(day, clock, tzinfo=zone))
    assert wrong == 0


def test_a_time_that_never_happens_is_read_with_the_offset_before() -> None:
    zone = ZoneInfo("America/New_York")
    assert local(to_epoch(date(2027, 3, 14), time(2, 30), zone), zone).time() == time(3, 30)


def test_a_time_that_happens_twice_is_the_first() -> None:
    zone = ZoneInfo("America/New_York")
    assert (
        to_epoch(date(2027, 11, 7), time(1, 30), zone) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC).timestamp()
    )


def test_vancouver_keeps_its_clock_from_2026_on() -> None:
    zone = ZoneInfo("America/Vancouver")
    assert {piece.offset for piece in pieces_between(date(2026, 12, 1), date(2027, 12, 1), zone)} == {
        -7 * 3600
    }


@pytest.mark.parametrize(("name", "day", "hours"), HARD)
def test_starts_stand_on_the_wall_clocks_grid_on_hard_days(name: str, day: date, hours: float) -> None:
    zone = ZoneInfo(name)
    pieces = pieces_between(day, day, zone)
    start, end = pieces[0].start, pieces[-1].end
    rules = Rules(before=0, length=60, after=0, grid=1800, earliest=start, until=end)
    starts = offered_starts([[(start, end)]], pieces, rules)
    clocks = [local(epoch, zone) for epoch in starts]
    assert {clock.minute for clock in clocks} <= {0, 30}
    assert {clock.date() for clock in clocks} == {day}
    assert starts == sorted(set(starts))
    assert len(starts) == hours * 2


def weekly(weekday: int, starts: time, ends: time, first: date, last: date | None = None) -> WeeklyHours:
    return WeeklyHours(7, weekday, starts, ends, first, last)


@pytest.mark.parametrize("name", ["Europe/London", "Asia/Bangkok", "Australia/Lord_Howe", "America/Havana"])
def test_weekly_hours_are_the_walls_all_year(name: str) -> None:
    zone = ZoneInfo(name)
    line = weekly(7, time(9), time(17), date(2020, 1, 1))
    spans = open_spans([line], [], frozenset(), zone, date(2027, 1, 1), date(2027, 12, 31))
    assert len(spans) == 52
    for span in spans:
        assert local(span.start, zone).time() == time(9)
        assert local(span.end, zone).time() == time(17)
        assert local(span.start, zone).isoweekday() == 7


def test_weekly_hours_hold_between_their_dates_inclusive() -> None:
    zone = ZoneInfo("Asia/Bangkok")
    line = weekly(1, time(9), time(10), date(2026, 11, 23), date(2026, 11, 30))
    spans = open_spans([line], [], frozenset(), zone, date(2026, 11, 1), date(2026, 12, 31))
    assert [local(span.start, zone).date() for span in spans] == [date(2026, 11, 23), date(2026, 11, 30)]


def test_closed_days_have_openings_but_no_weekly_hours() -> None:
    zone = ZoneInfo("Asia/Bangkok")
    day = date(2026, 11, 23)
    opening = Opening(7, day, time(12), time(13))
    line = weekly(1, time(9), time(17), date(2020, 1, 1))
    spans = open_spans([line], [opening], frozenset({day}), zone, day, day)
    start = to_epoch(day, time(12), zone)
    assert spans == [OpenSpan(7, start, start + 3600)]


def test_hours_inside_a_gap_are_no_hours() -> None:
    zone = ZoneInfo("America/New_York")
    line = weekly(7, time(2, 30), time(3), date(2020, 1, 1))
    assert open_spans([line], [], frozenset(), zone, date(2027, 3, 14), date(2027, 3, 14)) == []


@pytest.mark.parametrize("weekday", range(1, 8))
@pytest.mark.parametrize("offset", range(7))
def test_weekly_hours_fall_on_their_weekday_only_between_the_days_asked(weekday: int, offset: int) -> None:
    first = date(2027, 3, 1) + timedelta(days=offset)
    last = first + timedelta(days=12)
    lines = [WeeklyHours(41, weekday, time(9), time(12), date(2027, 1, 1), None)]
    days = [first + timedelta(days=n) for n in range(13)]

    spans = open_spans(lines, [], frozenset(), ZoneInfo("Asia/Bangkok"), first, last)

    assert [local(span.start, ZoneInfo("Asia/Bangkok")).date() for span in spans] == [
        day for day in days if day.isoweekday() == weekday
    ]
    assert {span.resource_id for span in spans} <= {41}


def test_hours_that_end_as_they_begin_are_none() -> None:
    zone, day = ZoneInfo("Asia/Bangkok"), date(2027, 3, 1)
    nothing = [WeeklyHours(1, 1, time(9), time(9), day, None)]
    assert open_spans(nothing, [Opening(1, day, time(9), time(9))], frozenset(), zone, day, day) == []
