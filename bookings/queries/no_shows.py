"""Visits to which nobody came, and for which nothing was booked instead."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from bookings.life_cycle import CLAIMING, Status
from bookings.models import Appointment
from bookings.queries.visits import visits
from patients.queries.visit_requests import open_requests

KEPT_FOR = timedelta(days=60)
"""How long somebody who did not come stays on the list: after that, nobody calls them any more."""

GONE = [Status.CANCELLED.value, Status.EXPIRED.value]
BOOKED = [status.value for status in (CLAIMING - {Status.HELD}) | {Status.DONE}]


def list_no_shows(*, now: datetime) -> list[Appointment]:
    """Return the visits to rebook, oldest first: not settled, and nothing later booked. One query."""
    return list(_open(now).order_by("starts_at", "pk"))


def count_to_do(*, now: datetime) -> int:
    """Return how much the desk has to do: requests, and visits to rebook. One query."""
    requests = open_requests().order_by().values("pk")
    return requests.union(_open(now).order_by().values("pk"), all=True).count()


def _open(now: datetime) -> QuerySet[Appointment]:
    later = Appointment.objects.filter(
        patient=OuterRef("patient"), starts_at__gt=OuterRef("starts_at"), status__in=BOOKED
    )
    settled = Q(rebooking__isnull=False) & (
        Q(rebooking__visit__isnull=True) | ~Q(rebooking__visit__status__in=GONE)
    )
    missed = visits().filter(
        status=Status.NO_SHOW.value, starts_at__gt=now - KEPT_FOR, patient__archived_at=None
    )
    return missed.exclude(settled).exclude(Exists(later))
