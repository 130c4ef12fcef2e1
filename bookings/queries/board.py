"""The day board's visits: what every block says, in a fixed number of queries. No clinical content."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Max, QuerySet

from bookings.hours import to_epoch
from bookings.life_cycle import UPCOMING, Status
from bookings.models import Allocation, Appointment, VisitEvent
from bookings.queries.offers import to_instant
from clinic.models import Site, VisitMode
from clinic.models.places import ROOM_KINDS
from patients.queries.form_states import FormState, Progress, get_form_states

PRACTITIONER, ROOM = "practitioner", "room"
"""What the columns of a board are."""

LONG_AGO = timedelta(hours=18)
"""After so long nobody is late any more: that day is over."""

NO_ROOM = 0
"""Stands for the room of a visit that claims none."""

_NO_CLAIM = (NO_ROOM, "")

HIDDEN = (Status.HELD, Status.EXPIRED, Status.CANCELLED)
"""Statuses in which a visit does not stand on the board."""

_FIELDS = (
    *("pk", "reference", "sequence", "status", "starts_at", "ends_at", "mode"),
    *("patient_id", "patient__name", "practitioner__resource_id", "visit_type__name"),
)


@dataclass(frozen=True, slots=True)
class BoardVisit:
    """A visit as its block on the board shows it.

    `person` is its practitioner's resource, `room` and `room_name` the first room it claims now, or NO_ROOM.
    `arrived_at` is set while its patient is here, `expected_at` while its practitioner runs late.
    """

    pk: UUID
    reference: str
    sequence: int
    status: Status
    starts_at: datetime
    ends_at: datetime
    mode: str
    patient_id: UUID
    patient: str
    person: int
    type_name: dict[str, str]
    room: int
    room_name: str
    arrived_at: datetime | None
    form: FormState
    expected_at: datetime | None = None

    @property
    def minutes(self) -> int:
        """Its length."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_remote(self) -> bool:
        """Whether its patient does not come to the clinic."""
        return self.mode != VisitMode.IN_PERSON

    def column(self, by: str) -> int:
        """Return the resource in whose column it stands, "practitioner" or "room"; NO_ROOM without one."""
        return self.room if by == ROOM else self.person

    def minutes_late(self, now: datetime) -> int:
        """Return for how long a patient who has not come should have been here; 0 if they are not late."""
        return _minutes(self.starts_at, now) if self.status in UPCOMING else 0

    def minutes_waiting(self, now: datetime) -> int | None:
        """Return for how long a patient has been waiting; None for who does not wait."""
        if self.status != Status.ARRIVED or self.arrived_at is None:
            return None
        return _minutes(self.arrived_at, now)

    def minutes_over(self, now: datetime) -> int:
        """Return for how long a visit in the room should have been over; 0 if it should not."""
        return _minutes(self.ends_at, now) if self.status == Status.IN_ROOM else 0

    @property
    def wants_form(self) -> bool:
        """Whether a visit to come has no finished health form."""
        return self.status in UPCOMING and self.form.state in (Progress.MISSING, Progress.PART)

    @property
    def is_unconfirmed(self) -> bool:
        """Whether its patient has not said that they are coming."""
        return self.status == Status.BOOKED


def bounds_of(site: Site, day: date) -> tuple[datetime, datetime]:
    """Return a site's local day as a half-open span of instants, UTC."""
    first, after = (to_epoch(each, time(0), site.tz) for each in (day, day + timedelta(days=1)))
    return to_instant(first), to_instant(after)


def visits_on(site: Site, day: date) -> QuerySet[Appointment]:
    """Return the visits that stand on the board of a site's day, by start."""
    first, after = bounds_of(site, day)
    on_board = Appointment.objects.filter(site=site, starts_at__gte=first, starts_at__lt=after)
    return on_board.exclude(status__in=HIDDEN).order_by("starts_at", "pk")


def list_board_visits(site: Site, day: date) -> list[BoardVisit]:
    """Return the visits of a site's day by start. Six queries."""
    rows = list(visits_on(site, day).values_list(*_FIELDS))
    ids, patients = [row[0] for row in rows], {row[7] for row in rows}
    claims = _list_rooms(ids)
    arrivals = _list_arrivals([row[0] for row in rows if row[3] == Status.ARRIVED])
    forms = get_form_states(patients)
    return [
        BoardVisit(
            pk=row[0],
            reference=row[1],
            sequence=row[2],
            status=Status(row[3]),
            starts_at=row[4],
            ends_at=row[5],
            mode=row[6],
            patient_id=row[7],
            patient=row[8],
            person=row[9],
            type_name=row[10],
            room=claims.get(row[0], _NO_CLAIM)[0],
            room_name=claims.get(row[0], _NO_CLAIM)[1],
            arrived_at=arrivals.get(row[0]),
            form=forms[row[7]],
        )
        for row in rows
    ]


def find_own_undoable(site: Site, day: date, user_id: int, since: datetime) -> VisitEvent | None:
    """Return the last thing that somebody did to a visit of a site's day since an instant, or None."""
    return (
        VisitEvent.objects.filter(user_id=user_id, by=VisitEvent.By.STAFF, at__gte=since)
        .filter(appointment__in=_all_on(site, day))
        .select_related("appointment__patient", "appointment__practitioner", "appointment__site")
        .order_by("-at", "-pk")
        .first()
    )


def _all_on(site: Site, day: date) -> QuerySet[Appointment]:
    first, after = bounds_of(site, day)
    return Appointment.objects.filter(site=site, starts_at__gte=first, starts_at__lt=after)


def _list_rooms(ids: Collection[UUID]) -> dict[UUID, tuple[int, str]]:
    """Return the first room that each of these visits claims, if it claims any, and its name."""
    rows = Allocation.objects.filter(appointment__in=ids, resource__kind__in=ROOM_KINDS)
    by_last = rows.order_by("-resource__kind", "-resource_id")
    found = by_last.values_list("appointment_id", "resource_id", "resource__name")
    return {visit: (room, name) for visit, room, name in found}


def _list_arrivals(ids: Collection[UUID]) -> dict[UUID, datetime]:
    """Return when those who are here came, the last time they were said to."""
    rows = VisitEvent.objects.filter(appointment__in=ids, to_status=Status.ARRIVED, action="arrived")
    return dict(rows.order_by().values_list("appointment_id").annotate(at=Max("at")))


def _minutes(since: datetime, now: datetime) -> int:
    """Return how many minutes ago something was; 0 if it is to come, or of another day."""
    return 0 if now - since > LONG_AGO else max(0, int((now - since).total_seconds()) // 60)
