"""How the day board looks: blocks of visits, columns, filters. Words and classes; nothing is read here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings.life_cycle import CLAIMING, Status
from bookings.models.visits import STATUS_WORDS
from bookings.queries.board import BoardVisit
from bookings.queries.board_columns import Column, Off
from bookings.views.form_badges import Badge, form_badge
from bookings.views.looks import STATUS_LOOKS
from clinic.languages import text_in

DEFAULT_HOURS = (9 * 60, 18 * 60)
WORDS = dict(STATUS_WORDS)
KEY = ("booked", "confirmed", "arrived", "in_room", "done", "no_show")
"""The statuses that the board's key explains."""

MOVABLE = CLAIMING - {Status.HELD}
TALLEST = 12 * 60
"""The longest block that has a class of its own; longer ones are cut."""

FILTERS: dict[str, tuple[str, str, str | Promise]] = {
    # name in the address: (icon, class, words)
    "late": ("clock-alert", "r", gettext_lazy("Late")),
    "form": ("file-warning", "a", gettext_lazy("Form not done")),
    "unconfirmed": ("phone", "", gettext_lazy("Not confirmed")),
}


@dataclass(frozen=True)
class Block:
    """A visit as its block shows it. `start` is the minute of the local day.

    `lane` of `lanes` is where it stands among those that overlap.
    """

    visit: BoardVisit
    column: int
    start: int
    minutes: int
    look: str
    icon: str
    word: str | Promise
    line: str
    badge: Badge | None
    is_dim: bool
    lane: int = 0
    lanes: int = 1

    @property
    def places(self) -> str:
        """The classes that say where it stands: hour, minute and length, and its lane."""
        return f"{place_of(self.start)} {length_of(self.minutes)}" + (
            f" lane-{min(self.lane, 2)}-{min(self.lanes, 3)}" if self.lanes > 1 else ""
        )

    @property
    def clock(self) -> str:
        """When it starts, as the hours beside the columns are written: "10:30" in every language."""
        return f"{self.start // 60:02}:{self.start % 60:02}"

    @property
    def classes(self) -> str:
        """All its classes: how it looks, and where it stands."""
        more = (" short" if self.is_short else "") + (" dim" if self.is_dim else "")
        return f"{self.look} {self.places}{more}"

    @property
    def is_short(self) -> bool:
        """Whether it has room for one line only."""
        return self.minutes < 30

    @property
    def is_movable(self) -> bool:
        """Whether it can be taken elsewhere."""
        return self.visit.status in MOVABLE


@dataclass(frozen=True)
class Shade:
    """A stretch in which a column is off."""

    places: str
    words: str
    kind: str


def place_of(minute: int) -> str:
    """Return the classes for a minute of the day."""
    return f"h-{minute // 60} m-{minute % 60}"


def length_of(minutes: int) -> str:
    """Return the classes for a length in minutes."""
    shown = max(5, min(minutes, TALLEST * 2 - 1))
    return f"lh-{shown // 60} lm-{shown % 60}"


def list_blocks(
    column: int, visits: Iterable[BoardVisit], zone: ZoneInfo, now: datetime, show: str
) -> list[Block]:
    """Return a column's blocks in order of the wall clock, those that overlap side by side."""
    blocks = [make_block(visit, column, zone, now, show) for visit in visits]
    return list(_in_lanes(sorted(blocks, key=lambda block: block.start)))


def make_block(visit: BoardVisit, column: int, zone: ZoneInfo, now: datetime, show: str) -> Block:
    """Return one visit's block; `show` is the name of the filter in use, or ""."""
    look, icon = STATUS_LOOKS[visit.status]
    start, minutes = _on_the_wall(visit, zone)
    wants_badge = visit.status != Status.NO_SHOW or visit.form.state != "missing"
    return Block(
        visit=visit,
        column=column,
        start=start,
        minutes=minutes,
        look=look,
        icon=icon,
        word=WORDS[visit.status.value],
        line=_line(visit, zone, now),
        badge=form_badge(visit.form) if wants_badge else None,
        is_dim=bool(show) and not matches(visit, show, now),
    )


def matches(visit: BoardVisit, show: str, now: datetime) -> bool:
    """Whether a filter shows a visit."""
    if show == "late":
        return visit.minutes_late(now) > 0
    return visit.wants_form if show == "form" else visit.is_unconfirmed


def is_live(visit: BoardVisit, now: datetime) -> bool:
    """Whether its block changes with every minute."""
    return bool(visit.minutes_late(now) or visit.minutes_over(now)) or visit.status == Status.ARRIVED


def count_filters(visits: Sequence[BoardVisit], show: str, now: datetime) -> list[dict[str, Any]]:
    """Return the filters with how many visits each shows."""
    counts = Counter(name for visit in visits for name in FILTERS if matches(visit, name, now))
    return [
        {"name": name, "icon": icon, "look": look, "word": word, "count": counts[name], "is_on": name == show}
        for name, (icon, look, word) in FILTERS.items()
    ]


