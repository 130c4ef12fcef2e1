"""Weekly plans and the days they hold for. Pure.

What is stored are lines, each with its own first and last day. What people think in are periods: from a day
on, somebody works these hours. This module turns one into the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DrawnHours:
    """One block of a week: ISO weekday, wall-clock times of a site, and which site."""

    weekday: int
    starts: time
    ends: time
    site_id: int


@dataclass(frozen=True, slots=True)
class DatedHours:
    """A block, and the days it holds for, inclusive; without a last day it goes on."""

    drawn: DrawnHours
    first_date: date
    last_date: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the block holds in the week of a day."""
        return self.first_date <= day and (self.last_date is None or day <= self.last_date)


@dataclass(frozen=True, slots=True)
class Period:
    """The week that holds from a first day to a last one, inclusive; without a last day it goes on."""

    first_date: date
    last_date: date | None
    week: tuple[DrawnHours, ...]

    @property
    def minutes(self) -> int:
        """How many minutes the week has."""
        return sum(minutes_of(drawn) for drawn in self.week)


def minutes_of(drawn: DrawnHours) -> int:
    """Return the length of a block by the clock, in minutes."""
    starts, ends = drawn.starts, drawn.ends
    return ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute


def list_periods(lines: Iterable[DatedHours]) -> list[Period]:
    """Return the weeks one after the other, from the first line's first day on; one may be empty."""
    lines = list(lines)
    begins = {line.first_date for line in lines}
    begins |= {line.last_date + ONE_DAY for line in lines if line.last_date}
    periods: list[Period] = []
    for first in sorted(begins):
        week = tuple(sorted({line.drawn for line in lines if line.holds_on(first)}))
        if periods and periods[-1].week == week:
            continue
        if periods:
            periods[-1] = replace(periods[-1], last_date=first - ONE_DAY)
        periods.append(Period(first, None, week))
    if periods and not periods[-1].week:
        periods.pop()
    return periods


def week_on(lines: Iterable[DatedHours], day: date) -> tuple[DrawnHours, ...]:
    """Return the week that holds on a day."""
    return tuple(sorted({line.drawn for line in lines if line.holds_on(day)}))


def find_later_period(periods: Sequence[Period], first: date, last: date | None) -> Period | None:
    """Return the first period that begins after a new plan's first day and before its end, or None."""
    begun_later = (period for period in periods if period.first_date > first and period.week)
    return next((period for period in begun_later if last is None or period.first_date <= last), None)


def put_week(
    lines: Iterable[DatedHours], week: Iterable[DrawnHours], first: date, last: date | None
) -> list[DatedHours]:
    """Return all lines once `week` holds from `first` to `last`, inclusive.

    What held before ends the day before. If it went on beyond `last`, it goes on again the day after.
    """
    kept: list[DatedHours] = []
    for line in lines:
        if line.first_date < first:
            ends = first - ONE_DAY if line.last_date is None else min(line.last_date, first - ONE_DAY)
            kept.append(replace(line, last_date=ends))
        if last is not None and (line.last_date is None or line.last_date > last):
            kept.append(replace(line, first_date=max(line.first_date, last + ONE_DAY)))
    return join(kept) + [DatedHours(drawn, first, last) for drawn in sorted(set(week))]


def join(lines: Iterable[DatedHours]) -> list[DatedHours]:
    """Return the lines, each once, in the order of their days."""
    return sorted(set(lines), key=lambda line: (line.first_date, line.drawn))


def list_overlaps(week: Sequence[DrawnHours], zones: dict[int, str]) -> list[tuple[int, int]]:
    """Return which blocks claim a time that an earlier one has: pairs of places, the later one first.

    Blocks at sites in different zones are compared by nothing: their clocks differ by season.
    """
    return [
        (number, earlier)
        for number, one in enumerate(week)
        for earlier, other in enumerate(week[:number])
        if one.weekday == other.weekday
        and zones[one.site_id] == zones[other.site_id]
        and one.starts < other.ends
        and other.starts < one.ends
    ][:50]
