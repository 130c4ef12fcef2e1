"""A database that cannot answer in time gives a friendly 503, and nothing is written."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from time_machine import travel

from bookings.models import Appointment
from bookings.services.claims import lock_resources
from tests.calendars import MONDAY, NOW, Calendar, make_calendar

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def somebody_who_holds_the_locks(calendar: Calendar) -> Iterator[None]:
    """Keep every resource locked from another connection, as a stuck transaction would."""
    ids = [room.pk for room in calendar.rooms] + [person.resource_id for person in calendar.practitioners]
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock_resources(ids)
            locked.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert locked.wait(20)
    try:
        yield
    finally:
        done.set()
        thread.join()


def post_choice(calendar: Calendar) -> tuple[int, str]:
    """Post the choice of a time and return the status and what the page says."""
    client = Client(raise_request_exception=False)
    form = {
        "visit": calendar.visit_type.code,
        "where": calendar.site.slug,
        "mode": "in_person",
        "start": MONDAY.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "key": str(uuid.uuid4()),
    }
    with travel(NOW, tick=False):
        response = client.post(reverse("bookings:choose-time"), form)
    return response.status_code, response.content.decode()


def test_busy_database_is_a_503_that_says_try_again() -> None:
    calendar = make_calendar()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    try:
        with somebody_who_holds_the_locks(calendar):
            status, page = post_choice(calendar)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert (status, Appointment.objects.count()) == (503, 0)
    assert "Try again in a minute" in page


def test_free_database_takes_the_same_choice() -> None:
    calendar = make_calendar()
    assert post_choice(calendar)[0] == 302
    assert Appointment.objects.count() == 1
