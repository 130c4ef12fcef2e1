"""When visits will start if somebody runs late. Pure; the allocations know nothing of it."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Planned:
    """A visit of one practitioner as planned, aware UTC; `busy_until` includes what is kept free after."""

    key: Hashable
    starts_at: datetime
    busy_until: datetime


def expected_starts(visits: Iterable[Planned], minutes: int, now: datetime) -> dict[Hashable, datetime]:
    """Return when each visit is expected to start, by key, if its practitioner is `minutes` late at `now`.

    `now` is when it was said. Whoever says it means it of the visit that is under way by then, or else of
    the next one: visits that were over by then, late as they were, are left out. Each later visit starts when
    the one before is over, and never before its own time, so gaps absorb what is late.
    """
    late = timedelta(minutes=minutes)
    expected: dict[Hashable, datetime] = {}
    free_from: datetime | None = None
    for visit in sorted(visits, key=lambda each: each.starts_at):
        if visit.busy_until + late <= now:
            continue
        start = visit.starts_at + late if free_from is None else max(visit.starts_at, free_from)
        expected[visit.key] = start
        free_from = start + (visit.busy_until - visit.starts_at)
    return expected
