"""What the board says can be taken back."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from clinic.models import Practitioner, User
from tests.bookings.board_pages import address
from tests.bookings.pages import list_starts
from tests.bookings.step_pages import drop, fresh, local
from tests.calendars import make_calendar, minutes
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit() -> Appointment:
    calendar = make_calendar(practitioners=1)
    return calendar.book(list_starts(calendar)[0], now=timezone.now())


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def toast(client: Client, visit: Appointment) -> str:
    """Return the toast on the board of a visit's day, in one line."""
    page = client.get(address(fresh(visit))).content.decode()
    found = re.search(r'<div id="toast".*?</div>\s*</div>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def test_a_move_offers_undo_and_send_now(client: Client, visit: Appointment, nok: User) -> None:
    drop(client, visit, local(visit, visit.starts_at + minutes(35)))
    assert "message" in toast(client, visit)
    assert toast(client, visit).endswith("Undo Send now")


def test_a_longer_visit_is_not_called_moved(client: Client, visit: Appointment, nok: User) -> None:
    drop(client, visit, local(visit, visit.starts_at), minutes="60")
    times = [f"{at.astimezone(visit.site.tz):%H:%M}" for at in (fresh(visit).starts_at, fresh(visit).ends_at)]
    assert f"Now {times[0]} to {times[1]}." in toast(client, visit)
    assert "Moved" not in toast(client, visit)


def test_a_name_that_ends_in_a_full_stop_is_followed_by_one(
    client: Client, visit: Appointment, nok: User
) -> None:
    Practitioner.objects.update(name={"en": "Dr Ploy S.", "th": "พญ. พลอย ส."})
    drop(client, visit, local(visit, visit.starts_at + minutes(35)))
    assert "with Dr Ploy S. " in toast(client, visit)
