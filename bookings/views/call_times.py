"""Where and for what a sheet of the desk was opened, and the free times it offers."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any, cast

from django.http import HttpRequest

from bookings.forms.callers import Chosen, PlaceForm
from bookings.hours import to_epoch
from bookings.models import Appointment, WalkIn
from bookings.queries.next_times import DESK_GRID, NextTime, get_time, list_next_times
from bookings.queries.offers import Search, to_instant
from bookings.queries.reasons import explain
from bookings.queries.visits import get_visit_by_reference
from bookings.queries.walk_ins import get_walk_in
from bookings.services.settling import Settles
from clinic.access.who import DESK
from clinic.models import Practitioner, Site, User
from clinic.queries.places import list_sites
from patients.models import Patient, VisitRequest
from patients.queries.likely import find_record
from patients.queries.visit_requests import get_request

SHOWN = 6
"""How many free times are shown at first, and how many more on each demand."""

MOST = 60
"""How many are shown at most."""


@dataclass(frozen=True)
class Place:
    """A site and its day, the empty time that was pressed there, and what the booking is for, if anything."""

    site: Site
    today: dt.date
    day: dt.date
    clock: dt.time | None = None
    practitioner_id: int | None = None
    request: VisitRequest | None = None
    missed: Appointment | None = None
    entry: WalkIn | None = None
    record: Patient | None = None

    @property
    def settles(self) -> Settles:
        """What a booking from here settles."""
        return Settles(
            request_id=self.request.pk if self.request else None,
            missed_id=self.missed.pk if self.missed else None,
            walk_in_id=self.entry.pk if self.entry else None,
        )


@dataclass(frozen=True)
class TimeRow:
    """A free time, what its radio button sends, and whether it is the chosen one."""

    value: str
    time: NextTime
    day: dt.date
    is_new_day: bool
    is_chosen: bool


@dataclass(frozen=True)
class Times:
    """The free times on offer, and why the time that was asked for is not among them ("" if it is)."""

    rows: list[TimeRow] = field(default_factory=list)
    why_not: str = ""
    has_more: bool = False


def read_place(request: HttpRequest, now: dt.datetime) -> Place | None:
    """Return where a sheet was opened; None while the clinic has no site."""
    form = PlaceForm(request.GET)
    form.full_clean()
    asked = form.cleaned_data
    site = asked.get("site") or next(iter(list_sites()), None)
    if site is None:
        return None
    today = now.astimezone(site.tz).date()
    column = asked.get("column")
    who = Practitioner.objects.filter(resource=column).first() if column else None
    return Place(
        site=site,
        today=today,
        day=max(asked.get("date") or today, today),
        clock=asked.get("time"),
        practitioner_id=who.pk if who else None,
        request=_find_request(asked.get("request")),
        missed=_find_missed(asked.get("missed")),
        entry=_find_entry(asked.get("queue")),
        record=find_record(asked["record"]) if asked.get("record") else None,
    )


def may_act(request: HttpRequest) -> bool:
    """Whether somebody may do what the desk does."""
    return cast("User", request.user).has_role(*DESK)


def instant_at(site: Site, day: dt.date, clock: dt.time) -> dt.datetime:
    """Return a wall-clock time of a site's day as an aware UTC instant."""
    return to_instant(to_epoch(day, clock, site.tz))


def list_times(
    search: Search, *, pressed: dt.datetime | None, chosen: Chosen | None, count: int, now: dt.datetime
) -> Times:
    """Return what is free: the time that was pressed, then the next ones. `chosen` or the first is chosen.

    Every start is one that the booking accepts: any five minutes, without notice.
    """
    search = replace(search, by_staff=True, desk_grid=DESK_GRID)
    why_not, found = "", list_next_times(search, now=now, limit=count + 1)
    has_more = len(found) > count
    found = found[:count]
    if pressed is not None:
        any_day = replace(search, first_date=None, last_date=None)
        first = get_time(any_day, pressed, now=now)
        if first is None:
            why_not = explain(any_day, starts_at=pressed, now=now) or ""
        else:
            found = [first, *(time for time in found if not _is_same(time, first))]
    return Times(_rows(found, chosen, search), why_not, has_more)


def _rows(found: list[NextTime], chosen: Chosen | None, search: Search) -> list[TimeRow]:
    values = [time.sent for time in found]
    wanted = values[0] if values else ""
    for time in found:
        if chosen and (chosen.starts_at, chosen.practitioner_id) == (time.starts_at, time.practitioner_id):
            wanted = time.sent
    days = [time.starts_at.astimezone(search.site.tz).date() for time in found]
    return [
        TimeRow(value, time, day, is_new_day=not at or days[at - 1] != day, is_chosen=value == wanted)
        for at, (value, time, day) in enumerate(zip(values, found, days, strict=True))
    ]


def _is_same(one: NextTime, other: NextTime) -> bool:
    return (one.starts_at, one.practitioner_id) == (other.starts_at, other.practitioner_id)


def _find_request(request_id: Any) -> VisitRequest | None:
    try:
        found = get_request(request_id) if request_id else None
    except VisitRequest.DoesNotExist:
        return None
    return found if found and found.closed_at is None and found.kind == VisitRequest.Kind.NEXT else None


def _find_missed(reference: Any) -> Appointment | None:
    try:
        return get_visit_by_reference(reference) if reference else None
    except Appointment.DoesNotExist:
        return None


def _find_entry(walk_in_id: Any) -> WalkIn | None:
    try:
        return get_walk_in(walk_in_id) if walk_in_id else None
    except WalkIn.DoesNotExist:
        return None
