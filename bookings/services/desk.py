"""What staff do to a visit where it stands. Messages wait, so that an undo sends nothing.

Each step asks the table (`bookings/desk_actions.py`), raises the visit's sequence, and writes down all that
an undo puts back. `seen` is the visit's sequence or status on the page, as text: a visit that has changed
since is left alone. A step twice is one step.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.desk_actions import BACK_TO, TABLE, Action, may_undo
from bookings.life_cycle import UNDO, Status
from bookings.models import Appointment, VisitEvent
from bookings.queries.desk_words import open_note
from bookings.services import claims, telling
from bookings.services.actors import Actor
from bookings.services.desk_words import set_cancel_reason, set_note
from bookings.services.holds import lock_appointment
from bookings.services.placing import ANY_RULE, claim_place, new_place
from bookings.services.records import record
from bookings.services.refusals import ChangedMeanwhile, NotAllowed
from bookings.services.restoring import claim_as_noted, look_at, put_back, save_again
from bookings.services.settling import FACTS
from bookings.services.stepping import (
    ANY_STAFF,
    check_allowed,
    check_role,
    check_seen,
    roles_of,
    write_down,
)

FREED_BY: Mapping[str, str] = {Status.NO_SHOW: "no_show", Status.CANCELLED: "cancelled"}
"""Statuses in which a visit has no time, and the event that tells what it had."""


def confirm_by_desk(*, appointment: Appointment, actor: Actor, now: datetime, seen: str = "") -> Appointment:
    """Say for the patient that they are coming.

    :raises NotAllowed: if the table does not allow it, or the visit has changed since it was seen.
    """
    return _step(appointment, Action.CONFIRM, seen, actor, now)


def mark_arrived(*, appointment: Appointment, actor: Actor, now: datetime, seen: str = "") -> Appointment:
    """Say that the patient is here.

    Somebody who was said not to have come, and comes after all, claims the time again.

    :raises NotAllowed: as for `confirm_by_desk`; before the visit's day at the site too.
    :raises Clash: if it needs its time back, and that has been taken; nothing is changed.
    """
    return _step(appointment, Action.ARRIVE, seen, actor, now)


def mark_in_room(*, appointment: Appointment, actor: Actor, now: datetime, seen: str = "") -> Appointment:
    """Say that the patient is in the room.

    :raises NotAllowed: as for `confirm_by_desk`.
    """
    return _step(appointment, Action.IN_ROOM, seen, actor, now)


def mark_done(*, appointment: Appointment, actor: Actor, now: datetime, seen: str = "") -> Appointment:
    """Say that the visit is over; its time stays where it was.

    :raises NotAllowed: as for `confirm_by_desk`.
    """
    return _step(appointment, Action.FINISH, seen, actor, now)


def mark_no_show(*, appointment: Appointment, actor: Actor, now: datetime, seen: str = "") -> Appointment:
    """Say that the patient did not come, and free what is left of the time.

    :raises NotAllowed: as for `confirm_by_desk`; earlier than ten minutes after the start too.
    """
    return _step(appointment, Action.NO_SHOW, seen, actor, now)


def cancel_by_desk(
    *, appointment: Appointment, actor: Actor, reason: str, now: datetime, seen: str = ""
) -> Appointment:
    """Cancel for the clinic; the message to the patient waits.

    :raises NotAllowed: as for `confirm_by_desk`.
    """
    return _step(appointment, Action.CANCEL, seen, actor, now, reason=reason)


def step_back(*, appointment: Appointment, seen: str, actor: Actor, now: datetime) -> Appointment:
    """Put a visit one status back, at any time, by a step that is recorded and can be undone like any other.

    A visit that was cancelled, or that nobody came to, claims exactly the time it had.

    :raises NotAllowed: as for `confirm_by_desk`; if the page does not say what it saw, too.
    :raises Clash: if its time has been taken; nothing is changed.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        if not seen:
            raise NotAllowed(_("This page is out of date. Please open it again. Nothing was changed."))
        check_seen(visit, seen)
        check_allowed(visit, Action.STEP_BACK, actor, now)
        before = look_at(visit, now)
        if visit.status in FREED_BY:
            _claim_freed(visit, now)
        visit.status = _status_before(visit).value
        visit.cancelled_by = ""
        visit.sequence += 1
        save_again(visit, ["status", "cancelled_by", "sequence", "changed_at"])
        write_down(visit, TABLE[Action.STEP_BACK].event, before, actor, now)
        telling.tell(visit, before, now)
        return visit


