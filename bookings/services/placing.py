"""Claiming a place that staff choose, with the rules they override, or saying what is in the way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bookings.models import Appointment
from bookings.queries.fitting import Fit, find_fit
from bookings.queries.surroundings import Place
from bookings.services import claims
from bookings.services.claims import Span
from bookings.services.holds import buffered, search_of
from bookings.services.refusals import JustTaken, NotMoved
from clinic.models import Resource
from clinic.models.places import PRACTITIONER_KINDS

STEP = timedelta(minutes=5)
"""Staff may start a visit at any five minutes, and make it as long."""

JUST_NOW = timedelta(minutes=15)
"""A visit may be put at a time so long ago: the desk writes down what happens while it happens."""

FURTHEST = timedelta(days=732)

TRIES = 3
"""How often another room is looked for when somebody is quicker."""


@dataclass(frozen=True)
class Over:
    """That staff put a visit somewhere all the same: why, and the codes of the rules they were shown."""

    reason: str
    codes: frozenset[str]


ANY_RULE = Over("", frozenset({"type", "language", "weekday", "closed", "hours", "buffer", "time_off"}))
"""For a visit that goes back to where it was: no rule counts there, only other visits."""


@dataclass(frozen=True)
class Target:
    """Where staff want a visit. `column` is a resource's id, None for where it is; so with `minutes`."""

    starts_at: datetime
    column: int | None = None
    minutes: int | None = None


def place_of(visit: Appointment, target: Target) -> Place:
    """Return a target as a place: with the people the visit has, or with whose column it is. Three queries.

    :raises NotMoved: if the visit needs nothing of the column's kind, or the column is elsewhere.
    """
    claim = claims.find_claim(visit.pk)
    span = claim.span if claim else buffered(search_of(visit), visit.starts_at)
    own = {each.pk: each for each in Resource.objects.filter(pk__in=claim.resources if claim else [])}
    wanted = {pk for pk, each in own.items() if each.kind in PRACTITIONER_KINDS}
    if target.column is not None and target.column not in own:
        column = _column(visit, target.column, {each.kind for each in own.values()})
        wanted = {pk for pk in wanted if own[pk].kind != column.kind} | {column.pk}
    elif target.column is not None:
        wanted |= {target.column}
    length = timedelta(minutes=target.minutes) if target.minutes else visit.ends_at - visit.starts_at
    return Place(
        visit_type=visit.visit_type,
        site=visit.site,
        kinds=_people_first([each.kind for each in own.values()]),
        starts_at=target.starts_at,
        ends_at=target.starts_at + length,
        before=visit.starts_at - span.starts_at,
        after=span.ends_at - visit.ends_at,
        wanted=frozenset(wanted),
        own=frozenset(own),
        held=(span.starts_at, span.ends_at) if claim else None,
        language=visit.spoken_language,
        moving_id=visit.pk,
        patient_id=visit.patient_id,
    )


def claim_place(visit: Appointment, place: Place, over: Over | None, now: datetime, *, tail: str) -> Fit:
    """Claim a place for a locked visit, and give up what it has; return what it has then.

    :raises NotMoved: saying what is in the way, and then `tail`.
    """
    claims.share_plan()
    for _try in range(TRIES):
        fit = find_fit(place, now=now)
        check_fit(fit, over, tail=tail)
        span = Span(*fit.span)
        leaving = sorted(place.own)
        if claims.reclaim(
            ids=fit.resources, appointment_id=visit.pk, span=span, leaving=leaving, despite=fit.despite
        ):
            return fit
    raise JustTaken


def check_start(starts_at: datetime, now: datetime, *, tail: str) -> None:
    """Refuse a start that makes no sense for anybody.

    :raises NotMoved: saying why, and then `tail`.
    """
    if starts_at.timestamp() % STEP.total_seconds():
        raise NotMoved(_("Visits start at whole five minutes."), tail)
    if starts_at < now - JUST_NOW:
        raise NotMoved(_("This time is in the past."), tail)
    if starts_at > now + FURTHEST:
        raise NotMoved(_("This time is more than two years ahead."), tail)


def check_fit(fit: Fit, over: Over | None, *, tail: str) -> None:
    """Refuse what does not fit, but for the rules that staff override.

    :raises NotMoved: with the first thing in the way.
    """
    for each in fit.hindrances:
        if not each.may_override or over is None or each.code not in over.codes:
            raise NotMoved(each.words, tail, may_override=fit.may_override)


def overridden(fit: Fit, over: Over | None) -> dict[str, object]:
    """Return what an event keeps of an override: which rules, and why; nothing if none was against it."""
    if over is None or not fit.hindrances:
        return {}
    return {"over": {"codes": sorted({each.code for each in fit.hindrances}), "reason": over.reason}}


def new_place(visit: Appointment, *, needs_notice: bool = False) -> Place:
    """Return where a visit that claims nothing should be: with its practitioner, and what its type needs."""
    kind = visit.visit_type
    return Place(
        visit_type=kind,
        site=visit.site,
        kinds=_people_first(kind.needs_in(visit.mode)),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        before=timedelta(minutes=kind.buffer_before_minutes),
        after=timedelta(minutes=kind.buffer_after_minutes),
        wanted=frozenset({visit.practitioner.resource_id}),
        language=visit.spoken_language,
        moving_id=visit.pk,
        patient_id=visit.patient_id,
        needs_notice=needs_notice,
    )


def _column(visit: Appointment, column: int, kinds: Collection[str]) -> Resource:
    """Return the resource of a column, if the visit can have it.

    :raises NotMoved: if not.
    """
    resource = Resource.objects.filter(pk=column).first()
    if resource is None or resource.site_id not in (None, visit.site_id):
        raise NotMoved(_("There is no such column here."), _("Not moved"))
    if resource.kind not in kinds:
        words = _("This visit needs nothing like %(name)s.")
        raise NotMoved(words % {"name": resource.name}, _("Not moved"))
    return resource


def _people_first(kinds: Collection[str]) -> tuple[str, ...]:
    """Return kinds of resource with the people first: what is in their way is said first."""
    return tuple(sorted(sorted(kinds), key=lambda kind: kind not in PRACTITIONER_KINDS))
