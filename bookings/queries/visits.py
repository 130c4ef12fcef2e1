"""Reading visits. Whose visit it is, is decided here, in the query."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from bookings.hours import to_epoch
from bookings.life_cycle import UPCOMING, Status
from bookings.models import Allocation, Appointment, VisitEvent
from bookings.queries.offers import to_instant
from clinic.models import Site, User, VisitType
from clinic.models.visit_types import BookableBy
from clinic.prepared import Piece
from clinic.tokens import hash_token
from patients.models import Patient

TOKEN_LENGTH = 43

_KNOWN = "SELECT EXISTS (SELECT FROM bookings_requestkey WHERE key = %(form)s::uuid) AS is_known"

# The folded address is written as in the index of `patients.models.Mailbox`.
_UPCOMING = r"""
SELECT EXISTS (SELECT FROM bookings_requestkey WHERE key = %(form)s::uuid) AS is_known,
       (SELECT count(*) FROM bookings_appointment a JOIN patients_patient p ON p.id = a.patient_id
         WHERE lower(regexp_replace(p.email, '\+[^@]*@', '@')) = %(mailbox)s::text
           AND a.status = ANY(%(upcoming)s::text[]) AND a.starts_at > %(now)s::timestamptz) AS upcoming
"""


@dataclass(frozen=True)
class Visitor:
    """Who asks: a signed-in account, and the visits booked or held in this browser's session."""

    user: User | None = None
    booked_ids: frozenset[UUID] = field(default_factory=frozenset)
    address: str = ""


def visits() -> QuerySet[Appointment]:
    """Return visits with what every page shows of them, in one query."""
    return Appointment.objects.select_related("visit_type", "site", "practitioner__resource", "patient")


def get_visit_for(visitor: Visitor, key: str, *, now: datetime) -> Appointment:
    """Return the visit a link token or a reference opens for this visitor.

    A token is enough by itself. A reference opens only a visit of one's own account or of this session.
    Holds are not visits yet.

    :raises Appointment.DoesNotExist: if there is none, or it is somebody else's; never says which.
    """
    booked = visits().exclude(status__in=[Status.HELD, Status.EXPIRED])
    if len(key) == TOKEN_LENGTH and key.isascii():
        alive = Q(links__expires_at__gt=now, links__revoked_at=None)
        return booked.get(alive, links__token_hash=hash_token(key))
    if not key.isalnum():
        raise Appointment.DoesNotExist
    mine = Q(pk__in=visitor.booked_ids)
    if visitor.user is not None:
        mine |= Q(patient__account=visitor.user)
    return booked.get(mine, reference=key.upper()[:12])


def find_hold_for(visitor: Visitor, appointment_id: UUID) -> Appointment | None:
    """Return a held or expired time of this session, or None."""
    if appointment_id not in visitor.booked_ids:
        return None
    return visits().filter(pk=appointment_id).first()


def list_visits_for(user: User, *, now: datetime) -> list[Appointment]:
    """Return an account's visits: upcoming first by time, then past ones, latest first."""
    theirs = visits().filter(patient__account=user).exclude(status__in=[Status.HELD, Status.EXPIRED])
    mine = list(theirs.order_by("starts_at", "pk"))
    upcoming = [visit for visit in mine if visit.status in UPCOMING and visit.ends_at > now]
    chosen = {visit.pk for visit in upcoming}
    return upcoming + [visit for visit in reversed(mine) if visit.pk not in chosen]


def is_known_form(key: UUID) -> Piece:
    """Return the question whether a form was sent before; its answer is one column, `is_known`."""
    return Piece(_KNOWN, {"form": key})


def upcoming_of(mailbox: str, *, key: UUID, now: datetime) -> Piece:
    """Return the same question, and how many booked or confirmed visits lie ahead for a mailbox.

    `mailbox` is an address as `patients.models.Mailbox` folds it; "" has no visits.
    """
    upcoming = [status.value for status in UPCOMING]
    return Piece(_UPCOMING, {"form": key, "mailbox": mailbox or None, "upcoming": upcoming, "now": now})


def list_day(site: Site, day: date) -> list[Appointment]:
    """Return a site's visits of one local day, by start; allocations and events come along (3 queries)."""
    first = to_instant(to_epoch(day, time(0), site.tz))
    until = to_instant(to_epoch(day + timedelta(days=1), time(0), site.tz))
    return list(
        visits()
        .filter(site=site, starts_at__gte=first, starts_at__lt=until)
        .exclude(status__in=[Status.HELD, Status.EXPIRED])
        .prefetch_related(
            Prefetch(
                "allocations", Allocation.objects.select_related("resource").order_by("resource__kind", "pk")
            ),
            Prefetch("events", VisitEvent.objects.order_by("-at", "-pk")),
        )
        .order_by("starts_at", "practitioner__resource__name", "pk")
    )


def get_visit_by_reference(reference: str) -> Appointment:
    """Return any visit by its reference, for staff.

    :raises Appointment.DoesNotExist: if there is none.
    """
    return visits().exclude(status__in=[Status.HELD, Status.EXPIRED]).get(reference=reference.upper()[:12])


def find_usual_type(site: Site, patient: Patient | None) -> int | None:
    """Return the id of what somebody is usually booked for at a site, or None if nothing is offered there.

    That is the first kind of visit for who has been seen before, if there is one, or else for anyone.
    """
    kinds = VisitType.objects.filter(archived_at=None, offers__site=site).order_by("order", "pk")
    been = [Status.ARRIVED.value, Status.IN_ROOM.value, Status.DONE.value]
    wanted = [BookableBy.ANYONE, BookableBy.RETURNING]
    if patient is not None and Appointment.objects.filter(patient=patient, status__in=been).exists():
        wanted.reverse()
    found = list(kinds.exclude(bookable_by=BookableBy.GATED).values_list("pk", "bookable_by"))
    for who in wanted:
        for pk, bookable_by in found:
            if bookable_by == who:
                return pk
    return found[0][0] if found else None
