"""Booking for somebody who calls or stands at the desk, with what that settles; and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.life_cycle import UNDO, Status
from bookings.models import Appointment, RequestKey, VisitEvent, WalkIn
from bookings.queries.offers import Search
from bookings.services import messages, missed, visits
from bookings.services.actors import Actor
from bookings.services.records import record
from bookings.services.refusals import NotAllowed
from bookings.services.visits import AtDesk
from patients.models import Patient
from patients.services.people import PersonDetails
from patients.services.visit_requests import close_request, reopen_request

BOOKED = "booked"
"""What a booking is called among the events of a visit."""


@dataclass(frozen=True)
class Settles:
    """What a booking settles: a request to the desk, a visit to which nobody came, somebody in the queue."""

    request_id: UUID | None = None
    missed_id: UUID | None = None
    walk_in_id: UUID | None = None

    @property
    def facts(self) -> dict[str, str]:
        """The same as plain JSON, for the event of the booking."""
        ids = {"request": self.request_id, "missed": self.missed_id, "walk_in": self.walk_in_id}
        return {name: str(value) for name, value in ids.items() if value is not None}


def book_for_caller(
    *,
    search: Search,
    starts_at: datetime,
    person: PersonDetails,
    desk: AtDesk,
    settles: Settles,
    key: UUID,
    actor: Actor,
    now: datetime,
) -> Appointment:
    """Book a free time for somebody at the desk or on the phone, and settle what it was for. One transaction.

    The same key and data twice return the same booking. On any refusal nothing is settled.

    :raises NotOffered, JustTaken, KeyReused, PatientBusy: as for a booking.
    :raises NotAllowed: if somebody has settled it meanwhile, or the chosen record is not there any more.
    """
    with transaction.atomic():
        if not _settle(settles, actor, now) and not RequestKey.objects.filter(key=key).exists():
            raise NotAllowed(_("Somebody has dealt with this already. Nothing was booked now."))
        try:
            visit = visits.book_visit(
                search=search,
                starts_at=starts_at,
                person=person,
                key=key,
                actor=actor,
                now=now,
                desk=AtDesk(desk.status, desk.for_anyone, desk.facts | settles.facts, desk.delay),
            )
        except Patient.DoesNotExist:
            raise NotAllowed(_("This record is not there any more. Look for the person again.")) from None
        _link(settles, visit)
        return visit


def take_back_booking(visit: Appointment, *, actor: Actor, now: datetime) -> Appointment:
    """Undo the booking of a locked visit by the desk, and open again what it settled. Nobody is told.

    :raises NotAllowed: if it was not booked by staff in the last three minutes, or has gone on since.
    """
    event = visit.events.order_by("-at", "-pk").first()
    if event is None or event.action != BOOKED or event.by != VisitEvent.By.STAFF or now - event.at > UNDO:
        raise NotAllowed(_("There is nothing to undo any more."))
    if visit.status != event.to_status:
        raise NotAllowed(_("There is nothing to undo any more."))
    before = Status(visit.status)
    visits.give_up(visit, by=Appointment.CancelledBy.CLINIC, reason="")
    messages.withdraw(appointment_id=visit.pk, kinds=["booked"])
    open_again(event.facts)
    record(visit, f"undo_{BOOKED}", before, actor, now)
    return visit


def open_again(facts: dict[str, Any]) -> None:
    """Open again what a booking settled; `facts` are those of its event."""
    if "request" in facts:
        reopen_request(request_id=UUID(facts["request"]))
    if "missed" in facts:
        missed.unsettle(missed_id=UUID(facts["missed"]))
    if "walk_in" in facts:
        still = {"outcome": "", "closed_at": None, "closed_by": None, "visit": None}
        WalkIn.objects.filter(pk=facts["walk_in"]).update(**still)


def _settle(settles: Settles, actor: Actor, now: datetime) -> bool:
    """Settle what a booking is for, under its locks; False if any of it has been settled before."""
    if settles.request_id and not close_request(request_id=settles.request_id, by=actor.user, now=now):
        return False
    if settles.missed_id and not missed.settle_missed(missed_id=settles.missed_id, actor=actor, now=now):
        return False
    if settles.walk_in_id is None:
        return True
    entry = WalkIn.objects.select_for_update(of=("self",)).get(pk=settles.walk_in_id)
    if entry.closed_at is not None:
        return False
    entry.outcome, entry.closed_at, entry.closed_by = WalkIn.Outcome.BOOKED, now, actor.user
    entry.save(update_fields=["outcome", "closed_at", "closed_by"])
    return True


def _link(settles: Settles, visit: Appointment) -> None:
    if settles.missed_id:
        missed.link_rebooked(missed_id=settles.missed_id, visit=visit)
    if settles.walk_in_id:
        WalkIn.objects.filter(pk=settles.walk_in_id).update(visit=visit)
