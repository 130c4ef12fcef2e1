"""Visits that fall into time in which their people, rooms or site are no longer available."""

from datetime import datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from bookings.hours import to_epoch
from bookings.life_cycle import UPCOMING
from bookings.models import Appointment, Closure, ExceptionalOpening, TimeOff


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
