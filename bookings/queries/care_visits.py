"""Which patients somebody looks after because of time: who works where now, whose visits are about now."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from bookings.hours import Opening, WeeklyHours, open_spans
from bookings.life_cycle import Status
from bookings.models import Appointment
from clinic import prepared
from clinic.models import Practitioner, User

CARED_FOR = [
    status.value
    for status in (
        Status.BOOKED,
        Status.CONFIRMED,
        Status.ARRIVED,
        Status.IN_ROOM,
        Status.DONE,
        Status.NO_SHOW,
    )
]
"""Visits that make somebody a patient of a site; a hold, and what was cancelled, does not."""

_WEEK = """
WITH me AS (
    SELECT p.id, p.resource_id FROM clinic_practitioner p JOIN clinic_resource r ON r.id = p.resource_id
     WHERE p.user_id = %(user)s::int8 AND r.archived_at IS NULL
), lines AS (
    SELECT 'hours' AS what, h.site_id, h.weekday::int4 AS weekday, h.starts, h.ends,
           h.valid_from_date AS first_date, h.valid_to_date AS last_date
      FROM bookings_workinghours h JOIN me ON me.id = h.practitioner_id
     WHERE h.valid_from_date <= %(last)s::date AND coalesce(h.valid_to_date, 'infinity') >= %(first)s::date
    UNION ALL
    SELECT 'opening', o.site_id, NULL, o.starts, o.ends, o.date, o.date
      FROM bookings_exceptionalopening o JOIN me ON me.id = o.practitioner_id
     WHERE o.date BETWEEN %(first)s::date AND %(last)s::date
)
SELECT what, site_id, s.zone, weekday, starts, ends, first_date, last_date,
       NULL::timestamptz, NULL::timestamptz
  FROM lines JOIN clinic_site s ON s.id = site_id WHERE s.archived_at IS NULL
UNION ALL
SELECT 'closure', site_id, NULL, NULL, NULL, NULL, first_date, last_date, NULL, NULL
  FROM bookings_closure
 WHERE site_id IN (SELECT site_id FROM lines)
   AND first_date <= %(last)s::date AND last_date >= %(first)s::date
UNION ALL
SELECT 'off', NULL, NULL, NULL, NULL, NULL, NULL, NULL, lower(t.span), upper(t.span)
  FROM bookings_timeoff t JOIN me ON me.resource_id = t.resource_id
 WHERE t.span && tstzrange(%(from)s::timestamptz, %(to)s::timestamptz)
"""


class _Line(NamedTuple):
    """A row of the query. `what` it tells decides which of its columns are used."""

    what: str
    site_id: int
    zone: str
    weekday: int
    starts: time
    ends: time
    first_date: date
    last_date: date | None
    off_from: datetime
    off_to: datetime


def list_ties_by_visits(user: User, now: datetime) -> list[QuerySet[Any, UUID]]:
    """Return queries for the ids of patients whose visits make somebody one of their care team.

    The first finds those with a visit at a site where this person is on shift, from `CARE_AFTER` ago until
    `CARE_AHEAD` from now; the second who has, or had, a visit with this person. They are apart, because each
    has an index of its own. One query is asked here, for the shifts.
    """
    visits = Appointment.objects.filter(status__in=CARED_FOR, patient__isnull=False).order_by()
    at_sites = visits.filter(
        site__in=list_sites_on_shift(user, now),
        starts_at__gte=now - settings.CARE_AFTER,
        starts_at__lt=now + settings.CARE_AHEAD,
    )
    own = visits.filter(practitioner__in=Practitioner.objects.filter(user=user).order_by().values("pk"))
    return [ties.values_list("patient", flat=True) for ties in (at_sites, own)]


def list_sites_on_shift(user: User, now: datetime) -> list[int]:
    """Return the sites at which somebody is on shift at an instant, by id. One query.

    A shift is what is left of their hours that day, by the site's calendar with its closed days and
    exceptional openings, after time off; from `CARE_SHIFT_BEFORE` its start until `CARE_SHIFT_AFTER` its end.
    Nobody is on shift during their own time off.
    """
    today = now.date()
    first, last = today - timedelta(days=2), today + timedelta(days=2)
    near = {"from": now - timedelta(days=2), "to": now + timedelta(days=2)}
    rows = prepared.fetch(_WEEK, {"user": user.pk, "first": first, "last": last, **near})
    lines = [_Line._make(row) for row in rows]
    off = [(line.off_from, line.off_to) for line in lines if line.what == "off"]
    if any(start <= now < end for start, end in off):
        return []
    by_site: dict[int, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.what != "off":
            by_site[line.site_id].append(line)
    return sorted(site for site, found in by_site.items() if _is_on_shift(found, off, first, last, now))


def _is_on_shift(
    lines: list[_Line], off: list[tuple[datetime, datetime]], first: date, last: date, now: datetime
) -> bool:
    """Say whether an instant lies in a shift at the one site that these lines are about."""
    zones = [line.zone for line in lines if line.zone]
    if not zones:
        return False
    hours = [
        WeeklyHours(0, line.weekday, line.starts, line.ends, line.first_date, line.last_date)
        for line in lines
        if line.what == "hours"
    ]
    openings = [
        Opening(0, line.first_date, line.starts, line.ends) for line in lines if line.what == "opening"
    ]
    closed = frozenset(day for line in lines if line.what == "closure" for day in _days(line, first, last))
    spans = [
        (datetime.fromtimestamp(span.start, tz=UTC), datetime.fromtimestamp(span.end, tz=UTC))
        for span in open_spans(hours, openings, closed, ZoneInfo(zones[0]), first, last)
    ]
    before, after = settings.CARE_SHIFT_BEFORE, settings.CARE_SHIFT_AFTER
    return any(start - before <= now < end + after for start, end in _without(spans, off))


def _without(
    spans: list[tuple[datetime, datetime]], off: list[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Return what is left of spans after time off, both half-open."""
    for off_from, off_to in off:
        parts = [((start, min(end, off_from)), (max(start, off_to), end)) for start, end in spans]
        spans = [(start, end) for pair in parts for start, end in pair if start < end]
    return spans


def _days(line: _Line, earliest: date, latest: date) -> list[date]:
    begin, end = max(line.first_date, earliest), min(line.last_date or latest, latest)
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
