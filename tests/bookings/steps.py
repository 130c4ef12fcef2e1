"""Steps of staff for tests: a visit brought into any status, and all that a step could have changed."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from bookings.desk_actions import Action
from bookings.life_cycle import Status
from bookings.models import Appointment, VisitEvent
from bookings.services import desk, moves
from bookings.services.actors import Actor
from bookings.services.placing import Over
from tests.calendars import MONDAY, minutes

STAFF = Actor(by=VisitEvent.By.STAFF)
LATE = MONDAY + minutes(10)
"""Ten minutes after the start of a visit on Monday morning."""

Take = Callable[[Appointment, Actor, datetime], Appointment]


def move(visit: Appointment, starts_at: datetime | None = None, **changes: Any) -> Appointment:
    """Move a visit as staff; `changes` alter the call."""
    fresh = Appointment.objects.get(pk=visit.pk)
    values: dict[str, Any] = {
        "appointment": visit,
        "seen": str(fresh.sequence),
        "starts_at": starts_at or fresh.starts_at,
        "column": None,
        "minutes": None,
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": LATE,
    }
    return moves.move_by_desk(**(values | changes))


def plain(service: Callable[..., Appointment], **more: Any) -> Take:
    """Return a step that needs nothing but the visit."""

    def take(visit: Appointment, actor: Actor, now: datetime) -> Appointment:
        return service(appointment=visit, actor=actor, now=now, **more)

    return take


def _moving(**changes: Any) -> Take:
    def take(visit: Appointment, actor: Actor, now: datetime) -> Appointment:
        return move(visit, actor=actor, now=now, **changes)

    return take


def _to_other_room(visit: Appointment, actor: Actor, now: datetime) -> Appointment:
    """Put a visit into the other room of its site."""
    other = visit.site.resources.exclude(allocations__appointment=visit).order_by("name")[0]
    return move(visit, actor=actor, now=now, column=other.pk)


def _back(visit: Appointment, actor: Actor, now: datetime) -> Appointment:
    seen = str(Appointment.objects.get(pk=visit.pk).sequence)
    return desk.step_back(appointment=visit, seen=seen, actor=actor, now=now)


def _override(visit: Appointment, actor: Actor, now: datetime) -> Appointment:
    """Make a visit last until after everybody has left."""
    over = Over("It must be", frozenset({"hours"}))
    return move(visit, actor=actor, now=now, minutes=490, over=over)


TAKE: Mapping[Action, Take] = {
    Action.CONFIRM: plain(desk.confirm_by_desk),
    Action.ARRIVE: plain(desk.mark_arrived),
    Action.IN_ROOM: plain(desk.mark_in_room),
    Action.FINISH: plain(desk.mark_done),
    Action.NO_SHOW: plain(desk.mark_no_show),
    Action.CANCEL: plain(desk.cancel_by_desk, reason="Doctor is ill"),
    Action.MOVE: _to_other_room,
    Action.LENGTH: _moving(minutes=30),
    Action.OVERRIDE: _override,
    Action.STEP_BACK: _back,
    Action.NOTE: plain(desk.write_note, note="Rings before she comes", was=""),
}
"""Every action that the table rules by status, as a call."""

PATHS: Mapping[Status, tuple[Action, ...]] = {
    Status.BOOKED: (),
    Status.CONFIRMED: (Action.CONFIRM,),
    Status.ARRIVED: (Action.ARRIVE,),
    Status.IN_ROOM: (Action.ARRIVE, Action.IN_ROOM),
    Status.DONE: (Action.ARRIVE, Action.IN_ROOM, Action.FINISH),
    Status.NO_SHOW: (Action.NO_SHOW,),
    Status.CANCELLED: (Action.CANCEL,),
}
"""How a visit that is booked gets into each status."""


def now_for(action: Action) -> datetime:
    """Return an instant at which time allows an action on a visit of Monday morning."""
    return MONDAY - minutes(1) if action == Action.CONFIRM else LATE


def bring(visit: Appointment, status: Status) -> Appointment:
    """Bring a booked visit into a status, by steps where there are any."""
    if status in PATHS:
        for action in PATHS[status]:
            TAKE[action](visit, STAFF, now_for(action))
    else:
        expires = {"hold_expires_at": LATE} if status == Status.HELD else {}
        Appointment.objects.filter(pk=visit.pk).update(status=status, **expires)
    return Appointment.objects.get(pk=visit.pk)


COLUMNS = (
    *("status", "visit_type_id", "site_id", "mode", "practitioner_id", "any_practitioner", "price_minor"),
    *("starts_at", "ends_at", "cancelled_by", "patient_id", "spoken_language"),
)


def stand_of(visit: Appointment) -> dict[str, Any]:
    """Return where a visit stands: its columns but for the sequence, and all it claims, spans included."""
    fresh = Appointment.objects.get(pk=visit.pk)
    claims = {(claim.resource_id, claim.span.lower, claim.span.upper) for claim in fresh.allocations.all()}
    return {name: getattr(fresh, name) for name in COLUMNS} | {"claims": claims}


WRITTEN = (
    *("bookings_appointment", "bookings_allocation", "bookings_visitevent", "bookings_appointmentevent"),
    *("bookings_requestkey", "bookings_visitlink", "clinic_outboxmessage", "procrastinate_jobs"),
)


def fingerprint() -> str:
    """Return one checksum of every row that a step could write."""
    parts = [
        f"(SELECT coalesce(string_agg(t::text, ' ' ORDER BY t::text), '') FROM {name} t)" for name in WRITTEN
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(concat({', '.join(parts)}))")
        return str(cursor.fetchone()[0])
