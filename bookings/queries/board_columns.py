"""The columns of the day board: who works at a site that day, or its rooms, and when they are not there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.availability import Window, merge
from bookings.hours import Opening, WeeklyHours, open_spans
from bookings.models import Allocation, Closure, ExceptionalOpening, TimeOff, WorkingHours
from bookings.queries.board import NO_ROOM, ROOM, BoardVisit, bounds_of
from clinic.models import Practitioner, Resource, Site
from clinic.models.places import ROOM_KINDS


@dataclass(frozen=True)
class Off:
    """When somebody or something is not there, `[start, end)` in epoch seconds; `kind` says why.

    One of closed (before or after hours), break (between hours), off (time off, with its note), elsewhere (at
    another site).
    """

    start: int
    end: int
    kind: str
    note: str = ""


@dataclass
class Column:
    """One column: a practitioner or a room, its visits by start, and when it is off."""

    resource_id: int
    name: str
    practitioner: Practitioner | None = None
    opened: list[Window] = field(default_factory=list)
    off: list[Off] = field(default_factory=list)
    visits: list[BoardVisit] = field(default_factory=list)


def list_columns(site: Site, day: date, by: str, visits: Sequence[BoardVisit]) -> list[Column]:
    """Return the columns of a site's day: its people, by name, or its rooms. Six queries."""
    columns = _list_rooms(site, visits) if by == ROOM else _list_people(site, day, visits)
    _add_time_off(columns, site, day)
    for visit in visits:
        columns.setdefault(visit.column(by), Column(NO_ROOM, "")).visits.append(visit)
    return list(columns.values())


def _list_people(site: Site, day: date, visits: Sequence[BoardVisit]) -> dict[int, Column]:
    """Return a column for each who works that day or has a visit, with when they are not there."""
    opened = _open_spans(site, day)
    ids = opened.keys() | {visit.person for visit in visits}
    people = Practitioner.objects.filter(resource__in=ids).select_related("resource")
    columns = {
        person.resource_id: Column(
            person.resource_id, person.name_text, person, opened.get(person.resource_id, [])
        )
        for person in sorted(people, key=lambda each: (each.resource.kind, each.resource.name, each.pk))
    }
    first, after = (int(each.timestamp()) for each in bounds_of(site, day))
    for column in columns.values():
        column.off = list(_gaps(column.opened, first, after))
    for resource, span in _list_elsewhere(site, day, list(columns)):
        columns[resource].off.append(Off(*_within(span, first, after), "elsewhere"))
    return columns


def _list_rooms(site: Site, visits: Sequence[BoardVisit]) -> dict[int, Column]:
    used = {visit.room for visit in visits}
    rooms = Resource.objects.filter(site=site, kind__in=ROOM_KINDS).order_by("kind", "name", "pk")
    return {
        room.pk: Column(room.pk, room.name) for room in rooms if room.archived_at is None or room.pk in used
    }


def _open_spans(site: Site, day: date) -> dict[int, list[Window]]:
    """Return when each person works at a site on its date, merged, by resource. Three queries."""
    who = "practitioner__resource_id"
    hours = WorkingHours.objects.filter(
        site=site, weekday=day.isoweekday(), valid_from_date__lte=day
    ).order_by("pk")
    openings = ExceptionalOpening.objects.filter(site=site, date=day).order_by("pk")
    is_closed = Closure.objects.filter(site=site, first_date__lte=day, last_date__gte=day).exists()
    rows = hours.values_list(who, "weekday", "starts", "ends", "valid_from_date", "valid_to_date")
    spans = open_spans(
        [WeeklyHours(*row) for row in rows],
        [Opening(*row) for row in openings.values_list(who, "date", "starts", "ends")],
        frozenset({day} if is_closed else ()),
        site.tz,
        day,
        day,
    )
    by_person: dict[int, list[Window]] = {}
    for span in spans:
        by_person.setdefault(span.resource_id, []).append((span.start, span.end))
    return {person: merge(windows) for person, windows in by_person.items()}


def _gaps(opened: Sequence[Window], first: int, after: int) -> Iterable[Off]:
    """Return the rest of a day around and between hours."""
    if not opened:
        yield Off(first, after, "closed")
        return
    yield Off(first, opened[0][0], "closed")
    for before, then in pairwise(opened):
        yield Off(before[1], then[0], "break")
    yield Off(opened[-1][1], after, "closed")


def _add_time_off(columns: dict[int, Column], site: Site, day: date) -> None:
    bounds = bounds_of(site, day)
    first, after = map(_epoch, bounds)
    rows = TimeOff.objects.filter(resource__in=columns, span__overlap=DateTimeTZRange(*bounds))
    for resource, span, note in rows.order_by("span", "pk").values_list("resource_id", "span", "note"):
        columns[resource].off.append(Off(*_within(span, first, after), "off", note))


def _list_elsewhere(site: Site, day: date, people: Sequence[int]) -> list[tuple[int, DateTimeTZRange]]:
    """Return what these people have at other sites that day."""
    span = DateTimeTZRange(*bounds_of(site, day))
    rows = Allocation.objects.filter(resource__in=people, span__overlap=span, expires_at=None)
    rows = rows.exclude(appointment__site=site)
    return list(rows.order_by("span", "pk").values_list("resource_id", "span"))


def _within(span: DateTimeTZRange, first: int, after: int) -> Window:
    """Return the part of a span that lies within a day; a span may have no end."""
    start = first if span.lower is None else max(first, _epoch(span.lower))
    return start, after if span.upper is None else min(after, _epoch(span.upper))


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())
