"""The clinicians' queue as tests open it: forms, visits, and what a page says."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from bookings.life_cycle import Status
from bookings.models import Appointment
from clinic.models import User
from patients.models import FormVersion, Patient, Review
from patients.services import reviews
from tests.calendars import Calendar
from tests.factories import PatientFactory
from tests.patients.forms import send_case


def visit_in(calendar: Calendar, patient: Patient, hours: float, **changes: Any) -> Appointment:
    """Book a visit some hours from now; nobody's time is claimed."""
    starts_at = timezone.now() + timedelta(hours=hours)
    values = {
        "reference": uuid4().hex[:10].upper(),
        "status": Status.BOOKED.value,
        "visit_type": calendar.visit_type,
        "site": calendar.site,
        "practitioner": calendar.practitioners[0],
        "patient": patient,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=40),
    }
    return Appointment.objects.create(**(values | changes))


def form_of(name: str, case: str = "calm", **changes: Any) -> FormVersion:
    return send_case(PatientFactory.create(name=name), case, **changes)


def names_in(page: str) -> list[str]:
    return re.findall(r"data-open><bdi>([^<]*)</bdi>", page)


def open_queue(client: Client, **query: Any) -> str:
    answer = client.get("/review/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def row_of(page: str, name: str) -> str:
    (found,) = [row for row in page.split("<tr ")[1:] if f"data-open><bdi>{name}</bdi>" in row]
    return found.partition("</tr>")[0]


def sign(version: FormVersion, doctor: User, decision: Review.Decision) -> None:
    reviews.sign_review(
        version=version,
        reviewer=doctor,
        decision=decision,
        message="",
        notes="",
        judged={},
        asked=None,
        now=timezone.now(),
    )
