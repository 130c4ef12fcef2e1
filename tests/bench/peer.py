"""What the peer's worker can be asked. Runs in the peer's own environment, with only its packages.

Its availability function answers for one practitioner and one day, and its pages call it so; a month of
twenty people is that many calls. It knows no rooms and no buffers, so it is asked for less than we are.
"""

import logging
import time
from datetime import date, timedelta

from appointment.models import (  # type: ignore[import-not-found]
    Appointment,
    AppointmentRequest,
    Config,
    DayOff,
    Service,
    StaffMember,
    WorkingHours,
)
from appointment.services import get_available_slots_for_staff  # type: ignore[import-not-found]
from appointment.utils.db_helpers import get_weekday_num_from_date  # type: ignore[import-not-found]
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bench import calendar

logging.disable(logging.WARNING)


def make(first: str) -> None:
    """Make the tables in an empty database and write the calendar from `first`."""
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # its own tables come without migrations
    begin = date.fromisoformat(first)
    Config.objects.create(slot_duration=30, lead_time=calendar.OPENS, finish_time=calendar.CLOSES)
    service = Service.objects.create(name="Consultation", duration=calendar.SLOT, price=0)
    staff = [_make_member(number, service, begin) for number in range(calendar.PRACTITIONERS)]
    client = User.objects.create(username="client")
    requests = AppointmentRequest.objects.bulk_create(
        AppointmentRequest(
            date=visit.starts_at.date(),
            start_time=visit.starts_at.time(),
            end_time=(visit.starts_at + calendar.SLOT).time(),
            service=service,
            staff_member=staff[visit.practitioner],
            id_request=f"r{number}",
        )
        for number, visit in enumerate(calendar.list_visits(begin))
    )
    Appointment.objects.bulk_create(
        Appointment(client=client, appointment_request=request, id_request=request.id_request)
        for request in requests
    )
    connection.cursor().execute("ANALYZE")


def _make_member(number: int, service: Service, first: date) -> StaffMember:
    user = User.objects.create(username=f"doctor{number}", first_name=f"Doctor {number}")
    member = StaffMember.objects.create(
        user=user,
        slot_duration=30,
        lead_time=calendar.OPENS,
        finish_time=calendar.CLOSES,
        appointment_buffer_time=0,
    )
    member.services_offered.add(service)
    for weekday in range(1, 6):
        WorkingHours.objects.create(
            staff_member=member, day_of_week=weekday, start_time=calendar.OPENS, end_time=calendar.CLOSES
        )
    begin, end = calendar.week_off(number, first)
    DayOff.objects.create(staff_member=member, start_date=begin, end_date=end)
    return member


def _ask(first: str, days: int, people: int) -> list[int]:
    """Return the free starts of the first `people`, in epoch seconds, each once."""
    service = Service.objects.get()
    found: set[int] = set()
    for member in StaffMember.objects.order_by("pk")[:people]:
        for number in range(days):
            day = date.fromisoformat(first) + timedelta(days=number)
            weekday = get_weekday_num_from_date(day)
            slots = get_available_slots_for_staff(day, member, weekday, service=service)
            found.update(int(slot.replace(tzinfo=calendar.ZONE).timestamp()) for slot in slots)
    return sorted(found)


def measure(first: str, days: int, people: int, times: int) -> list[float]:
    """Time the peer's answer, in milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        _ask(first, days, people)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def list_starts(first: str, days: int, people: int) -> list[int]:
    """Return what the peer offers, in epoch seconds."""
    return _ask(first, days, people)


def count_queries(first: str, days: int, people: int) -> int:
    """Return how many queries an answer takes."""
    with CaptureQueriesContext(connection) as asked:
        _ask(first, days, people)
    return len(asked)
