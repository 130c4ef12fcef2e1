"""A large clinic's day: every practitioner busy from nine to five, and now it is noon there."""

import uuid
from datetime import date, datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, VisitEvent
from bookings.services import visits
from clinic.models import Clinic
from patients.models import Patient
from tests.bookings.board_pages import move_to_noon
from tests.calendars import PATIENT, Calendar, make_calendar, person
from tests.factories import HoursFactory
from tests.patients.health_records import begin_form, read_form, send_form

MINUTES = 20


BEFORE = timedelta(minutes=40)


def make_day(practitioners: int, count: int) -> Calendar:
    """Book this many visits of 20 minutes with this many practitioners, and let their day be today."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    calendar = make_calendar(
        practitioners=practitioners,
        rooms=practitioners,
        minutes=MINUTES,
        buffer_after_minutes=0,
        grid_minutes=MINUTES,
        notice_hours=0,
    )
    move_to_noon(calendar.site)
    for someone in calendar.practitioners:
        for weekday in (6, 7):
            HoursFactory.create(practitioner=someone, site=calendar.site, weekday=weekday)
    today = timezone.now().astimezone(calendar.site.tz).date()
    for number in range(count):
        _book(calendar, today + timedelta(days=1), number, practitioners)
    _begin_day()
    return calendar


def _book(calendar: Calendar, day: date, number: int, practitioners: int) -> None:
    slot, who = divmod(number, practitioners)
    start = datetime.combine(day, time(9), calendar.site.tz) + timedelta(minutes=MINUTES * slot)
    now = timezone.now()
    hold = calendar.hold(start, now=now, practitioner_id=calendar.practitioners[who].pk)
    visit = visits.book_held_visit(
        appointment_id=hold.pk,
        person=person(name=f"Patient {number}"),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=now,
    )
    patient = Patient.objects.get(pk=visit.patient_id)
    if number % 4 == 1:
        begin_form(patient)
    elif number % 4:
        version = send_form(patient)
        if number % 4 == 3:
            read_form(version)


def _begin_day() -> None:
    """Bring the visits to today, and each as far as it would be by now."""
    earlier = timedelta(days=1)
    for claim in Allocation.objects.order_by("pk"):
        span = type(claim.span)(claim.span.lower - earlier, claim.span.upper - earlier)
        Allocation.objects.filter(pk=claim.pk).update(span=span)
    Appointment.objects.update(starts_at=F("starts_at") - earlier, ends_at=F("ends_at") - earlier)
    now = timezone.now()
    Appointment.objects.filter(ends_at__lt=now - BEFORE).update(status=Status.DONE)
    there = Appointment.objects.filter(starts_at__lt=now, status=Status.BOOKED)
    for number, visit in enumerate(there.order_by("pk")):
        visit.status = (Status.ARRIVED, Status.IN_ROOM, Status.CONFIRMED)[number % 3]
        visit.save(update_fields=["status"])
        if visit.status == Status.ARRIVED:
            came = {"from_status": "booked", "to_status": "arrived", "action": "arrived"}
            VisitEvent.objects.create(appointment=visit, at=now - BEFORE, by=VisitEvent.By.STAFF, **came)
