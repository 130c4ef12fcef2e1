"""What the front desk is asked for, the visit each request speaks of, and what could be done about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from bookings.life_cycle import UPCOMING
from bookings.models import Allocation, Appointment
from bookings.queries.offers import Search
from bookings.queries.visits import visits
from clinic.models.places import PRACTITIONER_KINDS, ROOM_KINDS
from patients.models import VisitRequest
from patients.queries.visit_requests import list_open_requests


@dataclass(frozen=True)
class Asked:
    """A request, and the visit it asks to change; None if there is none, or another one is to be booked."""

    request: VisitRequest
    visit: Appointment | None

    @property
    def rooms(self) -> list[str]:
        """The names of the rooms of the visit, by kind."""
        claims = self.visit.allocations.all() if self.visit else []
        return [claim.resource.name for claim in claims if claim.resource.kind in ROOM_KINDS]

    @property
    def is_settled(self) -> bool:
        """Whether the visit is already as it is asked for."""
        visit, asked = self.visit, self.request
        if visit is None:
            return False
        day = visit.starts_at.astimezone(visit.site.tz).date()
        return (
            (asked.visit_type is None or visit.visit_type.minutes >= asked.visit_type.minutes)
            and asked.mode in ("", visit.mode)
            and (asked.from_date is None or day >= asked.from_date)
            and (asked.to_date is None or day <= asked.to_date)
        )


def list_asked(*, now: datetime) -> list[Asked]:
    """Return everything the desk is asked for, oldest first. Three queries."""
    requests = list_open_requests()
    upcoming = _list_upcoming({each.patient_id for each in requests}, now)
    return [Asked(each, _find_visit(each, upcoming[each.patient_id])) for each in requests]


def get_asked(request: VisitRequest, *, now: datetime) -> Asked:
    """Return a request with the visit it speaks of. Two queries."""
    upcoming = _list_upcoming({request.patient_id}, now)
    return Asked(request, _find_visit(request, upcoming[request.patient_id]))


def search_for(request: VisitRequest, visit: Appointment, *, practitioner_id: int | None) -> Search:
    """Return the search that finds what is asked for; what the request leaves open stays as it is.

    A visit never stands in its own way, and its own practitioner need not speak what was asked for.
    """
    return Search(
        visit_type=request.visit_type or visit.visit_type,
        site=visit.site,
        mode=request.mode or visit.mode,
        practitioner_id=practitioner_id,
        language="" if practitioner_id else visit.spoken_language,
        first_date=request.from_date,
        last_date=request.to_date,
        moving_id=visit.pk,
        by_staff=True,
    )


def _list_upcoming(patient_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Appointment]]:
    """Return the visits of each patient that can still be changed, by start; allocations come along."""
    found: dict[UUID, list[Appointment]] = defaultdict(list)
    claims = Allocation.objects.select_related("resource").order_by("resource__kind", "pk")
    upcoming = visits().filter(patient__in=patient_ids, status__in=UPCOMING, starts_at__gt=now)
    for visit in upcoming.prefetch_related(Prefetch("allocations", claims)).order_by("starts_at", "pk"):
        if visit.patient_id is not None:
            found[visit.patient_id].append(visit)
    return found


def _find_visit(request: VisitRequest, upcoming: Iterable[Appointment]) -> Appointment | None:
    """Return the visit a change is asked of: the next one, with somebody who could do what is asked."""
    if request.kind != VisitRequest.Kind.CHANGE:
        return None
    wanted = PRACTITIONER_KINDS.intersection(request.visit_type.needs) if request.visit_type else None
    for visit in upcoming:
        if wanted is None or wanted.intersection(visit.visit_type.needs):
            return visit
    return None
