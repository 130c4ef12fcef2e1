"""Where visits that must move could go: near where they are, with the same person first, then with others.

Asked for a whole list at once: two queries for each kind of visit in it, however many visits there are.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from bookings.availability import Rules, Window, merge, offered_starts
from bookings.hours import pieces_between, to_epoch
from bookings.models import Appointment
from bookings.queries.free_places import GRID, FreePlace
from bookings.queries.free_time import Calendar, get_calendar
from bookings.queries.offers import Search, to_instant
from bookings.queries.plans import Plan
from bookings.time_spans import Block
from clinic.models.places import PRACTITIONER_KINDS

BEFORE, AFTER = timedelta(days=3), timedelta(days=21)
"""How far around the visits free times are looked for."""

SHOWN = 3
"""How many times are suggested with the same person, and how many with others."""


@dataclass(frozen=True)
class Suggested:
    """The free places nearest to a visit, by start: with its own practitioner, and with others."""

    same: tuple[FreePlace, ...] = ()
    others: tuple[FreePlace, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.same or self.others)


def suggest_times(
    visits: Sequence[Appointment], *, now: datetime, also_off: Iterable[Block] = ()
) -> dict[UUID, Suggested]:
    """Return where each of some visits could go, as staff may put it. Two queries a kind of visit.

    A time that touches the one it has is not suggested. `also_off` is time off that is about to be entered.
    """
    kinds: dict[tuple[object, ...], list[Appointment]] = defaultdict(list)
    for visit in visits:
        length = visit.ends_at - visit.starts_at
        kinds[visit.visit_type_id, visit.site_id, visit.mode, visit.spoken_language, length].append(visit)
    off: dict[int, list[Window]] = defaultdict(list)
    for block in also_off:
        off[block.resource_id].append((int(block.starts_at.timestamp()), int(block.ends_at.timestamp())))
    found: dict[UUID, Suggested] = {}
    for alike in kinds.values():
        free = _free_starts(alike, off, now)
        found |= {visit.pk: _nearest(visit, free) for visit in alike}
    return found


@dataclass(frozen=True)
class _Free:
    """When somebody could see such a visit: epoch seconds, sorted."""

    resource_id: int
    practitioner_id: int
    name: str
    kind: str
    starts: list[int]


def _free_starts(
    alike: Sequence[Appointment], off: Mapping[int, Sequence[Window]], now: datetime
) -> list[_Free]:
    """Return when everybody who does such visits could see one around them. Two queries."""
    one = alike[0]
    search = Search(
        visit_type=one.visit_type,
        site=one.site,
        mode=one.mode,
        language=one.spoken_language,
        by_staff=True,
    )
    days = [visit.starts_at.astimezone(one.site.tz).date() for visit in alike]
    today = now.astimezone(one.site.tz).date()
    first, last = max(min(days) - BEFORE, today), max(*days, today) + AFTER
    plan, rules = search.plan(first, last), _rules_of(one, first, last, now)
    calendar = get_calendar(plan.open_spans(first, last), first=rules.earliest, until=rules.until)
    windows = _windows(calendar, rules, off)
    needs = [kind for kind in one.visit_type.needs_in(one.mode) if kind not in PRACTITIONER_KINDS]
    things = [_of_kind(plan, kind, windows) for kind in needs]
    pieces = pieces_between(first, last, one.site.tz)
    return [
        _Free(
            who.resource_id,
            who.practitioner_id,
            who.name,
            who.kind,
            offered_starts([windows.get(who.resource_id, []), *things], pieces, rules),
        )
        for who in plan.candidates.values()
        if who.practitioner_id is not None
    ]


def _rules_of(visit: Appointment, first: date, last: date, now: datetime) -> Rules:
    """Return what a move by staff respects: neither notice nor the patients' grid."""
    kind, zone = visit.visit_type, visit.site.tz
    return Rules(
        before=kind.buffer_before_minutes * 60,
        length=int((visit.ends_at - visit.starts_at).total_seconds()),
        after=kind.buffer_after_minutes * 60,
        grid=GRID,
        earliest=max(int(now.timestamp()) + 1, to_epoch(first, time(0), zone)),
        until=to_epoch(last + timedelta(days=1), time(0), zone),
        weekdays=frozenset(kind.weekdays or ()),
    )


def _windows(
    calendar: Calendar, rules: Rules, off: Mapping[int, Sequence[Window]]
) -> dict[int, list[Window]]:
    """Return when a visit could start with each resource, with more time off than there is yet."""
    ids = calendar.off.keys() | off.keys()
    more = {
        resource_id: [*calendar.off.get(resource_id, ()), *off.get(resource_id, ())] for resource_id in ids
    }
    return Calendar(calendar.opened, calendar.claimed, more).windows(rules)


def _of_kind(plan: Plan, kind: str, windows: Mapping[int, list[Window]]) -> list[Window]:
    things = plan.by_kind.get(kind, [])
    return merge(window for thing in things for window in windows.get(thing.resource_id, []))


def _nearest(visit: Appointment, free: Sequence[_Free]) -> Suggested:
    """Return the places nearest to a visit: of its own practitioner, and of the others of that kind."""
    wanted, own = int(visit.starts_at.timestamp()), visit.practitioner_id
    kind = visit.practitioner.resource.kind
    same = [_places(who, wanted) for who in free if who.practitioner_id == own]
    others = [_places(who, wanted) for who in free if who.practitioner_id != own and who.kind == kind]
    return Suggested(_choose(same, visit.starts_at), _choose(others, visit.starts_at))


def _places(who: _Free, wanted: int) -> list[FreePlace]:
    """Return somebody's free places nearest to an instant, a few before and a few after."""
    at = bisect_left(who.starts, wanted)
    return [
        FreePlace(to_instant(start), who.practitioner_id, who.resource_id, who.name)
        for start in who.starts[max(0, at - SHOWN) : at + SHOWN]
    ]


def _choose(places: Iterable[Sequence[FreePlace]], near: datetime) -> tuple[FreePlace, ...]:
    """Return the nearest places of several people, by start and name."""
    found = [place for each in places for place in each]
    found.sort(key=lambda place: (abs(place.starts_at - near), place.starts_at, place.name))
    return tuple(sorted(found[:SHOWN], key=lambda place: (place.starts_at, place.name)))
