"""What a page shows of the whole horizon without asking for all of it each time.

Every time, and every number beside the days and the month looked at, is asked just now. How many times other
days have is information for the month strip, not an offer: it may be a minute old (docs/performance.md).
Nothing here decides what a claim may take.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from bookings.availability import Window
from bookings.hours import pieces_of_day
from bookings.queries.offers import Offers, Search, list_offered

REMEMBERED_FOR = timedelta(seconds=60)
MOST_REMEMBERED = 128
"""Searches; one takes some ten kilobytes."""

SHORT_GAP = 7
"""Days; what lies this near together is asked for in one query."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    epochs: tuple[int, ...]
    at: datetime


class _Memory:
    """The starts this process last found for each search, the latest used last; never more than so many."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, _Remembered] = OrderedDict()
        self._lock = Lock()

    def recall(self, key: Hashable, now: datetime) -> tuple[int, ...] | None:
        """Return what was found within the last minute, or None."""
        with self._lock:
            found = self._found.get(key)
            if found is None or not timedelta(0) <= now - found.at <= REMEMBERED_FOR:
                return None
            self._found.move_to_end(key)
            return found.epochs

    def keep(self, key: Hashable, epochs: tuple[int, ...], now: datetime) -> None:
        """Remember what was found and forget what was used longest ago."""
        with self._lock:
            self._found[key] = _Remembered(epochs, now)
            self._found.move_to_end(key)
            while len(self._found) > MOST_REMEMBERED:
                self._found.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._found.clear()

    def __len__(self) -> int:
        return len(self._found)


memory = _Memory()


class Outlook:
    """What is on offer as seen in a zone, with every start of the days asked for.

    `offers` holds the starts of the days asked for, and no others. `counts` holds how many every day has,
    by date in the zone, in order: of days not asked for as they were at most a minute ago.
    """

    def __init__(self, search: Search, zone: ZoneInfo, *, now: datetime) -> None:
        """Recall the search, or ask for all of it. One query, and one more if it is not remembered."""
        self._search, self._zone, self._now = search, zone, now
        self._first, self._last = search.span_of_days(now)
        self._rules = search.rules(now)
        self._plan = search.plan(self._first, self._last) if self._first <= self._last else None
        open_days = self._plan.open_days(self._first, self._last) if self._plan else frozenset()
        self.offers = Offers((), open_days, search.horizon_date(now))
        self.counts: dict[date, int] = {}
        self._asked: set[date] | None = set()
        recalled = memory.recall(self._key(), now)
        if recalled is None:
            self.ask_all()
        else:
            self._others = replace(self.offers, epochs=recalled).counts(zone)
            self.counts = dict(self._others)

    def has_asked(self, days: Collection[date]) -> bool:
        """Whether everything on these days is as of now."""
        return self._asked is None or self._asked.issuperset(days)

    def ask(self, days: Collection[date]) -> None:
        """Ask for every start on some days of the zone. One query, or two if they lie far apart."""
        if self._plan is None or self._asked is None or not days:
            return
        epochs: list[int] = []
        self._asked = set()
        for first, last in _runs(days):
            self._asked.update(date.fromordinal(n) for n in range(first, last + 1))
            epochs += self._starts(_start_of(first, self._zone), _start_of(last + 1, self._zone))
        self.offers = replace(self.offers, epochs=tuple(epochs))
        others = {day: count for day, count in self._others.items() if day not in self._asked}
        self.counts = dict(sorted({**others, **self.offers.counts(self._zone)}.items()))

    def ask_all(self) -> None:
        """Ask for every day, if that is not done, and remember it. One query."""
        if self._asked is None:
            return
        self._asked = None
        epochs = self._starts(self._rules.earliest, self._rules.until)
        self.offers = replace(self.offers, epochs=tuple(epochs))
        self.counts = self.offers.counts(self._zone)
        memory.keep(self._key(), self.offers.epochs, self._now)

    def _starts(self, first: int, until: int) -> list[int]:
        span: Window = max(first, self._rules.earliest), min(until, self._rules.until)
        return list_offered(self._search, self._plan, self._rules, span) if self._plan else []

    def _key(self) -> Hashable:
        """Everything the starts of a search follow from, but what is taken and the hours."""
        search, kind, site = self._search, self._search.visit_type, self._search.site
        return (
            (kind.pk, kind.notice_hours, kind.horizon_days, replace(self._rules, earliest=0)),
            (site.pk, site.zone, search.mode, tuple(search.kinds), search.practitioner_id, search.language),
            (self._first, self._last, search.moving_id, search.by_staff),
        )


def _runs(days: Collection[date]) -> list[Window]:
    """Return the days as at most two runs of ordinals, first and last, with short gaps filled."""
    runs: list[Window] = []
    for ordinal in sorted(day.toordinal() for day in days):
        if runs and ordinal - runs[-1][1] <= SHORT_GAP:
            runs[-1] = (runs[-1][0], ordinal)
        else:
            runs.append((ordinal, ordinal))
    return runs if len(runs) <= 2 else [runs[0], (runs[1][0], runs[-1][1])]


def _start_of(ordinal: int, zone: ZoneInfo) -> int:
    """Return when a date of a zone begins; a date that its calendar leaves out, when the next does."""
    pieces = pieces_of_day(ordinal, zone)
    return pieces[0].start if pieces else _start_of(ordinal + 1, zone)
