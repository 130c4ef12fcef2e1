"""What the front desk sees of a day: rooms, who is known, and what has to move. No clinical words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from bookings.life_cycle import UPCOMING
from bookings.models import Appointment, Closure, ExceptionalOpening
from bookings.queries.catalogue import PATIENT_BOOKABLE
from bookings.queries.visits import list_day
from clinic.models import Site
from clinic.models.places import ROOM_KINDS
from patients.models import VisitRequest
from patients.queries.form_states import FormState, get_form_states
from patients.queries.visit_requests import list_asked_types

_KNOWN = """
SELECT DISTINCT visit.id
  FROM bookings_appointment visit
  JOIN patients_patient patient ON patient.id = visit.patient_id
  JOIN patients_patient record ON record.id = patient.id
    OR lower(record.name) = lower(patient.name)
       AND (lower(record.email) = lower(patient.email) AND patient.email <> ''
            OR record.phone = patient.phone AND patient.phone <> '')
  JOIN bookings_appointment earlier ON earlier.patient_id = record.id
   AND earlier.starts_at < visit.starts_at AND earlier.status IN ('arrived', 'in_room', 'done')
 WHERE visit.id = ANY(%s)
"""

_IN_TIME_OFF = """
SELECT DISTINCT allocation.appointment_id
  FROM bookings_allocation allocation
  JOIN bookings_timeoff off ON off.resource_id = allocation.resource_id AND off.span && allocation.span
 WHERE allocation.appointment_id = ANY(%s)
"""


@dataclass(frozen=True)
class DayVisit:
    """One line of the day: a visit, where it is, and what the desk should know before it."""

    visit: Appointment
    rooms: tuple[str, ...]
    is_known: bool
    is_to_move: bool
    form: FormState
    request: VisitRequest | None = None

    @property
    def says_been_before(self) -> bool:
        """Whether the patient says they have been here, but no record of theirs matches."""
        return self.visit.been_before and not self.is_known

    @property
    def is_first_visit(self) -> bool:
        """Whether nobody says that they have been here before."""
        return not self.visit.been_before and not self.is_known

    @property
    def wants_longer(self) -> bool:
        """Whether a visit to come should be longer than it is.

        Because the desk is still asked to lengthen it; or because the form says so of somebody who has not
        been seen, and who booked this visit themselves after the desk had lengthened another.
        """
        if self.visit.status not in UPCOMING:
            return False
        kind = self.request.visit_type if self.request else None
        is_asked = kind is not None and kind.minutes > self.visit.visit_type.minutes
        is_own_choice = self.visit.visit_type.bookable_by in PATIENT_BOOKABLE
        return is_asked or (self.form.needs_longer_visit and is_own_choice and not self.is_known)


def list_day_visits(site: Site, day: date) -> list[DayVisit]:
    """Return a site's visits of one local day by start. At most eleven queries."""
    visits = list_day(site, day)
    patient_ids = {visit.patient_id for visit in visits if visit.patient_id is not None}
    forms, requests = get_form_states(patient_ids), list_asked_types(patient_ids)
    ahead = [visit for visit in visits if visit.status in UPCOMING]
    known = _list_ids(_KNOWN, [visit.pk for visit in visits])
    in_time_off = _list_ids(_IN_TIME_OFF, [visit.pk for visit in ahead])
    to_move = in_time_off | _list_on_closed_day(site, day, ahead)
    return [
        DayVisit(
            visit=visit,
            rooms=tuple(
                allocation.resource.name
                for allocation in visit.allocations.all()
                if allocation.resource.kind in ROOM_KINDS
            ),
            is_known=visit.pk in known,
            is_to_move=visit.pk in to_move,
            form=forms[visit.patient_id],
            request=requests.get(visit.patient_id),
        )
        for visit in visits
        if visit.patient_id is not None
    ]


def _list_ids(statement: str, ids: Sequence[UUID]) -> set[UUID]:
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(ids)])
        return {row[0] for row in cursor.fetchall()}


def _list_on_closed_day(site: Site, day: date, visits: Sequence[Appointment]) -> set[UUID]:
    """Return those of a day's visits that fall into a closure, except with who comes in all the same."""
    if not Closure.objects.filter(Q(first_date__lte=day) & Q(last_date__gte=day), site=site).exists():
        return set()
    comes_in = set(
        ExceptionalOpening.objects.filter(site=site, date=day).values_list("practitioner_id", flat=True)
    )
    return {visit.pk for visit in visits if visit.practitioner_id not in comes_in}
