"""What a booking settles: a request, a missed visit, somebody in the queue; and opening it again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bookings.life_cycle import Status
from bookings.models import Appointment, Rebooking, WalkIn
from bookings.services.actors import Actor
from bookings.services.holds import lock_appointment
from patients.services.visit_requests import close_request, reopen_request

FACTS = ("request", "missed", "walk_in")
"""The facts of a booking's event that name what it settled."""

GONE = (Status.CANCELLED, Status.EXPIRED)
"""Statuses of a visit that was booked instead and does not stand any more."""


@dataclass(frozen=True)
class Settles:
    """The ids of what a booking settles: a request to the desk, a missed visit, an entry of the queue."""

    request_id: UUID | None = None
    missed_id: UUID | None = None
    walk_in_id: UUID | None = None

    @property
    def facts(self) -> dict[str, str]:
        """The same as plain JSON, for the event of the booking."""
        ids = zip(FACTS, (self.request_id, self.missed_id, self.walk_in_id), strict=True)
        return {name: str(value) for name, value in ids if value is not None}


def settle(settles: Settles, *, actor: Actor, now: datetime) -> bool:
    """Settle it all, in the caller's transaction and under its locks; False if any was settled before."""
    if settles.request_id and not close_request(request_id=settles.request_id, by=actor.user, now=now):
        return False
    if settles.missed_id and not settle_missed(missed_id=settles.missed_id, actor=actor, now=now):
        return False
    if settles.walk_in_id is None:
        return True
    entry = WalkIn.objects.select_for_update().get(pk=settles.walk_in_id)
    if entry.closed_at is not None:
        return False
    entry.outcome, entry.closed_at, entry.closed_by = WalkIn.Outcome.BOOKED, now, actor.user
    entry.save(update_fields=["outcome", "closed_at", "closed_by"])
    return True


def settle_missed(*, missed_id: UUID, actor: Actor, now: datetime) -> bool:
    """Take a visit to which nobody came off the desk's list; False if that was done before. One transaction.

    Who and when is kept. If the visit that was booked instead does not stand any more, it is settled anew.

    :raises Appointment.DoesNotExist: if there is no such visit.
    """
    with transaction.atomic():
        missed = lock_appointment(missed_id)
        if missed.status != Status.NO_SHOW:
            return False
        earlier = Rebooking.objects.filter(missed=missed).select_related("visit").first()
        if earlier is not None and (earlier.visit is None or earlier.visit.status not in GONE):
            return False
        Rebooking.objects.update_or_create(
            missed=missed, defaults={"visit": None, "settled_at": now, "settled_by": actor.user}
        )
        return True


def link(settles: Settles, visit: Appointment) -> None:
    """Note which visit settled what was settled in this transaction."""
    if settles.missed_id:
        Rebooking.objects.filter(missed=settles.missed_id).update(visit=visit)
    if settles.walk_in_id:
        WalkIn.objects.filter(pk=settles.walk_in_id).update(visit=visit)


def open_again(facts: dict[str, Any]) -> None:
    """Open again what a step closed or settled; `facts` are those of its event."""
    if facts.get("request"):
        reopen_request(request_id=UUID(facts["request"]))
    if facts.get("missed"):
        Rebooking.objects.filter(missed=facts["missed"]).delete()
    if facts.get("walk_in"):
        open_walk_in(UUID(facts["walk_in"]))


def open_walk_in(walk_in_id: UUID) -> None:
    """Put somebody back into the queue, as they were."""
    still = {"outcome": "", "closed_at": None, "closed_by": None, "visit": None}
    WalkIn.objects.filter(pk=walk_in_id).update(**still)
