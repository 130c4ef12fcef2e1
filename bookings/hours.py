"""Wall-clock hours become UTC here and nowhere else. Pure, apart from reading the pinned tzdata.

Rules for the hours a clock change removes or repeats: fold 0, so a time that happens twice is the
first of the two, and a time that never happens is read with the offset from before the change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bookings.availability import DayPiece

DAY = 86_400


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """One line of a weekly plan: ISO weekday, wall-clock times, and the dates it holds for, inclusive."""

    resource_id: int
    weekday: int
    starts: time
    ends: time
    first_date: date
    last_date: date | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Extra hours on one date; they hold even on a closed day."""

    resource_id: int
    day: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A half-open span `[start, end)` in epoch seconds in which a resource works."""

    resource_id: int
    start: int
    end: int


def to_epoch(day: date, clock: time, zone: ZoneInfo) -> int:
    """Return the instant of a wall-clock time, in epoch seconds (fold 0)."""
    return int(datetime.combine(day, clock, tzinfo=zone).timestamp())


@lru_cache(maxsize=8192)
def pieces_of_day(ordinal: int, zone: ZoneInfo) -> tuple[DayPiece, ...]:
    """Return the stretches of a local day with one offset each: one, or two around a clock change."""
    day = date.fromordinal(ordinal)
    start = to_epoch(day, time(0), zone)
    end = to_epoch(day + timedelta(days=1), time(0), zone)
    pieces = []
    while start < end:
        offset = _offset(start, zone)
        if _offset(end - 1, zone) == offset:
            change = end
        else:
            low, high = start, end - 1
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
            change = high
        pieces.append(DayPiece(start, change, offset, ordinal))
        start = change
    return tuple(pieces)


def pieces_between(first: date, last: date, zone: ZoneInfo) -> list[DayPiece]:
    """Return the pieces of every local day from `first` to `last`, inclusive, in order."""
    return [
        piece
        for ordinal in range(first.toordinal(), last.toordinal() + 1)
        for piece in pieces_of_day(ordinal, zone)
    ]


def open_spans(
    weekly: Iterable[WeeklyHours],
    openings: Iterable[Opening],
    closed: frozenset[date],
    zone: ZoneInfo,
    first: date,
    last: date,
) -> list[OpenSpan]:
    """Return when each resource works between two local dates, inclusive.

    Closed days have no weekly hours; openings hold on any day.
    """
    closed_ordinals = {day.toordinal() for day in closed}
    spans: list[OpenSpan] = []
    for line in weekly:
        begin = max(first, line.first_date).toordinal()
        end = min(last, line.last_date or last).toordinal()
        begin += (line.weekday - 1 - (begin + 6) % 7) % 7
        spans.extend(
            OpenSpan(
                line.resource_id, _instant(ordinal, line.starts, zone), _instant(ordinal, line.ends, zone)
            )
            for ordinal in range(begin, end + 1, 7)
            if ordinal not in closed_ordinals
        )
    spans.extend(
        OpenSpan(
            opening.resource_id,
            to_epoch(opening.day, opening.starts, zone),
            to_epoch(opening.day, opening.ends, zone),
        )
        for opening in openings
        if first <= opening.day <= last
    )
    return [span for span in spans if span.end > span.start]


@lru_cache(maxsize=65_536)
def _instant(ordinal: int, clock: time, zone: ZoneInfo) -> int:
    """Return the instant of a wall-clock time; plain arithmetic on days without a clock change."""
    pieces = pieces_of_day(ordinal, zone)
    if len(pieces) == 1 and pieces[0].end - pieces[0].start == DAY:
        return pieces[0].start + clock.hour * 3600 + clock.minute * 60 + clock.second
    return to_epoch(date.fromordinal(ordinal), clock, zone)


def _offset(instant: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(instant, tz=zone).utcoffset()
    assert offset is not None  # noqa: S101 (an aware datetime has one)
    return int(offset.total_seconds())
