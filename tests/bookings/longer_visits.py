"""Visits that a form or a clinician asks to lengthen, for tests."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bookings.models import Appointment, VisitEvent
from bookings.services import changes, desk
from bookings.services.actors import Actor
from clinic.models import VisitType
from patients.models import Patient, VisitRequest
from tests import factories
from tests.calendars import NOW, Calendar, minutes

STAFF = Actor(by=VisitEvent.By.STAFF)
JUST_IN_TIME = NOW + minutes(3)


def add_longer_type(calendar: Calendar, **columns: Any) -> VisitType:
    """Let everybody at a calendar's site do a visit of 60 minutes that only staff may book."""
    values = {"code": "CONS_EXT", "name": factories.both("Longer first consultation"), "minutes": 60}
    values |= {"grid_minutes": 10, "notice_hours": 2, "bookable_by": "staff"}
    kind = factories.VisitTypeFactory.create(**(values | columns))
    factories.OfferFactory.create(visit_type=kind, site=calendar.site, price_minor=200_000)
    for someone in calendar.practitioners:
        someone.visit_types.add(kind)
    return kind


def patient_of(visit: Appointment) -> Patient:
    """Return the patient of a booked visit."""
    assert visit.patient is not None
    return visit.patient


def ask_longer(visit: Appointment, asked: VisitType | None, **columns: Any) -> VisitRequest:
    """Ask the desk for a longer visit; `columns` alter the request."""
    values = {"kind": VisitRequest.Kind.CHANGE, "visit_type": asked, "asked_at": NOW - timedelta(hours=1)}
    return VisitRequest.objects.create(patient=patient_of(visit), **(values | columns))


def change(
    calendar: Calendar, visit: Appointment, request: VisitRequest, starts_at: datetime, **changed: Any
) -> Appointment:
    """Change a visit as its request asks, with anyone; `changed` alters the call, or the search in it."""
    search = replace(calendar.search, by_staff=True, visit_type=request.visit_type or visit.visit_type)
    of_search = {name: changed.pop(name) for name in ("practitioner_id", "mode") if name in changed}
    values: dict[str, Any] = {
        "appointment": visit,
        "seen": visit.sequence,
        "request_id": request.pk,
        "search": replace(search, **of_search),
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": NOW,
    }
    return changes.change_visit(starts_at=starts_at, **(values | changed))


def undo_change(visit: Appointment, now: datetime = JUST_IN_TIME) -> Appointment:
    """Take back what was just done to a visit."""
    return desk.undo_last(appointment=visit, actor=STAFF, now=now)
