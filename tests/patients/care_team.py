"""Clinicians and nurses beyond the care team, and what brings them into it, for tests."""

from datetime import datetime, timedelta
from typing import Any

from bookings.models import Appointment
from clinic.models import Role, User
from patients.models import Patient, ReasonAccess
from patients.services.reason_access import open_with_reason
from tests.bookings.longer_visits import patient_of
from tests.calendars import Calendar
from tests.factories import StaffFactory

REASON = "Phone call about a change of the visit"


def outsider(role: Role = Role.CLINICIAN, **columns: Any) -> User:
    """Return a clinician or nurse who belongs to no review pool, and has no hours and no visit."""
    user: User = StaffFactory.create(roles=[role], in_review_pool=False, **columns)
    return user


def on_staff_of(calendar: Calendar, number: int = 0, role: Role = Role.CLINICIAN) -> User:
    """Return an outsider who is one of a calendar's practitioners, with their hours."""
    user = outsider(role)
    person = calendar.practitioners[number]
    person.user = user
    person.save(update_fields=["user"])
    return user


def visit_of(calendar: Calendar, **columns: Any) -> tuple[Appointment, Patient]:
    """Book a visit, change columns of it, and return it with its patient."""
    visit = calendar.book()
    Appointment.objects.filter(pk=visit.pk).update(**columns)
    visit.refresh_from_db()
    return visit, patient_of(visit)


def give_reason(user: User, patient: Patient, now: datetime, *, reason: str = REASON) -> ReasonAccess:
    """Open a record with a reason."""
    return open_with_reason(user, patient, reason, now)


def end_in(access: ReasonAccess, seconds: float) -> None:
    """Let what was opened end a moment from now, by the database's clock."""
    ReasonAccess.objects.filter(pk=access.pk).update(ends_at=access.opened_at + timedelta(seconds=seconds))
