"""From free time to offered starts. Pure: whole numbers in, whole numbers out; no database, no clock.

Instants are whole seconds since the epoch, UTC, so that a month of twenty calendars is stepped through
in milliseconds. A *window* is a closed pair `(first, last)` of instants at which a visit could start
without leaving the free time of one resource, buffers included.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DayPiece:
    """A stretch of one local day with one UTC offset; a day with a clock change has two.

    Half-open `[start, end)` in epoch seconds. `offset` is local time minus UTC in seconds. `ordinal`
    is the local date's `date.toordinal()`.
    """

    start: int
    end: int
    offset: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What a visit type asks of a start. Lengths in seconds, instants in epoch seconds.

    A start `t` must satisfy `earliest <= t < until`, fall on the grid counted from local midnight by the
    site's wall clock, and, if `weekdays` is not empty, on one of these ISO weekdays.
    """

    before: int
    length: int
    after: int
    grid: int
    earliest: int
    until: int
    weekdays: frozenset[int] = frozenset()


def windows_between(opened: Iterable[Window], taken: Iterable[Window], rules: Rules) -> list[Window]:
    """Return when a visit could start in what is open and not taken: sorted, none overlapping.

    Both are half-open spans `(start, end)` in any order; they may overlap. The whole buffered span of the
    visit must lie in one stretch of open time.
    """
    whole, before, rest = rules.before + rules.length + rules.after, rules.before, rules.length + rules.after
    windows: list[Window] = []
    busy = sorted(taken)
    index, count = 0, len(busy)
    for start, end in merge(opened):
        while index < count and busy[index][1] <= start:
            index += 1
        free_from, probe = start, index
        while probe < count and busy[probe][0] < end:
            busy_from, busy_until = busy[probe]
            if busy_from - free_from >= whole:
                windows.append((free_from + before, busy_from - rest))
            if busy_until > free_from:  # noqa: PLR1730 (a third faster than `max`)
                free_from = busy_until
            probe += 1
        if end - free_from >= whole:
            windows.append((free_from + before, end - rest))
    return windows


def merge(windows: Iterable[Window]) -> list[Window]:
    """Return the union of windows as sorted windows that do not touch."""
    merged: list[Window] = []
    for first, last in sorted(windows):
        if merged and first <= merged[-1][1]:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return merged


def covers(windows: Sequence[Window], start: int, end: int) -> bool:
    """Whether one of several sorted spans that do not touch holds all of `[start, end)`."""
    index = bisect_right(windows, start, key=lambda window: window[0]) - 1
    return index >= 0 and windows[index][1] >= end


def intersect(left: Sequence[Window], right: Sequence[Window]) -> list[Window]:
    """Return the windows common to two lists, each sorted and without overlaps."""
    common: list[Window] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first = max(left[i][0], right[j][0])
        last = min(left[i][1], right[j][1])
        if first <= last:
            common.append((first, last))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common


def offered_starts(needs: Sequence[Sequence[Window]], pieces: Sequence[DayPiece], rules: Rules) -> list[int]:
    """Return every start that is offered, sorted.

    `needs` holds one list of windows for each required kind of resource (sorted, no overlaps): a start
    is offered only where every kind has something free for the whole buffered span. `pieces` are the
    site's local days in order. The page and the claim both call this, so what is offered is what is
    accepted.
    """
    if not needs:
        return []
    starts: list[int] = []
    index = 0
    for first, last in reduce(intersect, needs):
        lowest, highest = max(first, rules.earliest), min(last, rules.until - 1)
        while index < len(pieces) and pieces[index].end <= lowest:
            index += 1
        probe = index
        while probe < len(pieces) and pieces[probe].start <= highest:
            piece = pieces[probe]
            if not rules.weekdays or piece_weekday(piece) in rules.weekdays:
                begin = first_on_grid(max(lowest, piece.start), piece.offset, rules.grid)
                starts.extend(range(begin, min(highest, piece.end - 1) + 1, rules.grid))
            probe += 1
    return starts


def first_on_grid(instant: int, offset: int, grid: int) -> int:
    """Return the first instant at or after `instant` on a grid counted from local midnight."""
    since_midnight = (instant + offset) % 86_400
    return instant + (-since_midnight) % grid


def piece_weekday(piece: DayPiece) -> int:
    """Return the ISO weekday of a piece's local date, 1 Monday to 7 Sunday."""
    return (piece.ordinal + 6) % 7 + 1


def refusal_of(start: int, pieces: Sequence[DayPiece], rules: Rules, now: int) -> str | None:
    """Name the first rule of the visit type that refuses `start`, or None if only resources could.

    Codes: "past", "notice" (or before the asked dates), "horizon", "weekday", "grid".
    """
    if start <= now:
        return "past"
    if start < rules.earliest:
        return "notice"
    if start >= rules.until:
        return "horizon"
    piece = next((piece for piece in pieces if piece.start <= start < piece.end), None)
    if piece is None:
        return "horizon"
    if rules.weekdays and piece_weekday(piece) not in rules.weekdays:
        return "weekday"
    if first_on_grid(start, piece.offset, rules.grid) != start:
        return "grid"
    return None
