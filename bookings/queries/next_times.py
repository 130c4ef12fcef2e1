"""The next free times, one after the other: what the desk reads out to who stands there or calls."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bookings.availability import Rules, Window, merge, offered_starts
from bookings.hours import pieces_between
from bookings.queries.free_time import Calendar
from bookings.queries.offers import Search, calendar_for, get_choice, to_instant
from bookings.queries.plans import Candidate, Plan
from clinic.languages import text_in
from clinic.models.places import PRACTITIONER_KINDS

LOOK_AHEAD_DAYS = (1, 7, 28)
"""How far the search looks before it looks through the whole horizon."""

DESK_GRID = 5
"""Minutes between the starts that the front desk may take."""


@dataclass(frozen=True)
class NextTime:
    """A start (aware UTC) with whom and where it would be; `rooms` are names, by kind."""

    starts_at: datetime
    ends_at: datetime
    practitioner_id: int
    who: str
    rooms: tuple[str, ...] = ()

    @property
    def sent(self) -> str:
        """The time as a button sends it: `2026-11-26T03:30Z/12`."""
        return f"{self.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}/{self.practitioner_id}"


def list_next_times(
    search: Search, *, now: datetime, limit: int, apart_from: int | None = None
) -> list[NextTime]:
    """Return the next free times by start, at most `limit`. One query, and one for each stretch looked at.

    Times of one practitioner do not overlap: they are those at which visits could follow each other. If
    nobody was asked for, one start is named once, with whoever has least to do that day. With a practitioner
    to keep apart from (their id), it is named with everybody else.
    """
    first, last = search.span_of_days(now)
    if last < first:
        return []
    plan, rules = search.plan(first, last), search.rules(now)
    found: list[NextTime] = []
    looked_until = rules.earliest
    for days in (*LOOK_AHEAD_DAYS, None):
        until = rules.until if days is None else min(rules.until, rules.earliest + days * 86_400)
        if looked_until < until:
            calendar = calendar_for(search, plan, rules, looked_until, until)
            stretch = replace(rules, earliest=looked_until, until=until)
            times = _in_stretch(search, plan, stretch, calendar)
            found += _named_once(times) if search.practitioner_id is None and apart_from is None else times
            found = [time for time in found if time.practitioner_id != apart_from]
        if len(found) >= limit:
            break
        looked_until = max(looked_until, until)
    return found[:limit]


def get_time(search: Search, starts_at: datetime, *, now: datetime) -> NextTime | None:
    """Return one start with whoever would take it, or None if it is not free. Two queries."""
    choice = get_choice(search, starts_at=starts_at, now=now)
    if not choice.is_offered:
        return None
    first = [need[0] for need in choice.needs]
    who = next(each for each in first if each.practitioner_id is not None)
    return _time(search, starts_at, who, tuple(each.name for each in first if each.practitioner_id is None))


def _in_stretch(search: Search, plan: Plan, rules: Rules, calendar: Calendar) -> list[NextTime]:
    """Return the times in `[rules.earliest, rules.until)`, by start."""
    windows = calendar.windows(rules)
    lead = next((kind for kind in search.kinds if kind in PRACTITIONER_KINDS), "")
    others = [kind for kind in search.kinds if kind != lead]
    needs = [
        merge(window for who in _of(plan, kind) for window in windows.get(who.resource_id, []))
        for kind in others
    ]
    times: list[tuple[int, int, str, Candidate]] = []
    for who in _of(plan, lead):
        starts = _following([windows.get(who.resource_id, []), *needs], search, rules)
        times += [(start, _load(calendar, who, start, search), who.name, who) for start in starts]
    times.sort(key=lambda each: each[:3])
    found: list[NextTime] = []
    for start, _load_then, _name, who in times:
        rooms = tuple(name for kind in others if (name := _free_of(plan, kind, windows, start)))
        found.append(_time(search, to_instant(start), who, rooms))
    return found


def _named_once(times: Sequence[NextTime]) -> list[NextTime]:
    """Return the first of the times at each start."""
    first: dict[datetime, NextTime] = {}
    for time in times:
        first.setdefault(time.starts_at, time)
    return list(first.values())


def _following(needs: Sequence[Sequence[Window]], search: Search, rules: Rules) -> list[int]:
    """Return the starts at which visits could follow each other, earliest first."""
    zone = search.site.tz
    pieces = pieces_between(_date_of(rules.earliest, search), _date_of(rules.until, search), zone)
    kept: list[int] = []
    for start in offered_starts(needs, pieces, rules):
        if not kept or start >= kept[-1] + rules.before + rules.length + rules.after:
            kept.append(start)
    return kept


def _load(calendar: Calendar, who: Candidate, start: int, search: Search) -> int:
    """Return how many seconds somebody has to do on the day of a start."""
    day = _date_of(start, search)
    midnight = datetime(day.year, day.month, day.day, tzinfo=search.site.tz)
    first = int(midnight.timestamp())
    return calendar.claimed_seconds(who.resource_id, first, first + 86_400)


def _free_of(plan: Plan, kind: str, windows: dict[int, list[Window]], start: int) -> str:
    """Return the name of the first room, device or nurse of a kind that is free at a start."""
    for candidate in _of(plan, kind):
        if any(low <= start <= high for low, high in windows.get(candidate.resource_id, [])):
            return candidate.name
    return ""


def _time(search: Search, starts_at: datetime, who: Candidate, rooms: tuple[str, ...]) -> NextTime:
    person = who.practitioner
    assert person is not None  # noqa: S101 (only people lead a visit)
    ends_at = starts_at + search.visit_type.length
    return NextTime(starts_at, ends_at, person.pk, text_in(person.name), rooms)


def _of(plan: Plan, kind: str) -> list[Candidate]:
    return plan.by_kind.get(kind, [])


def _date_of(epoch: int, search: Search) -> date:
    return datetime.fromtimestamp(epoch, tz=search.site.tz).date()


def next_minute(now: datetime) -> datetime:
    """Return the next full minute, aware UTC: when somebody who is called in now begins."""
    return now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
