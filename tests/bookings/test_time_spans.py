"""Days and hours as spans, by the clock on the wall of a zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bookings.time_spans import Block, list_blocks, span_of

BANGKOK, BERLIN = ZoneInfo("Asia/Bangkok"), ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2027, 3, 27), date(2027, 3, 29)
"""Berlin's clocks go forward on the day between."""


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "span"),
    [
        (None, None, (utc(26, 17), utc(29, 17))),
        (time(9), None, (utc(27, 2), utc(29, 17))),
        (None, time(12, 30), (utc(26, 17), utc(29, 5, 30))),
        (time(9), time(12, 30), (utc(27, 2), utc(29, 5, 30))),
    ],
)
def test_a_span_runs_from_a_time_of_the_first_day_to_one_of_the_last(
    starts: time | None, ends: time | None, span: tuple[datetime, datetime]
) -> None:
    assert span_of(FIRST, LAST, starts, ends, BANGKOK) == span


def test_a_span_follows_the_clocks_when_they_change() -> None:
    assert span_of(FIRST, FIRST, None, None, BERLIN) == (utc(26, 23), utc(27, 23))
    assert span_of(date(2027, 3, 28), date(2027, 3, 28), None, None, BERLIN) == (utc(27, 23), utc(28, 22))


def test_whole_days_are_one_span_a_resource() -> None:
    blocks = list_blocks([7, 8], FIRST, LAST, None, BANGKOK)

    assert blocks == [Block(7, utc(26, 17), utc(29, 17)), Block(8, utc(26, 17), utc(29, 17))]


def test_the_same_hours_are_a_span_each_day() -> None:
    blocks = list_blocks([7], FIRST, LAST, (time(9), time(12)), BANGKOK)

    assert blocks == [Block(7, utc(day, 2), utc(day, 5)) for day in (27, 28, 29)]
    assert list_blocks([7], FIRST, FIRST, (time(9), None), BANGKOK) == [Block(7, utc(27, 2), utc(27, 17))]


def test_a_block_is_shown_as_forms_ask_for_it() -> None:
    hours = Block(7, utc(27, 2), utc(29, 5, 30)).shown(BANGKOK)
    days = Block(7, utc(26, 17), utc(29, 17)).shown(BANGKOK)

    assert hours == {"first": FIRST, "starts": time(9), "last": LAST, "ends": time(12, 30)}
    assert days == {"first": FIRST, "starts": None, "last": LAST, "ends": None}


def test_a_span_of_real_time_is_aware_and_in_utc() -> None:
    begins, ends = span_of(FIRST, FIRST, time(9), time(10), BANGKOK)

    assert (begins.tzinfo, ends.tzinfo) == (UTC, UTC)
