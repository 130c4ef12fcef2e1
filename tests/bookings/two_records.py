"""Two records of one person, for tests of merging."""

from datetime import date, timedelta
from typing import Any

from bookings.models import Appointment
from bookings.services.merging import merge_patients, print_of
from clinic.models import User
from patients.models import Merge, Patient
from tests.bookings.longer_visits import patient_of
from tests.calendars import MONDAY, NOW, Calendar
from tests.factories import StaffFactory

TUESDAY = MONDAY + timedelta(days=1)


def book_two(calendar: Calendar, **changes: Any) -> tuple[Appointment, Appointment]:
    """Book a visit on Monday for Hannah, and one on Tuesday for H., who may be the same person."""
    first = calendar.book(MONDAY, email="hannah@example.com", birth_date=date(1994, 3, 14), zone="")
    second = calendar.book(TUESDAY, **{"name": "H. Whitfield", "email": "h@example.com", **changes})
    return first, second


def people_of(*visits: Appointment) -> tuple[Patient, ...]:
    """Return the patients of visits, read anew."""
    return tuple(Patient.objects.get(pk=patient_of(visit).pk) for visit in visits)


def merge(kept: Patient, gone: Patient, *taken: str, by: User | None = None, **changes: Any) -> Merge:
    """Make one record a part of another; `taken` names the values of the one that goes."""
    values: dict[str, Any] = {"seen": print_of(kept, gone), "now": NOW}
    return merge_patients(
        kept_id=kept.pk,
        gone_id=gone.pk,
        taken=frozenset(taken),
        by=by or StaffFactory.create(name="Nok"),
        **(values | changes),
    )