def write_note(*, appointment: Appointment, note: str, was: str, actor: Actor, now: datetime) -> Appointment:
    """Write the desk's note on a visit. It changes nothing else, and leaves no event.

    :raises ChangedMeanwhile: if the note is no longer what it was on the page (`was`).
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        check_allowed(visit, Action.NOTE, actor, now)
        written = open_note(visit)
        if written != note:
            if written != was:
                raise ChangedMeanwhile(_("Somebody has just written another note. Yours is not saved yet."))
            set_note(visit, note)
            visit.save(update_fields=["sealed_desk_note", "changed_at"])
        return visit


def find_undoable(visit: Appointment, now: datetime) -> VisitEvent | None:
    """Return the staff action on a visit that can still be undone, or None. Uses prefetched events."""
    events = sorted(visit.events.all(), key=lambda event: (event.at, event.pk), reverse=True)
    last = events[0] if events else None
    if last is None or last.by != VisitEvent.By.STAFF or now - last.at > UNDO:
        return None
    noted = "status" in last.facts or last.action == "booked"
    return last if noted and may_undo(last.action, ANY_STAFF) else None


def undo_last(*, appointment: Appointment, actor: Actor, now: datetime, seen: str = "") -> Appointment:
    """Take back the last staff action within three minutes, all of it; a waiting message never leaves.

    A booking that staff made is gone, and nobody hears of it.

    :raises NotAllowed: if there is nothing to undo any more, or its message has left.
    :raises Clash: if what is needed has been taken meanwhile; nothing is changed.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        check_seen(visit, seen)
        event = find_undoable(visit, now)
        if event is None or visit.status != event.to_status:
            raise NotAllowed(_("There is nothing to undo any more."))
        if not may_undo(event.action, roles_of(actor)):
            raise NotAllowed(_("Your role does not allow this."))
        telling.check_unsent(visit)
        before = look_at(visit, now)
        put_back(visit, event.facts if event.from_status else _unbooked(before.facts, event))
        if before.status == Status.CANCELLED:
            set_cancel_reason(visit, "")
            visit.save(update_fields=["sealed_cancel_reason"])
        record(visit, f"undo_{event.action}"[:20], before.status, actor, now)
        telling.tell(visit, before, now)
        return visit


def send_now(*, appointment: Appointment, actor: Actor, now: datetime) -> Appointment:
    """Let the message that waits leave at once. What it speaks of cannot be undone then: that is a new step.

    :raises NotAllowed: if no message waits.
    """
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        check_allowed(visit, Action.SEND_NOW, actor, now)
        if not telling.hasten(visit, now):
            raise NotAllowed(_("No message is waiting."))
        record(visit, TABLE[Action.SEND_NOW].event, Status(visit.status), actor, now)
        return visit


def _step(
    appointment: Appointment, action: Action, seen: str, actor: Actor, now: datetime, *, reason: str = ""
) -> Appointment:
    """Take one step forward. One transaction."""
    rule = TABLE[action]
    check_role(action, actor)
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        if visit.status in rule.leads.values() and visit.status not in rule.leads:
            return visit
        check_seen(visit, seen)
        check_allowed(visit, action, actor, now)
        then = rule.leads[Status(visit.status)]
        before = look_at(visit, now)
        if visit.status in FREED_BY:
            _claim_freed(visit, now)
        if then in FREED_BY:
            claims.lock_resources(before.facts["resources"])
            claims.release(visit.pk)
        if then == Status.CANCELLED:
            visit.cancelled_by = Appointment.CancelledBy.CLINIC
            set_cancel_reason(visit, reason)
        visit.status = then.value
        visit.sequence += 1
        save_again(visit, ["status", "cancelled_by", "sealed_cancel_reason", "sequence", "changed_at"])
        write_down(visit, rule.event, before, actor, now)
        telling.tell(visit, before, now)
        return visit


def _claim_freed(visit: Appointment, now: datetime) -> None:
    """Claim for a locked visit the time it had before it was cancelled, or before nobody came.

    If nobody wrote down what it had, it gets its practitioner and any room that is free.

    :raises Clash, NotMoved: naming who or what has been taken.
    """
    if claims.find_claim(visit.pk):
        return
    event = visit.events.filter(action=FREED_BY[visit.status]).order_by("-at", "-pk").first()
    if event is not None and event.facts.get("resources") and event.facts.get("span"):
        claim_as_noted(visit, event.facts)
    else:
        claim_place(visit, new_place(visit), ANY_RULE, now, tail=_("Nothing was changed."))


def _status_before(visit: Appointment) -> Status:
    """Return where a step back leads: to the status of those allowed that the visit left last."""
    status = Status(visit.status)
    left = visit.events.filter(from_status__in=BACK_TO[status]).exclude(to_status__in=BACK_TO[status])
    event = left.order_by("-at", "-pk").first()
    return Status(event.from_status) if event else TABLE[Action.STEP_BACK].leads[status]


def _unbooked(facts: dict[str, Any], event: VisitEvent) -> dict[str, Any]:
    """Return a visit as it was before staff booked it: nowhere. What the booking closed is opened again."""
    nowhere: dict[str, Any] = {"status": Status.EXPIRED.value, "resources": [], "span": None}
    return {**facts, **nowhere, **{name: event.facts.get(name) for name in FACTS}}
