"""Visits that fall into time in which their people, rooms or site are no longer available."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bookings.hours import to_epoch
from bookings.life_cycle import UPCOMING
from bookings.models import Appointment, Closure, ExceptionalOpening, TimeOff
from bookings.queries.stranded import find_stranded_ids
from bookings.time_spans import Block

# Whoever put a visit into time off on purpose (an override names the rules it was against) need not move it;
# time off that was entered later was not meant by that.
_IN_TIME_OFF = """
SELECT DISTINCT visit.id, resource.name, off.note
  FROM bookings_appointment visit
  JOIN bookings_allocation allocation ON allocation.appointment_id = visit.id
  JOIN bookings_timeoff off ON off.resource_id = allocation.resource_id AND off.span && allocation.span
  JOIN clinic_resource resource ON resource.id = off.resource_id
 WHERE visit.status = ANY(%(statuses)s) AND visit.starts_at > %(now)s
   AND NOT EXISTS (SELECT FROM bookings_visitevent event
                    WHERE event.appointment_id = visit.id AND event.at >= off.created_at
                      AND event.facts #> '{over,codes}' ?| ARRAY['time_off', 'buffer'])
 ORDER BY visit.id, resource.name, off.note
"""

_IN_BLOCKS = """
SELECT DISTINCT visit.id
  FROM unnest(%(ids)s::int8[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS off (id, starts, ends)
  JOIN bookings_allocation allocation
    ON allocation.resource_id = off.id AND allocation.span && tstzrange(off.starts, off.ends)
  JOIN bookings_appointment visit ON visit.id = allocation.appointment_id
 WHERE visit.status = ANY(%(statuses)s) AND visit.ends_at > %(now)s
"""

_HELD_IN_BLOCKS = """
SELECT count(DISTINCT allocation.appointment_id)
  FROM unnest(%(ids)s::int8[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS off (id, starts, ends)
  JOIN bookings_allocation allocation
    ON allocation.resource_id = off.id AND allocation.span && tstzrange(off.starts, off.ends)
 WHERE allocation.expires_at > clock_timestamp()
"""

_MEANT = """
SELECT DISTINCT ON (appointment_id) appointment_id,
       ARRAY(SELECT jsonb_array_elements_text(coalesce(facts #> '{over,codes}', '[]'::jsonb)))
  FROM bookings_visitevent
 WHERE appointment_id = ANY(%(ids)s::uuid[])
   AND action IN ('booked', 'moved', 'lengthened', 'overridden', 'changed')
 ORDER BY appointment_id, at DESC, id DESC
"""


@dataclass(frozen=True)
class ToMove:
    """A visit that cannot stay where it is. `reasons` name what is off, the closed day, or the hours."""

    visit: Appointment
    reasons: tuple[str, ...]


def list_to_move(*, now: datetime) -> list[ToMove]:
    """Return every visit to come that stands in time off, on a closed day or outside hours, by start.

    Not those that staff put there on purpose. Eight queries, whatever the calendar.
    """
    reasons: dict[UUID, list[str]] = defaultdict(list)
    for visit_id, name, note in _list_in_time_off(now):
        words = _("%(name)s: time off") % {"name": name}
        reasons[visit_id].append(f"{words}, {note}" if note else words)
    stranded = find_stranded_ids(now=now)
    meant = _list_meant(stranded)
    visits = list(_upcoming().filter(pk__in=[*reasons, *stranded], starts_at__gt=now))
    closures = _list_closures({visit.site_id for visit in visits if visit.pk in stranded})
    for visit in visits:
        if visit.pk in stranded:
            closure = _find_closure(visit, closures)
            rule = "closed" if closure else "hours"
            if rule not in meant.get(visit.pk, ()):
                reasons[visit.pk].append(str(closure) if closure else _("Outside working hours"))
    return [ToMove(visit, tuple(reasons[visit.pk])) for visit in visits if reasons.get(visit.pk)]


def list_visits_in(blocks: Iterable[Block], *, now: datetime) -> list[Appointment]:
    """Return the visits that are not over and claim a resource in some spans, by start. Two queries."""
    statuses = [status.value for status in UPCOMING]
    with connection.cursor() as cursor:
        cursor.execute(_IN_BLOCKS, _columns(blocks) | {"statuses": statuses, "now": now})
        return list(_upcoming().filter(pk__in=[row[0] for row in cursor.fetchall()]))


def count_holds_in(blocks: Iterable[Block]) -> int:
    """Return how many times in some spans somebody holds just now: each may be a visit in a minute."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD_IN_BLOCKS, _columns(blocks))
        return int(cursor.fetchone()[0])


def _columns(blocks: Iterable[Block]) -> dict[str, Any]:
    rows = list(blocks)
    return {
        "ids": [block.resource_id for block in rows],
        "starts": [block.starts_at for block in rows],
        "ends": [block.ends_at for block in rows],
    }


def _list_in_time_off(now: datetime) -> list[tuple[UUID, str, str]]:
    """Return each visit to come with the name and note of time off it stands in."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_TIME_OFF, {"now": now, "statuses": [status.value for status in UPCOMING]})
        return list(cursor.fetchall())


def _list_meant(ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Return against which rules staff put each visit where it is, for those that they did."""
    with connection.cursor() as cursor:
        cursor.execute(_MEANT, {"ids": list(ids)})
        return {visit_id: codes for visit_id, codes in cursor.fetchall() if codes}


def _list_closures(site_ids: Iterable[int]) -> list[Closure]:
    return list(Closure.objects.filter(site__in=list(site_ids)).order_by("first_date", "pk"))


def _find_closure(visit: Appointment, closures: Iterable[Closure]) -> Closure | None:
    day = visit.starts_at.astimezone(visit.site.tz).date()
    return next(
        (row for row in closures if row.site_id == visit.site_id and row.first_date <= day <= row.last_date),
        None,
    )


def list_visits_in_time_off(time_off: TimeOff) -> list[Appointment]:
    """Return the visits booked in a span of time off of somebody or something they claim, by start."""
    return list(
        _upcoming()
        .filter(allocations__resource=time_off.resource_id, allocations__span__overlap=time_off.span)
        .distinct()
    )


def list_visits_in_closure(closure: Closure) -> list[Appointment]:
    """Return the visits booked at a site on the days it is closed, by start.

    Those that stand in an exceptional opening of their practitioner are not meant: it holds.
    """
    zone = closure.site.tz
    start = datetime.fromtimestamp(to_epoch(closure.first_date, datetime.min.time(), zone), tz=zone)
    end = to_epoch(closure.last_date + timedelta(days=1), datetime.min.time(), zone)
    days = DateTimeTZRange(start, datetime.fromtimestamp(end, tz=zone))
    openings = set(
        ExceptionalOpening.objects.filter(
            site=closure.site, date__range=(closure.first_date, closure.last_date)
        ).values_list("practitioner_id", "date")
    )
    visits = _upcoming().filter(site=closure.site, starts_at__gte=days.lower, starts_at__lt=days.upper)
    return [
        visit
        for visit in visits
        if (visit.practitioner_id, visit.starts_at.astimezone(zone).date()) not in openings
    ]


def _upcoming() -> QuerySet[Appointment]:
    """Return the visits that can still be moved, with what a list shows."""
    return (
        Appointment.objects.filter(status__in=UPCOMING)
        .select_related("site", "visit_type", "practitioner__resource", "patient")
        .order_by("starts_at", "pk")
    )
