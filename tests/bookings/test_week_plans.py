"""Lines with days of their own, and the periods people think in."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bookings.hours import WeeklyHours, open_spans
from bookings.week_plans import (
    DatedHours,
    DrawnHours,
    find_later_period,
    list_overlaps,
    list_periods,
    put_week,
    week_on,
)

MORNING = DrawnHours(1, time(9), time(12), 1)
AFTERNOON = DrawnHours(1, time(13), time(17), 1)
ELSEWHERE = DrawnHours(2, time(9), time(17), 2)
START, LATER, END = date(2026, 1, 1), date(2026, 6, 1), date(2026, 6, 30)
DAY = timedelta(days=1)
BEFORE = [DatedHours(MORNING, START, None)]


def test_a_new_week_ends_the_old_one_the_day_before() -> None:
    lines = put_week(BEFORE, [AFTERNOON], LATER, None)

    assert lines == [DatedHours(MORNING, START, LATER - DAY), DatedHours(AFTERNOON, LATER, None)]


def test_a_week_that_ends_lets_the_old_one_go_on() -> None:
    lines = put_week(BEFORE, [AFTERNOON], LATER, END)

    assert [(p.first_date, p.last_date, p.week) for p in list_periods(lines)] == [
        (START, LATER - DAY, (MORNING,)),
        (LATER, END, (AFTERNOON,)),
        (END + DAY, None, (MORNING,)),
    ]


def test_a_week_in_place_of_another_leaves_nothing_of_it() -> None:
    lines = put_week(put_week(BEFORE, [AFTERNOON], LATER, END), [ELSEWHERE], LATER, END)

    assert week_on(lines, LATER) == week_on(lines, END) == (ELSEWHERE,)
    assert week_on(lines, END + DAY) == (MORNING,)


def test_no_hours_are_a_week_too() -> None:
    lines = put_week(BEFORE, [], LATER, END)

    assert [p.week for p in list_periods(lines)] == [(MORNING,), (), (MORNING,)]


def test_lines_that_overlap_in_their_days_become_periods() -> None:
    lines = [DatedHours(MORNING, START, None), DatedHours(AFTERNOON, LATER, END)]

    assert [p.week for p in list_periods(lines)] == [(MORNING,), (MORNING, AFTERNOON), (MORNING,)]
    assert list_periods(lines)[1].minutes == 7 * 60


def test_what_goes_on_unchanged_is_one_period() -> None:
    lines = [DatedHours(MORNING, START, LATER - DAY), DatedHours(MORNING, LATER, None)]

    assert [(p.first_date, p.last_date) for p in list_periods(lines)] == [(START, None)]


def test_a_plan_that_ends_has_no_empty_period_after_it() -> None:
    assert [p.last_date for p in list_periods([DatedHours(MORNING, START, END)])] == [END]
    assert list_periods([]) == []


def test_a_later_plan_is_in_the_way_of_one_without_an_end() -> None:
    periods = list_periods(put_week(BEFORE, [AFTERNOON], LATER, None))

    assert find_later_period(periods, START + DAY, None) == periods[1]
    assert find_later_period(periods, START + DAY, LATER) == periods[1]
    assert find_later_period(periods, START + DAY, LATER - DAY) is None
    assert find_later_period(periods, LATER, None) is None


def test_blocks_overlap_on_one_day_by_one_clock_only() -> None:
    longer = DrawnHours(1, time(11, 45), time(14), 2)
    bangkok, tokyo = {1: "Asia/Bangkok", 2: "Asia/Bangkok"}, {1: "Asia/Bangkok", 2: "Asia/Tokyo"}

    assert list_overlaps([MORNING, AFTERNOON, longer], bangkok) == [(2, 0), (2, 1)]
    assert list_overlaps([MORNING, AFTERNOON, longer], tokyo) == []
    assert list_overlaps([MORNING, DrawnHours(1, time(12), time(13), 1), ELSEWHERE], bangkok) == []


def test_what_is_stored_opens_what_was_drawn_on_every_day() -> None:
    lines = put_week(put_week(BEFORE, [AFTERNOON], LATER, END), [ELSEWHERE], END - 7 * DAY, None)
    zone = ZoneInfo("Asia/Bangkok")

    for number in range(400):
        day = START + number * DAY
        weekly = [
            WeeklyHours(1, x.drawn.weekday, x.drawn.starts, x.drawn.ends, x.first_date, x.last_date)
            for x in lines
        ]
        opened = open_spans(weekly, [], frozenset(), zone, day, day)
        assert len(opened) == sum(drawn.weekday == day.isoweekday() for drawn in week_on(lines, day))
