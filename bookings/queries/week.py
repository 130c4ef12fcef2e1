"""A site's visits of several days."""

from datetime import date

from bookings.models import Appointment
from bookings.queries.board import HIDDEN, bounds_of
from clinic.models import Site


def list_week(site: Site, first: date, last: date) -> list[Appointment]:
    """Return the visits that stand between two of a site's dates, inclusive, by start. One query."""
    start, end = bounds_of(site, first)[0], bounds_of(site, last)[1]
    visits = Appointment.objects.filter(site=site, starts_at__gte=start, starts_at__lt=end)
    return list(
        visits.exclude(status__in=HIDDEN)
        .select_related("patient", "practitioner")
        .order_by("starts_at", "pk")
    )
