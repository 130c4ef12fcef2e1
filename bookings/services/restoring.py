"""How a visit is before something is done to it, and putting it back: exactly, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.services import claims, messages
from bookings.services.claims import Span
from bookings.services.records import save_patient_time
from bookings.services.refusals import Clash, PatientBusy
from bookings.services.settling import open_again

FIELDS = ["status", "visit_type_id", "site_id", "mode", "practitioner_id", "any_practitioner", "price_minor"]
SAVED = [name.removesuffix("_id") for name in FIELDS] + ["starts_at", "ends_at", "cancelled_by", "sequence"]
REQUEST = "request"
"""The fact of an event that names the request it closed."""


@dataclass(frozen=True)
class Before:
    """A visit before a step: `facts` are all that an undo puts back, as plain JSON with ISO 8601 instants;
    `told` is what the patient knows of it.
    """

    status: Status
    facts: dict[str, Any]
    told: dict[str, Any]


def look_at(visit: Appointment, now: datetime) -> Before:
    """Return how a locked visit is now. One query."""
    claim = claims.find_claim(visit.pk)
    facts: dict[str, Any] = {name.removesuffix("_id"): getattr(visit, name) for name in FIELDS}
    facts |= {
        "starts_at": visit.starts_at.isoformat(),
        "ends_at": visit.ends_at.isoformat(),
        "cancelled_by": visit.cancelled_by,
        "resources": claim.resources if claim else [],
        "span": [claim.span.starts_at.isoformat(), claim.span.ends_at.isoformat()] if claim else None,
        "off": claim.off if claim else [],
    }
    told = messages.build_facts(appointment=visit, now=now)
    return Before(Status(visit.status), facts, told | {"cancelled": visit.status == Status.CANCELLED})


def put_back(visit: Appointment, facts: dict[str, Any]) -> None:
    """Make a locked visit what it was when `facts` were noted, allocations and their span included.

    Its sequence goes on, because the calendar file of what is undone may have been seen.

    :raises Clash: naming what has been taken meanwhile; its transaction must then not be committed.
    """
    open_again(facts)
    claim_as_noted(visit, facts)
    for name in FIELDS:
        setattr(visit, name, facts[name.removesuffix("_id")])
    visit.starts_at = datetime.fromisoformat(facts["starts_at"])
    visit.ends_at = datetime.fromisoformat(facts["ends_at"])
    visit.cancelled_by = facts["cancelled_by"]
    visit.sequence += 1
    save_again(visit, [*SAVED, "changed_at"])


def claim_as_noted(visit: Appointment, facts: dict[str, Any]) -> None:
    """Claim for a locked visit exactly what was noted, and give up what else it has.

    What was off already when the visit stood there does not keep it from going back.

    :raises Clash: as for `put_back`.
    """
    resources, span, now = list(facts["resources"]), _span_of(facts), claims.find_claim(visit.pk)
    if span is None:
        claims.lock_resources(now.resources if now else [])
        claims.release(visit.pk)
    elif now is None or (now.resources, now.span) != (resources, span):
        leaving = now.resources if now else []
        claim_again(visit, resources, span, leaving=leaving, despite=facts.get("off", []))


def claim_again(
    visit: Appointment,
    resources: list[int],
    span: Span,
    *,
    leaving: Sequence[int] = (),
    despite: Sequence[int] = (),
) -> None:
    """Claim for a locked visit exactly what it had, and give up what it has now (`leaving`).

    `despite` are time off that does not matter, by id.

    :raises Clash: naming who or what has been taken, or is off.
    """
    if not claims.reclaim(
        ids=resources, appointment_id=visit.pk, span=span, leaving=leaving, despite=despite
    ):
        names = ", ".join(claims.list_names_taken(resources, span, appointment_id=visit.pk, despite=despite))
        raise Clash(_("Not free any more: %(names)s. Nothing was changed.") % {"names": names})


def save_again(visit: Appointment, fields: list[str]) -> None:
    """Save a visit that claims its patient's time again.

    :raises Clash: if the patient has another visit then.
    """
    try:
        save_patient_time(visit, fields)
    except PatientBusy as busy:
        raise Clash(str(busy)) from None


def _span_of(facts: dict[str, Any]) -> Span | None:
    span = facts["span"]
    return Span(*(datetime.fromisoformat(instant) for instant in span)) if span else None
