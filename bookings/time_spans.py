"""Spans of time in which somebody or something is not available, made of days and hours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.hours import to_epoch


@dataclass(frozen=True, order=True)
class Block:
    """A half-open span `[starts_at, ends_at)`, aware UTC, of one resource, by its id."""

    resource_id: int
    starts_at: datetime
    ends_at: datetime

    def shown(self, zone: ZoneInfo) -> dict[str, date | time | None]:
        """Return the span as forms ask for it, by a zone's clock; a midnight at either end is left empty."""
        begins, finishes = self.starts_at.astimezone(zone), self.ends_at.astimezone(zone)
        to_midnight = finishes.time() == time(0)
        return {
            "first": begins.date(),
            "starts": begins.time() if begins.time() != time(0) else None,
            "last": finishes.date() - timedelta(days=1) if to_midnight else finishes.date(),
            "ends": None if to_midnight else finishes.time(),
        }


def span_of(
    first: date, last: date, starts: time | None, ends: time | None, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    """Return the span from a time of the first day to one of the last; None is the midnight at that end."""
    until = _instant(last, ends, zone) if ends else _instant(last + timedelta(days=1), time(0), zone)
    return _instant(first, starts or time(0), zone), until


def list_blocks(
    resource_ids: Iterable[int],
    first: date,
    last: date,
    hours: tuple[time, time | None] | None,
    zone: ZoneInfo,
) -> list[Block]:
    """Return the spans that block some resources on some days: all of them, or the same hours on each.

    Hours with no end run to the end of each day. Whole days make one span, however many they are.
    """
    if hours is None:
        spans = [span_of(first, last, None, None, zone)]
    else:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        spans = [span_of(day, day, *hours, zone) for day in days]
    return [Block(resource_id, *span) for resource_id in resource_ids for span in spans]


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(to_epoch(day, clock, zone), tz=UTC)
