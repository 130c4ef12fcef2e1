"""Settling visits to which nobody came: another one is booked instead, or the desk closes them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from bookings.life_cycle import Status
from bookings.models import Appointment, Rebooking
from bookings.services.actors import Actor
from bookings.services.holds import lock_appointment


def settle_missed(*, missed_id: UUID, actor: Actor, now: datetime) -> bool:
    """Take a visit to which nobody came off the desk's list; False if that was done before. One transaction.

    Who and when is kept. If the visit that was booked instead has been cancelled, it can be settled anew.

    :raises Appointment.DoesNotExist: if there is no such visit.
    """
    with transaction.atomic():
        missed = lock_appointment(missed_id)
        if missed.status != Status.NO_SHOW:
            return False
        earlier = Rebooking.objects.filter(missed=missed).select_related("visit").first()
        if earlier is not None and (earlier.visit is None or earlier.visit.status != Status.CANCELLED):
            return False
        Rebooking.objects.update_or_create(
            missed=missed, defaults={"visit": None, "settled_at": now, "settled_by": actor.user}
        )
        return True


def link_rebooked(*, missed_id: UUID, visit: Appointment) -> None:
    """Note which visit was booked instead of one that was settled in this transaction."""
    Rebooking.objects.filter(missed=missed_id).update(visit=visit)


def unsettle(*, missed_id: UUID) -> None:
    """Put a visit back on the list of those to rebook."""
    Rebooking.objects.filter(missed=missed_id).delete()
