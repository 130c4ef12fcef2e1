"""The board while somebody runs late or waits: heads, expected times, and what a poll draws again."""

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from clinic.models import User
from tests.bookings.board_pages import address, poll, put_today, version_at
from tests.bookings.desk_lists import add_waiting, say_late
from tests.bookings.pages import book_for
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    visit = book_for(calendar)
    put_today(visit, minutes=-20)
    calendar.site.refresh_from_db()
    return visit


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def test_who_runs_late_is_told_in_the_head_and_on_each_visit(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    before = version_at(client, visit)
    assert "expected" not in client.get(address(visit)).content.decode()

    say_late(calendar, 30, now=timezone.now())

    answer = poll(client, visit, before)
    assert "30 min late" in answer["parts"]["heads"]
    assert "expected" in answer["visits"][visit.reference]["html"]
    assert "expected" in client.get(address(visit)).content.decode()


def test_who_waits_is_counted_on_the_board(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    before = version_at(client, visit)

    add_waiting(calendar, now=timezone.now())

    assert ">1<" in poll(client, visit, before)["parts"]["queue"]
