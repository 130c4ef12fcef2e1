"""A week of hours in words: "Monday 09:00-12:00, 13:00-17:00"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from bookings.week_plans import DrawnHours, Period

MONDAY = date(2026, 11, 23)
"""Any Monday; weekdays get their names from the days after it."""


@dataclass(frozen=True)
class DayInWords:
    """A weekday, its hours as people read them, and at which sites if there are several."""

    weekday: int
    name_day: date
    blocks: list[tuple[str, str]]


@dataclass(frozen=True)
class PeriodInWords:
    """A period with its days in words and the length of its week."""

    first_date: date
    last_date: date | None
    days: list[DayInWords]
    minutes: int

    @property
    def hours(self) -> str:
        """The length of the week in hours: "37.5"."""
        return in_hours(self.minutes)


WEEKDAYS = [(number + 1, MONDAY + timedelta(days=number)) for number in range(7)]
"""The ISO weekdays, each with a day from which its name is made."""


def in_hours(minutes: int) -> str:
    """Return minutes as hours, with as many decimals as they need: "37.5"."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def describe_period(period: Period | None, names: Mapping[int, str]) -> PeriodInWords | None:
    """Return a period in words; `names` are those of the sites, and said only if there is more than one."""
    if period is None:
        return None
    return PeriodInWords(
        period.first_date, period.last_date, describe_week(period.week, names), period.minutes
    )


def describe_week(week: Iterable[DrawnHours], names: Mapping[int, str]) -> list[DayInWords]:
    """Return the days of a week on which somebody works, each with its blocks and their sites."""
    days = []
    for weekday, blocks in groupby(sorted(week), key=lambda drawn: drawn.weekday):
        written = [
            (
                f"{drawn.starts:%H:%M}\N{EN DASH}{drawn.ends:%H:%M}",
                names.get(drawn.site_id, "") if len(names) > 1 else "",
            )
            for drawn in blocks
        ]
        days.append(DayInWords(weekday, MONDAY + timedelta(days=weekday - 1), written))
    return days


def period_with(periods: Iterable[Period], day: date) -> Period | None:
    """Return the period that holds on a day, or None."""
    return next(
        (p for p in periods if p.first_date <= day and (p.last_date is None or day <= p.last_date)), None
    )
