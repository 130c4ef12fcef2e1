"""What surrounds a place in the calendar: who works, what is off, what is claimed, where the patient is."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q
from psycopg.types.range import TimestamptzRange

from bookings.availability import Window, merge
from bookings.hours import Opening, WeeklyHours, open_spans
from bookings.life_cycle import CLAIMING
from bookings.models import Appointment, Closure, ExceptionalOpening, TimeOff, WorkingHours
from clinic.models import Practitioner, Resource, Site, VisitType

Span = tuple[datetime, datetime]
"""Half-open, aware UTC."""

_BUSY = """
SELECT a.resource_id, lower(a.span), upper(a.span), v.starts_at, v.ends_at
  FROM bookings_allocation a JOIN bookings_appointment v ON v.id = a.appointment_id
 WHERE a.resource_id = ANY(%s::int8[]) AND a.span && tstzrange(%s, %s)
   AND (a.expires_at IS NULL OR a.expires_at > clock_timestamp()) AND v.id <> %s
 ORDER BY lower(a.span), a.id
"""


@dataclass(frozen=True)
class Place:
    """Where staff want a visit: when, how much is kept free around it, and with whom and what.

    `kinds` are the kinds of resource it needs, one each. `wanted` names the resources it must have, people
    always; of other kinds any will do, first those it has (`own`). `held` is the span that it claims now.
    """

    visit_type: VisitType
    site: Site
    kinds: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    before: timedelta
    after: timedelta
    wanted: frozenset[int]
    language: str
    moving_id: UUID
    patient_id: UUID | None
    own: frozenset[int] = frozenset()
    held: Span | None = None
    needs_notice: bool = False

    @property
    def visit(self) -> Span:
        """The visit itself."""
        return self.starts_at, self.ends_at

    @property
    def whole(self) -> Span:
        """The visit and what is kept free around it."""
        return self.starts_at - self.before, self.ends_at + self.after

    @property
    def day(self) -> date:
        """The site's date on which it starts."""
        return self.starts_at.astimezone(self.site.tz).date()


@dataclass(frozen=True)
class Busy:
    """What another visit claims of a resource, and that visit itself."""

    claimed: Span
    visit: Span


@dataclass
class Surroundings:
    """The facts around a place, by resource id; `opened` are spans in epoch seconds on its day."""

    resources: dict[int, Resource]
    people: dict[int, Practitioner]
    doing: frozenset[int]
    closed: bool
    opened: dict[int, list[Window]] = field(default_factory=dict)
    off: dict[int, list[tuple[int, Span]]] = field(default_factory=dict)
    busy: dict[int, list[Busy]] = field(default_factory=dict)
    patient: Appointment | None = None


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans share an instant."""
    return one[0] < other[1] and other[0] < one[1]


def get_surroundings(place: Place) -> Surroundings:
    """Return what surrounds a place. Nine queries at most."""
    resources = _resources_of(place)
    people = {who.resource_id: who for who in Practitioner.objects.filter(resource_id__in=place.wanted)}
    doing = place.visit_type.practitioners.filter(resource_id__in=place.wanted)
    day = place.day
    found = Surroundings(
        resources=resources,
        people=people,
        doing=frozenset(doing.values_list("resource_id", flat=True)),
        closed=Closure.objects.filter(site=place.site, first_date__lte=day, last_date__gte=day).exists(),
        patient=_find_patients_other(place),
    )
    found.opened = _opened(place, people.values(), closed=found.closed)
    found.off = _off(place, resources)
    found.busy = _busy(place, resources)
    return found


def _resources_of(place: Place) -> dict[int, Resource]:
    """Return the wanted resources, archived or not, and the site's rooms and devices, by name."""
    here = Q(site=place.site, archived_at__isnull=True)
    rows = Resource.objects.filter(here | Q(pk__in=place.wanted)).order_by("name", "pk")
    return {resource.pk: resource for resource in rows}


def _opened(place: Place, people: Collection[Practitioner], *, closed: bool) -> dict[int, list[Window]]:
    """Return when each of these people works at the site on the place's day."""
    day = place.day
    by_id = {who.pk: who.resource_id for who in people}
    hours = WorkingHours.objects.filter(practitioner__in=by_id, site=place.site)
    openings = ExceptionalOpening.objects.filter(practitioner__in=by_id, site=place.site, date=day)
    spans = open_spans(
        [
            WeeklyHours(
                by_id[h.practitioner_id], h.weekday, h.starts, h.ends, h.valid_from_date, h.valid_to_date
            )
            for h in hours
        ],
        [Opening(by_id[o.practitioner_id], o.date, o.starts, o.ends) for o in openings],
        frozenset({day} if closed else ()),
        place.site.tz,
        day,
        day,
    )
    opened: dict[int, list[Window]] = defaultdict(list)
    for span in spans:
        opened[span.resource_id].append((span.start, span.end))
    return {resource_id: merge(windows) for resource_id, windows in opened.items()}


def _off(place: Place, resources: Collection[int]) -> dict[int, list[tuple[int, Span]]]:
    """Return the time off around a place: its id and its span."""
    off: dict[int, list[tuple[int, Span]]] = defaultdict(list)
    rows = TimeOff.objects.filter(resource__in=resources, span__overlap=TimestamptzRange(*place.whole))
    for row in rows.order_by("span"):
        off[row.resource_id].append((row.pk, (row.span.lower, row.span.upper)))
    return off


def _busy(place: Place, resources: Collection[int]) -> dict[int, list[Busy]]:
    """Return what other visits claim around a place, by time."""
    busy: dict[int, list[Busy]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BUSY, [list(resources), *place.whole, place.moving_id])
        for resource_id, claimed_from, claimed_until, starts_at, ends_at in cursor.fetchall():
            busy[resource_id].append(Busy((claimed_from, claimed_until), (starts_at, ends_at)))
    return busy


def _find_patients_other(place: Place) -> Appointment | None:
    """Return the visit that the patient has at that time, if there is one."""
    if place.patient_id is None:
        return None
    return (
        Appointment.objects.filter(
            patient_id=place.patient_id,
            status__in=CLAIMING,
            starts_at__lt=place.ends_at,
            ends_at__gt=place.starts_at,
        )
        .exclude(pk=place.moving_id)
        .order_by("starts_at")
        .first()
    )
