"""Where staff could put a visit that is booked: the free starts of everybody who does it. Two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.availability import Rules, Window, merge, offered_starts
from bookings.hours import pieces_between, to_epoch
from bookings.models import Appointment
from bookings.queries.free_time import get_calendar
from bookings.queries.offers import Search, to_instant
from bookings.queries.plans import Candidate, Plan
from clinic.models.places import PRACTITIONER_KINDS

GRID = 600
"""Seconds: free places are shown every ten minutes, though staff may start a visit at any five."""


@dataclass(frozen=True)
class FreePlace:
    """A start (aware UTC) at which somebody, and a room if one is needed, is free for the whole visit."""

    starts_at: datetime
    practitioner_id: int
    resource_id: int
    name: str


def list_free_places(
    visit: Appointment, *, first: date, days: int, now: datetime, minutes: int | None = None
) -> list[FreePlace]:
    """Return where a visit could go on some site dates, by start and name; its own place is not among them.

    As for a move by staff, it keeps its length (or has `minutes`) and what its type keeps free around it. Two
    queries, whatever the number of days and people.
    """
    last = first + timedelta(days=days - 1)
    search = Search(
        visit_type=visit.visit_type,
        site=visit.site,
        mode=visit.mode,
        language=visit.spoken_language,
        moving_id=visit.pk,
        by_staff=True,
    )
    plan, rules = search.plan(first, last), _rules_of(visit, first, last, now, minutes)
    calendar = get_calendar(
        plan.open_spans(first, last),
        first=to_epoch(first, time(0), plan.zone),
        until=to_epoch(last + timedelta(days=1), time(0), plan.zone),
        moving_id=visit.pk,
    )
    return _free_of(visit, plan, rules, calendar.windows(rules), pieces=(first, last))


def _rules_of(visit: Appointment, first: date, last: date, now: datetime, minutes: int | None) -> Rules:
    kind, zone = visit.visit_type, visit.site.tz
    length = minutes * 60 if minutes else int((visit.ends_at - visit.starts_at).total_seconds())
    return Rules(
        before=kind.buffer_before_minutes * 60,
        length=length,
        after=kind.buffer_after_minutes * 60,
        grid=GRID,
        earliest=max(int(now.timestamp()) + 1, to_epoch(first, time(0), zone)),
        until=to_epoch(last + timedelta(days=1), time(0), zone),
        weekdays=frozenset(kind.weekdays or ()),
    )


def _free_of(
    visit: Appointment,
    plan: Plan,
    rules: Rules,
    windows: dict[int, list[Window]],
    *,
    pieces: tuple[date, date],
) -> list[FreePlace]:
    """Return the free places of everybody in a plan, by start and name."""
    zone: ZoneInfo = plan.zone
    people = [who for who in plan.candidates.values() if who.kind == visit.practitioner.resource.kind]
    others = [kind for kind in visit.visit_type.needs_in(visit.mode) if kind not in PRACTITIONER_KINDS]
    rooms = [_windows_of(plan.by_kind.get(kind, []), windows) for kind in others]
    day_pieces = pieces_between(*pieces, zone)
    own = visit.practitioner_id, visit.starts_at
    free = [
        FreePlace(to_instant(start), who.practitioner_id, who.resource_id, who.name)
        for who in people
        if who.practitioner_id is not None
        for start in offered_starts([windows.get(who.resource_id, []), *rooms], day_pieces, rules)
        if (who.practitioner_id, to_instant(start)) != own
    ]
    return sorted(free, key=lambda place: (place.starts_at, place.name, place.resource_id))


def _windows_of(things: Sequence[Candidate], windows: dict[int, list[Window]]) -> list[Window]:
    """Return when any of these things is free."""
    return merge(window for thing in things for window in windows.get(thing.resource_id, []))