def list_shades(column: Column, zone: ZoneInfo, day: date, bounds: tuple[int, int]) -> list[Shade]:
    """Return when a column is off within the minutes of a day that are shown."""
    shades = []
    for off in column.off:
        span = (_minute_of(instant, zone, day) for instant in (off.start, off.end))
        start, end = (max(bounds[0], min(bounds[1], each)) for each in span)
        if end > start:
            shades.append(Shade(f"{place_of(start)} {length_of(end - start)}", _off_words(off), off.kind))
    return shades


def hours_shown(columns: Iterable[Column], zone: ZoneInfo, day: date) -> tuple[int, int]:
    """Return the first and last minute of the local day to show, whole hours around hours and visits."""
    minutes = [
        _minute_of(instant, zone, day) for column in columns for window in column.opened for instant in window
    ]
    for column in columns:
        for visit in column.visits:
            minutes += [_minute_of(int(at.timestamp()), zone, day) for at in (visit.starts_at, visit.ends_at)]
    if not minutes:
        return DEFAULT_HOURS
    return min(minutes) // 60 * 60, min(24 * 60, -(-max(minutes) // 60) * 60)


def head_words(column: Column, columns: Sequence[Column], zone: ZoneInfo) -> str:
    """Return the small line of a column's head: the room, if it is one all day, and how many visits.

    Who ends before the others has "until 16:00" too.
    """
    count = len(column.visits)
    words = [ngettext("%(count)d visit", "%(count)d visits", count) % {"count": count}]
    rooms = {visit.room_name for visit in column.visits if visit.room_name}
    if column.practitioner and len(rooms) == 1:
        words = [*rooms, *words]
    ends = [each.opened[-1][1] for each in columns if each.opened]
    if column.opened and column.opened[-1][1] < max(ends):
        until = datetime.fromtimestamp(column.opened[-1][1], tz=zone)
        words.append(_("until %(time)s") % {"time": f"{until:%H:%M}"})
    return " · ".join(words)


def initials(name: str) -> str:
    """Return two letters for a round picture; titles such as "Dr" are left out."""
    parts = [part for part in name.replace(".", " ").split() if part.casefold() not in {"dr", "nurse"}]
    return "".join(part[0] for part in parts[:2]).upper()


def _line(visit: BoardVisit, zone: ZoneInfo, now: datetime) -> str:
    """Return the second line: what kind of visit, and what the clock says about it."""
    kind = text_in(visit.type_name)
    late, waiting, over = visit.minutes_late(now), visit.minutes_waiting(now), visit.minutes_over(now)
    if visit.expected_at is not None:
        return f"{kind} · " + _("expected %(time)s") % {"time": f"{visit.expected_at.astimezone(zone):%H:%M}"}
    if late:
        return f"{kind} · " + _("%(count)d min late") % {"count": late}
    if waiting is not None:
        return f"{kind} · " + _("waiting %(count)d min") % {"count": waiting}
    if over:
        return f"{kind} · " + _("%(count)d min over") % {"count": over}
    if visit.status == Status.IN_ROOM and visit.is_remote:
        return _("On the call")
    return kind


def _off_words(off: Off) -> str:
    if off.kind == "break":
        return _("Break")
    if off.kind == "elsewhere":
        return _("At another site")
    return (off.note or _("Time off")) if off.kind == "off" else ""


def _on_the_wall(visit: BoardVisit, zone: ZoneInfo) -> tuple[int, int]:
    """Return the minute of its day a visit starts at, and its length, as the clock on the wall shows them.

    Where clocks go back within it, that may leave nothing to see: then its real length stands.
    """
    day = visit.starts_at.astimezone(zone).date()
    start, end = (_minute_of(int(at.timestamp()), zone, day) for at in (visit.starts_at, visit.ends_at))
    return start, end - start if end > start else visit.minutes


def _minute_of(instant: int, zone: ZoneInfo, day: date) -> int:
    """Return the minute of a local day by the wall clock; the next day's begin with 1,440."""
    local = datetime.fromtimestamp(instant, tz=zone)
    return (local.date() - day).days * 1440 + local.hour * 60 + local.minute


def _in_lanes(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks with their lanes: those that touch the same minutes stand side by side."""
    group: list[Block] = []
    end = 0
    for block in blocks:
        if group and block.start >= end:
            yield from _side_by_side(group)
            group = []
        end = max(end, block.start + block.minutes) if group else block.start + block.minutes
        group.append(block)
    yield from _side_by_side(group)


def _side_by_side(group: Sequence[Block]) -> Iterator[Block]:
    ends: list[int] = []
    lanes = []
    for block in group:
        lane = next((n for n, end in enumerate(ends) if end <= block.start), len(ends))
        ends[lane : lane + 1] = [block.start + block.minutes]
        lanes.append(lane)
    for block, lane in zip(group, lanes, strict=True):
        yield replace(block, lane=lane, lanes=len(ends))
