"""What the front desk does to a visit. Messages leave after three minutes, so an undo sends nothing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.life_cycle import CLAIMING, UNDO, Status, may_follow
from bookings.models import Appointment, VisitEvent
from bookings.services import changes, claims, messages
from bookings.services.actors import Actor
from bookings.services.holds import buffered, lock_appointment, search_of
from bookings.services.records import record
from bookings.services.refusals import NotAllowed
from bookings.services.restoring import claim_again, save_again
from bookings.services.visits import give_up

NO_SHOW_AFTER = timedelta(minutes=10)
"""A visit can be marked "did not come" from ten minutes after its start (design spec, D1)."""

UNDOABLE = frozenset({"arrived", "no_show", "cancelled", changes.CHANGED})


def mark_arrived(*, appointment: Appointment, actor: Actor, now: datetime) -> Appointment:
    """Say that the patient is here. Twice changes nothing.

    Somebody who was said not to have come, and comes after all, claims the time again.

    :raises NotAllowed: if the visit cannot become "arrived", or its day at the site has not come.
    :raises Clash: if it needs its time back, and that has been taken; nothing is changed.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        if visit.status == Status.ARRIVED:
            return visit
        zone = visit.site.tz
        if now.astimezone(zone).date() < visit.starts_at.astimezone(zone).date():
            raise NotAllowed(_("You can say this on the day of the visit."))
        if visit.status == Status.NO_SHOW:
            _reclaim(visit, _freed_by(visit))
        return _step(visit, Status.ARRIVED, "arrived", actor, now)


def mark_no_show(*, appointment: Appointment, actor: Actor, now: datetime) -> Appointment:
    """Say that the patient did not come, and free what is left of the time. Twice changes nothing.

    :raises NotAllowed: earlier than ten minutes after the start, or from another status.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        if visit.status == Status.NO_SHOW:
            return visit
        if now < visit.starts_at + NO_SHOW_AFTER:
            raise NotAllowed(_("You can say this from 10 minutes after the start."))
        resources = claims.list_claimed(visit.pk)
        claims.lock_resources(resources)
        claims.release(visit.pk)
        return _step(visit, Status.NO_SHOW, "no_show", actor, now, {"resources": resources})


def cancel_by_desk(*, appointment: Appointment, actor: Actor, reason: str, now: datetime) -> Appointment:
    """Cancel for the clinic; the message to the patient waits three minutes. Twice changes nothing.

    :raises NotAllowed: if the visit cannot be cancelled any more.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        if visit.status == Status.CANCELLED:
            return visit
        before = Status(visit.status)
        if not may_follow(before, Status.CANCELLED):
            raise NotAllowed(_not_from(visit))
        resources = claims.list_claimed(visit.pk)
        give_up(visit, by=Appointment.CancelledBy.CLINIC, reason=reason)
        record(visit, "cancelled", before, actor, now, {"resources": resources})
        messages.announce(appointment=visit, kind="cancelled", now=now, delay=UNDO)
        return visit


def find_undoable(visit: Appointment, now: datetime) -> VisitEvent | None:
    """Return the staff action on a visit that can still be undone, or None. Uses prefetched events."""
    events = sorted(visit.events.all(), key=lambda event: (event.at, event.pk), reverse=True)
    last = events[0] if events else None
    if last is None or last.by != VisitEvent.By.STAFF or last.action not in UNDOABLE or now - last.at > UNDO:
        return None
    return last


def undo_last(*, appointment: Appointment, actor: Actor, now: datetime) -> Appointment:
    """Take back the last staff action within three minutes; a waiting message never leaves.

    :raises NotAllowed: if there is nothing to undo any more.
    :raises Clash: if the freed time has been taken; nothing is changed.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        event = find_undoable(visit, now)
        if event is None or visit.status != event.to_status:
            raise NotAllowed(_("There is nothing to undo any more."))
        if event.action == changes.CHANGED:
            return changes.take_back(visit, event, actor=actor, now=now)
        undone = Status(visit.status)
        if undone not in CLAIMING:
            _reclaim(visit, event.facts.get("resources", []))
        elif Status(event.from_status) not in CLAIMING:
            claims.lock_resources(claims.list_claimed(visit.pk))
            claims.release(visit.pk)
        visit.status = event.from_status
        if undone == Status.CANCELLED:
            visit.cancelled_by = ""
            visit.cancel_reason = ""
            messages.withdraw(appointment_id=visit.pk, kinds=["cancelled"])
        save_again(visit, ["status", "cancelled_by", "cancel_reason", "changed_at"])
        record(visit, f"undo_{event.action}"[:20], undone, actor, now)
        return visit


def _freed_by(visit: Appointment) -> list[int]:
    """Return the resources that were freed when the patient was said not to have come."""
    event = visit.events.filter(action="no_show").order_by("-at", "-pk").first()
    return list(event.facts.get("resources", [])) if event else []


def _reclaim(visit: Appointment, resources: list[int]) -> None:
    """Claim again what an action freed.

    :raises Clash: naming who or what has been taken.
    """
    if resources:
        claim_again(visit, resources, buffered(search_of(visit), visit.starts_at))


def _step(
    visit: Appointment,
    then: Status,
    action: str,
    actor: Actor,
    now: datetime,
    facts: dict[str, object] | None = None,
) -> Appointment:
    before = Status(visit.status)
    if not may_follow(before, then):
        raise NotAllowed(_not_from(visit))
    visit.status = then.value
    save_again(visit, ["status", "changed_at"])
    record(visit, action, before, actor, now, facts)
    return visit


def _not_from(visit: Appointment) -> str:
    return _("Not possible: this visit is %(status)s now.") % {"status": visit.get_status_display()}
