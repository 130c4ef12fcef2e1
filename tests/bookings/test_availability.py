"""The engine against a model that tries every second of the clock one after another."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.availability import (
    DayPiece,
    Rules,
    Window,
    covers,
    first_on_grid,
    intersect,
    merge,
    offered_starts,
    piece_weekday,
    refusal_of,
    windows_between,
)
from bookings.hours import pieces_between

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LONGEST = 400

RULES = Rules(before=0, length=40, after=10, grid=30, earliest=0, until=LONGEST)
ONE_DAY = [DayPiece(0, LONGEST, 0, date(1970, 1, 1).toordinal())]

spans = st.lists(
    st.tuples(st.integers(0, LONGEST), st.integers(1, 120)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=8,
)
rules = st.builds(
    Rules,
    before=st.integers(0, 30),
    length=st.integers(1, 60),
    after=st.integers(0, 30),
    grid=st.integers(1, 50),
    earliest=st.integers(0, 100),
    until=st.integers(0, LONGEST),
)


def inside(instant: int, windows: list[Window]) -> bool:
    return any(first <= instant <= last for first, last in windows)


def fits(start: int, opened: list[Window], taken: list[Window], asked: Rules) -> bool:
    """Whether every single second of the buffered visit is open and not taken."""
    seconds = range(start - asked.before, start + asked.length + asked.after)
    return all(any(a <= s < b for a, b in opened) and not any(a <= s < b for a, b in taken) for s in seconds)


@settings(deadline=None)
@given(spans, spans, rules)
def test_windows_are_where_every_second_is_open_and_free(
    opened: list[Window], taken: list[Window], asked: Rules
) -> None:
    windows = windows_between(opened, taken, asked)
    found = {start for first, last in windows for start in range(first, last + 1)}
    assert found == {start for start in range(LONGEST + 120) if fits(start, opened, taken, asked)}
    assert windows == sorted(windows)


@settings(deadline=None)
@given(spans, spans, spans, rules)
def test_starts_are_what_trying_every_second_finds(
    person: list[Window], room: list[Window], taken: list[Window], asked: Rules
) -> None:
    needs = [windows_between(person, taken, asked), windows_between(room, [], asked)]
    expected = [
        start
        for start in range(asked.earliest, asked.until)
        if start % asked.grid == 0 and fits(start, person, taken, asked) and fits(start, room, [], asked)
    ]
    assert offered_starts(needs, ONE_DAY, asked) == expected


@settings(deadline=None)
@given(spans, spans)
def test_merge_and_intersect_are_union_and_intersection(left: list[Window], right: list[Window]) -> None:
    union, both = merge([*left, *right]), intersect(merge(left), merge(right))
    for instant in range(LONGEST + 120):
        assert inside(instant, union) == (inside(instant, left) or inside(instant, right))
        assert inside(instant, both) == (inside(instant, left) and inside(instant, right))
    assert all(one[1] < other[0] for one, other in pairwise(union))


@given(spans, st.integers(0, LONGEST), st.integers(1, 120))
def test_a_stretch_is_covered_if_all_of_it_is_open(opened: list[Window], start: int, length: int) -> None:
    whole = all(any(a <= instant < b for a, b in opened) for instant in range(start, start + length))
    assert covers(merge(opened), start, start + length) == whole


def test_a_visit_that_just_fits_is_offered_and_one_second_less_is_not() -> None:
    assert windows_between([(0, 50)], [], RULES) == [(0, 0)]
    assert windows_between([(0, 49)], [], RULES) == []


def test_adjacent_hours_are_one_stretch_and_a_gap_of_a_second_is_not() -> None:
    assert windows_between([(0, 30), (30, 60)], [], RULES) == [(0, 10)]
    assert windows_between([(0, 30), (31, 60)], [], RULES) == []


def test_visits_may_touch() -> None:
    assert windows_between([(0, 150)], [(50, 100)], RULES) == [(0, 0), (100, 100)]


def test_nothing_is_offered_without_needs_or_when_one_kind_is_missing() -> None:
    assert offered_starts([], ONE_DAY, RULES) == []
    assert offered_starts([[(0, 100)], []], ONE_DAY, RULES) == []


def test_starts_keep_to_the_weekdays() -> None:
    bangkok = ZoneInfo("Asia/Bangkok")
    week = pieces_between(date(2026, 11, 23), date(2026, 11, 29), bangkok)
    tuesdays = replace(RULES, grid=DAY, until=week[-1].end, weekdays=frozenset({2}))
    (start,) = offered_starts([[(week[0].start, week[-1].end)]], week, tuesdays)
    assert start == week[1].start


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([-12, -3.5, 0, 5.75, 8.75, 14]), st.integers(1, 720))
def test_the_grid_counts_from_local_midnight(instant: int, hours: float, minutes: int) -> None:
    offset, grid = int(hours * HOUR), minutes * MINUTE
    found = first_on_grid(instant, offset, grid)
    assert 0 <= found - instant < grid
    assert ((instant + offset) % DAY + found - instant) % grid == 0


def test_weekday_is_iso() -> None:
    for day in (date(2026, 11, 23), date(2026, 11, 29), date(2028, 2, 29)):
        assert piece_weekday(DayPiece(0, 1, 0, day.toordinal())) == day.isoweekday()


@pytest.mark.parametrize(
    ("start", "code"),
    [(10, "past"), (20, "past"), (29, "notice"), (30, None), (31, "grid"), (60, None), (300, "horizon")],
)
def test_a_refused_start_names_its_rule(start: int, code: str | None) -> None:
    asked = replace(RULES, earliest=30, until=300)
    assert refusal_of(start, ONE_DAY, asked, 20) == code


def test_a_start_on_another_weekday_names_the_weekday() -> None:
    thursday = frozenset({4})
    assert refusal_of(30, ONE_DAY, replace(RULES, weekdays=thursday), 0) is None
    assert refusal_of(30, ONE_DAY, replace(RULES, weekdays=frozenset({5})), 0) == "weekday"


@settings(deadline=None)
@given(st.integers(0, LONGEST - 1), rules)
def test_no_rule_refuses_what_is_offered(start: int, asked: Rules) -> None:
    offered = offered_starts([[(0, LONGEST)]], ONE_DAY, asked)
    assert (refusal_of(start, ONE_DAY, asked, -1) is None) == (start in offered)


THREE_DAYS = [DayPiece(n * 100, n * 100 + 100, 0, ONE_DAY[0].ordinal + n) for n in range(3)]
EVERY_SECOND = Rules(before=0, length=1, after=0, grid=1, earliest=0, until=1_000)


@pytest.mark.parametrize(
    ("window", "starts"),
    [
        ((0, 2), [0, 1, 2]),
        ((98, 100), [98, 99, 100]),
        ((98, 101), [98, 99, 100, 101]),
        ((150, 152), [150, 151, 152]),
        ((298, 302), [298, 299]),
        ((300, 310), []),
    ],
)
def test_each_start_is_found_once_on_the_day_it_lies_in(window: Window, starts: list[int]) -> None:
    assert offered_starts([[window]], THREE_DAYS, EVERY_SECOND) == starts
    assert offered_starts([[(5, 5), window]], THREE_DAYS[1:], EVERY_SECOND) == [s for s in starts if s >= 100]


def test_the_last_start_is_one_second_before_the_end_of_what_is_offered() -> None:
    for until in (1, 100, 101, 152):
        (*_starts, last) = offered_starts([[(0, 299)]], THREE_DAYS, replace(EVERY_SECOND, until=until))
        assert last == until - 1


def test_a_start_outside_the_days_is_beyond_the_horizon() -> None:
    assert refusal_of(300, THREE_DAYS, EVERY_SECOND, now=-1) == "horizon"
    assert refusal_of(299, THREE_DAYS, EVERY_SECOND, now=-1) is None


def test_midnight_belongs_to_the_day_that_begins() -> None:
    second = frozenset({piece_weekday(THREE_DAYS[1])})
    assert refusal_of(100, THREE_DAYS, replace(EVERY_SECOND, weekdays=second), now=-1) is None
    assert refusal_of(200, THREE_DAYS, replace(EVERY_SECOND, weekdays=second), now=-1) == "weekday"
