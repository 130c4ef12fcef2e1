"""Moving a visit as staff do: in time, to another column of the board, longer or shorter.

All of it is one step, under the locks of a move: it happens as asked, or a sentence says what is in the way
and nothing is changed. A visit keeps its own length and what is kept free around it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.desk_actions import TABLE, Action
from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.queries.fitting import Fit, Hindrance, find_fit
from bookings.queries.surroundings import Place
from bookings.services import telling
from bookings.services.actors import Actor
from bookings.services.holds import lock_appointment
from bookings.services.keys import fingerprint, take_key
from bookings.services.placing import STEP, Over, Target, check_start, claim_place, overridden, place_of
from bookings.services.records import save_patient_time
from bookings.services.refusals import NotMoved, PatientBusy
from bookings.services.restoring import look_at
from bookings.services.stepping import check_allowed, check_seen, write_down
from clinic.models import Practitioner

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(minutes=600)

FIELDS = ["practitioner", "starts_at", "ends_at", "sequence", "changed_at"]


def move_by_desk(
    *,
    appointment: Appointment,
    seen: str,
    starts_at: datetime,
    column: int | None,
    minutes: int | None,
    key: UUID,
    actor: Actor,
    now: datetime,
    over: Over | None = None,
) -> Appointment:
    """Put a visit at a start (aware UTC), in a column and for as many minutes. The key makes it once.

    A practitioner's column gives it to them, a room's puts it there; other rooms stay, or give way to a free
    one of their kind. The price stays. With `over` staff override the rules they were shown, and no others;
    never another visit. `seen` is the visit's sequence on the page. The patient hears if what they know of
    the visit has changed, after a while.

    :raises NotMoved: saying what is in the way.
    :raises NotAllowed: if the table does not allow it.
    :raises ChangedMeanwhile: if somebody changed the visit since it was seen; names who, and how it is now.
    :raises KeyReused: if the key was used for something else.
    """
    target = Target(starts_at, column, minutes)
    with transaction.atomic():
        visit = lock_appointment(appointment.pk)
        asked = {"visit": visit.pk, "starts_at": starts_at, "column": column, "minutes": minutes}
        if take_key(key, fingerprint(**asked, over=over and sorted(over.codes)), visit.pk) is not None:
            return visit
        check_seen(visit, seen)
        action = _action_of(visit, target, over)
        check_allowed(visit, action, actor, now)
        _check_target(visit, target, action, now)
        place = place_of(visit, target)
        if _is_there(visit, place):
            return visit
        before = look_at(visit, now)
        fit = claim_place(visit, place, over, now, tail=_tail(action))
        _put(visit, place, fit, action)
        if action == Action.OVERRIDE and not fit.hindrances:
            action = Action.MOVE
        facts = {"from": before.facts["starts_at"], "to": starts_at.isoformat()} | overridden(fit, over)
        write_down(visit, TABLE[action].event, before, actor, now, **facts)
        telling.tell(visit, before, now)
        return visit


def find_hindrances(visit: Appointment, target: Target, *, now: datetime) -> tuple[Hindrance, ...]:
    """Return everything that is in the way of a visit at a place, as it is now. Reads only."""
    return find_fit(place_of(visit, target), now=now).hindrances


def _action_of(visit: Appointment, target: Target, over: Over | None) -> Action:
    """Return what a target asks for, by the table."""
    if over is not None:
        return Action.OVERRIDE
    stays = target.starts_at == visit.starts_at and target.column is None
    return Action.LENGTH if stays and target.minutes else Action.MOVE


def _check_target(visit: Appointment, target: Target, action: Action, now: datetime) -> None:
    """Refuse a start or a length that makes no sense.

    :raises NotMoved: saying which.
    """
    tail = _tail(action)
    if target.starts_at != visit.starts_at:
        if visit.status == Status.IN_ROOM:
            raise NotMoved(_("The patient is in the room: only the doctor or the room can change."), tail)
        check_start(target.starts_at, now, tail=tail)
    length = timedelta(minutes=target.minutes) if target.minutes else visit.ends_at - visit.starts_at
    if length != visit.ends_at - visit.starts_at and (not SHORTEST <= length <= LONGEST or length % STEP):
        raise NotMoved(_("A visit lasts 5 to 600 minutes, in steps of five."), tail)


def _tail(action: Action) -> str:
    """Return how a refusal ends."""
    return _("Not changed") if action == Action.LENGTH else _("Not moved")


def _is_there(visit: Appointment, place: Place) -> bool:
    """Whether a visit is at a place already."""
    return (visit.starts_at, visit.ends_at) == place.visit and place.wanted <= place.own


def _put(visit: Appointment, place: Place, fit: Fit, action: Action) -> None:
    """Save where and with whom a visit is now.

    :raises NotMoved: if the patient has another visit then.
    """
    visit.starts_at, visit.ends_at = place.visit
    kind = visit.practitioner.resource.kind
    who = Practitioner.objects.select_related("resource").filter(
        resource__in=fit.resources, resource__kind=kind
    )
    visit.practitioner = who.first() or visit.practitioner
    visit.sequence += 1
    try:
        save_patient_time(visit, FIELDS)
    except PatientBusy as busy:
        raise NotMoved(str(busy), _tail(action)) from None
