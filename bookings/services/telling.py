"""What a patient hears of what the desk does: one message, later, and only of what they do not know already.

The message waits (`bookings/quiet_hours.py`). While it does, a further step takes it back and writes another,
or none if the visit is again where its patient knows it. It carries what the patient knows until it leaves.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from bookings.life_cycle import UPCOMING, Status
from bookings.models import Appointment, VisitEvent
from bookings.queries.running_late import LATE
from bookings.queries.waiting import KNOWN, SUBJECT
from bookings.quiet_hours import leaves_at
from bookings.services import messages
from bookings.services.actors import Actor
from bookings.services.messages import Kind
from bookings.services.refusals import NotAllowed
from bookings.services.restoring import Before
from clinic.models import OutboxMessage
from clinic.services import outbox

WHERE = ("starts_at", "site_name")
HOW = ("ends_at", "mode", "practitioner")
TOLD = (*WHERE, *HOW, "cancelled")
"""The facts that a patient is told, and that make a message if they differ."""


def tell(visit: Appointment, before: Before, now: datetime, *, moved: Kind = "moved") -> None:
    """Take back what waits about a locked visit, and write what its patient should hear after a step.

    Nothing is said of visits under way or over: their patients are here. `moved` is the kind of message for a
    visit that is somewhere else now.
    """
    held = drop_held(visit)
    told = held[0].facts[KNOWN] if held else before.told
    known = {name: told[name] for name in TOLD} if told else None
    kind = _kind_of(visit, known, before, now, moved)
    if kind is None:
        return
    more: dict[str, Any] = {KNOWN: known}
    old = datetime.fromisoformat(known["starts_at"]) if known else visit.starts_at
    if kind == "cancelled" and known:
        more |= {name: known[name] for name in TOLD if name != "cancelled"}
    messages.announce(
        appointment=visit,
        kind=kind,
        now=now,
        delay=leaves_at(now, zone_of(visit), min(old, visit.starts_at)) - now,
        old_starts_at=old if kind in ("moved", "changed") and old != visit.starts_at else None,
        more=more,
    )


def insert_booked(
    visit: Appointment, actor: Actor, now: datetime, *rows: Model, unless_taken: str = ""
) -> bool:
    """Insert a booking with its message, which waits if staff booked; the answer is as for `insert_rows`."""
    waits = actor.by == VisitEvent.By.STAFF
    return messages.insert_announced(
        *rows,
        appointment=visit,
        kind="booked",
        now=now,
        unless_taken=unless_taken,
        send_after_at=leaves_at(now, zone_of(visit), visit.starts_at) if waits else None,
    )


def check_unsent(visit: Appointment) -> None:
    """Refuse to take back what a patient has been told.

    :raises NotAllowed: if the message about the last thing done to a locked visit has left, or is leaving.
    """
    about_it = OutboxMessage.objects.filter(
        subject_type=SUBJECT, subject_id=visit.pk, version=visit.sequence
    ).exclude(Q(status=OutboxMessage.Status.DROPPED) | Q(kind__startswith=LATE))
    if about_it.exclude(pk__in=[message.pk for message in _held(visit)]).exists():
        raise NotAllowed(_("The patient has the message already. Nothing was taken back."))


def drop_held(visit: Appointment) -> list[OutboxMessage]:
    """Take back what waits about a locked visit because of the desk, and return it, oldest first."""
    held = _held(visit)
    if held:
        dropped = OutboxMessage.Status.DROPPED
        OutboxMessage.objects.filter(pk__in=[message.pk for message in held]).update(status=dropped)
    return held


def hasten(visit: Appointment, now: datetime) -> bool:
    """Let what waits about a locked visit leave at once; False if nothing does."""
    held = _held(visit)
    outbox.hasten([message.pk for message in held], now=now)
    return bool(held)


def zone_of(visit: Appointment) -> ZoneInfo:
    """Return the zone in which a visit's patient lives, as far as we know."""
    home = visit.patient.zone if visit.patient is not None else ""
    return ZoneInfo(visit.patient_zone or home or visit.site.zone)


def _held(visit: Appointment) -> list[OutboxMessage]:
    """Return the messages that wait because of the desk, locked, oldest first."""
    waiting = outbox.list_held(subject_type=SUBJECT, subject_id=visit.pk)
    return [message for message in waiting if KNOWN in message.facts]


def _kind_of(
    visit: Appointment, known: dict[str, Any] | None, before: Before, now: datetime, moved: Kind
) -> Kind | None:
    """Return what kind of message says how a visit differs from what its patient knows."""
    said = known is not None and not known["cancelled"]
    if visit.status == Status.CANCELLED:
        return "cancelled" if said and before.status in UPCOMING and visit.starts_at > now else None
    if visit.status not in UPCOMING or visit.starts_at <= now:
        return None
    if known is None or not said:
        return "booked"
    facts = messages.build_facts(appointment=visit, now=now)
    if any(known[name] != facts[name] for name in WHERE):
        return moved
    return "changed" if any(known[name] != facts[name] for name in HOW) else None
