"""Spans of many people and rooms in memory: whether one is free, and whether somebody works then."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime

from bookings.availability import Window, merge
from bookings.hours import DAY, OpenSpan


class Busy:
    """Half-open spans in epoch seconds of whatever can be in one place at once, kept by the day (UTC)."""

    def __init__(self) -> None:
        self._by_day: dict[tuple[Hashable, int], list[Window]] = defaultdict(list)

    def add(self, whose: Hashable, starts_at: datetime, ends_at: datetime) -> None:
        """Note a span."""
        span = int(starts_at.timestamp()), int(-(-ends_at.timestamp() // 1))
        for day in _days(*span):
            self._by_day[whose, day].append(span)

    def is_free(self, whose: Hashable, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether nothing noted overlaps `[starts_at, ends_at)`."""
        first, until = int(starts_at.timestamp()), int(ends_at.timestamp())
        return not any(
            start < until and end > first
            for day in _days(first, until)
            for start, end in self._by_day.get((whose, day), ())
        )

    def seconds_on(self, whose: Hashable, starts_at: datetime) -> int:
        """Return how much is noted around a moment's day: who has least is asked first."""
        day = int(starts_at.timestamp()) // DAY
        return sum(end - start for start, end in self._by_day.get((whose, day), ()))


class OpenTimes:
    """When each resource works."""

    def __init__(self, spans: Iterable[OpenSpan]) -> None:
        windows: dict[int, list[Window]] = defaultdict(list)
        for span in spans:
            windows[span.resource_id].append((span.start, span.end))
        self._windows = {resource_id: merge(each) for resource_id, each in windows.items()}

    def covers(self, resource_id: int, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether all of `[starts_at, ends_at)` lies in one stretch of work."""
        windows = self._windows.get(resource_id, [])
        index = bisect_right(windows, (int(starts_at.timestamp()), 2**62)) - 1
        return index >= 0 and windows[index][1] >= ends_at.timestamp()


def _days(first: int, until: int) -> Iterator[int]:
    return iter(range(first // DAY, (until - 1) // DAY + 1))
