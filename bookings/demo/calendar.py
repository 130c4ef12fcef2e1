"""Who works when and what is taken, as the demo's planner needs it. Epoch seconds; read once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.hours import Opening, WeeklyHours, open_spans
from bookings.models import Allocation, Closure, ExceptionalOpening, TimeOff, WorkingHours
from clinic.models import Practitioner, Resource, Site

Span = tuple[int, int]


@dataclass(frozen=True)
class Shift:
    """A stretch in which somebody works at a site, `[start, end)`."""

    practitioner: Practitioner
    site: Site
    start: int
    end: int


class Calendar:
    """Open and taken time of everybody and everything between two dates. Claims are added to it."""

    def __init__(self, sites: Sequence[Site], first: date, last: date) -> None:
        self._taken: dict[int, list[Span]] = defaultdict(list)
        self._rooms: dict[tuple[int | None, str], list[Resource]] = defaultdict(list)
        self._shifts: dict[tuple[int, date], list[Shift]] = defaultdict(list)
        for room in Resource.objects.filter(site__isnull=False, archived_at__isnull=True).order_by(
            "name", "pk"
        ):
            self._rooms[room.site_id, room.kind].append(room)
        margin = timedelta(days=2)
        bounds = (_midnight(first - margin), _midnight(last + margin))
        for model in (Allocation, TimeOff):
            rows = (
                model.objects.filter(span__overlap=bounds).order_by("pk").values_list("resource_id", "span")
            )
            for resource_id, span in rows:
                self.take(resource_id, int(span.lower.timestamp()), int(span.upper.timestamp()))
        for site in sites:
            for shift in _list_shifts(site, first, last):
                self._shifts[site.pk, day_of(shift.start, site.tz)].append(shift)

    def shifts(self, site: Site, day: date) -> list[Shift]:
        """Return who works at the site on its date `day` and when, by name, then by time."""
        return self._shifts[site.pk, day]

    def take(self, resource_id: int, start: int, end: int) -> None:
        """Take the resource for `[start, end)`."""
        self._taken[resource_id].append((start, end))

    def is_free(self, resource_id: int, start: int, end: int) -> bool:
        """Whether nothing takes the resource in `[start, end)`."""
        return all(end <= taken[0] or start >= taken[1] for taken in self._taken[resource_id])

    def find_room(self, site: Site, kind: str, start: int, end: int) -> Resource | None:
        """Return the first room or device of a kind that is free in `[start, end)`, if any."""
        rooms = self._rooms[site.pk, kind]
        return next((room for room in rooms if self.is_free(room.pk, start, end)), None)


def day_of(instant: int, zone: ZoneInfo) -> date:
    """Return the local date of an instant."""
    return datetime.fromtimestamp(instant, tz=zone).date()


def days_between(first: date, last: date) -> list[date]:
    """Return the dates from first to last, inclusive."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _list_shifts(site: Site, first: date, last: date) -> list[Shift]:
    """Return who works at the site when, between two of its dates without closed days; by name, then time."""
    here = {"site": site, "practitioner__resource__archived_at__isnull": True}
    hours = list(WorkingHours.objects.filter(**here).select_related("practitioner__resource"))
    extra = list(ExceptionalOpening.objects.filter(**here).select_related("practitioner__resource"))
    lines: list[WorkingHours | ExceptionalOpening] = [*hours, *extra]
    people = {row.practitioner.resource_id: row.practitioner for row in lines}
    weekly = [
        WeeklyHours(
            row.practitioner.resource_id,
            row.weekday,
            row.starts,
            row.ends,
            row.valid_from_date,
            row.valid_to_date,
        )
        for row in hours
    ]
    openings = [Opening(row.practitioner.resource_id, row.date, row.starts, row.ends) for row in extra]
    closed = frozenset(
        day
        for row in Closure.objects.filter(site=site)
        for day in days_between(row.first_date, row.last_date)
    )
    spans = open_spans(weekly, openings, closed, site.tz, first, last)
    spans.sort(key=lambda span: (people[span.resource_id].resource.name, span.start))
    return [Shift(people[span.resource_id], site, span.start, span.end) for span in spans]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=UTC)
