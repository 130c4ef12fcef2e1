"""The visit a patient comes to next: for the review of forms."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import OuterRef, Q, QuerySet, Subquery

from bookings.life_cycle import Status
from bookings.models import Appointment, WalkIn
from bookings.queries.visits import visits
from clinic.models import User
from clinic.models.places import ROOM_KINDS
from patients.models import FormVersion
from patients.queries.care_team import of_care_team
from patients.queries.next_visits import NextVisit

AHEAD = (Status.BOOKED.value, Status.CONFIRMED.value, Status.ARRIVED.value, Status.IN_ROOM.value)
"""A visit is next until it is over, also while the patient is here."""

HALF_A_DAY = timedelta(hours=12)


def visits_ahead(*, now: datetime) -> QuerySet[Appointment]:
    """Return visits that are not over, by start."""
    return visits().filter(status__in=AHEAD, ends_at__gt=now).order_by("starts_at", "pk")


def next_visit_of(patient: str, value: str, *, now: datetime) -> Any:
    """Return a subquery for one value of the next visit of the patient that a field names."""
    ahead = Appointment.objects.filter(patient=OuterRef(patient), status__in=AHEAD, ends_at__gt=now)
    return Subquery(ahead.order_by("starts_at", "pk").values(value)[:1])


def find_next_visit(patient_id: UUID, now: datetime) -> NextVisit | None:
    """Return a patient's next visit, or None. One query."""
    names = ArrayAgg(
        "allocations__resource__name", filter=Q(allocations__resource__kind__in=ROOM_KINDS), default=[]
    )
    visit = visits_ahead(now=now).filter(patient=patient_id).annotate(rooms=names).first()
    if visit is None:
        return None
    return NextVisit(
        starts_at=visit.starts_at,
        site=visit.site,
        kind=visit.visit_type.name_text,
        way=visit.mode,
        mode=visit.get_mode_display(),
        practitioner=visit.practitioner.name_text,
        rooms=tuple(visit.rooms),
    )


def is_expected(patient_id: UUID, now: datetime) -> bool:
    """Say whether a patient has a visit, or waits without one, within half a day of now."""
    around = (now - HALF_A_DAY, now + HALF_A_DAY)
    visits_today = Appointment.objects.filter(patient=patient_id, status__in=[*AHEAD, Status.DONE.value])
    if visits_today.filter(starts_at__range=around).exists():
        return True
    return WalkIn.objects.filter(patient=patient_id, came_at__range=around).exists()


def find_visit_without_form(user: User, *, now: datetime) -> Appointment | None:
    """Return the next visit of a patient on whose care team somebody is and who has sent no form, or None."""
    mine = of_care_team(visits_ahead(now=now), user, now)
    return mine.exclude(patient__in=FormVersion.objects.values("patient")).first()
