"""Moving a visit keeps the old time until the new one is confirmed."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, VisitEvent
from clinic.models import Clinic
from tests.bookings.pages import start_at, token_for
from tests.bookings.times_pages import clocks, text_of
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes

pytestmark = pytest.mark.django_db
LATER = MONDAY + minutes(120)


@pytest.fixture(autouse=True)
def frozen_clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book()


def url_of(visit: Appointment) -> str:
    return f"/visit/{token_for(visit)}/move/"


def iso(start: Any) -> str:
    return str(start.strftime("%Y-%m-%dT%H:%MZ"))


def press(client: Client, url: str, start: Any = LATER, **more: str) -> Any:
    """Press the button of the check page."""
    return client.post(url, {"start": iso(start), "key": str(uuid.uuid4()), **more})


def test_move_visit_shows_the_old_time_and_the_free_ones(client: Client, visit: Appointment) -> None:
    response = client.get(url_of(visit))

    assert response.status_code == 200
    assert "Now: Mon 23 Nov, 09:00 Bangkok time" in text_of(response)
    assert "You keep this time until you confirm a new one." in text_of(response)
    assert clocks(response)[:2] == ["09:00", "09:30"]


def test_move_visit_opened_changes_nothing(client: Client, visit: Appointment) -> None:
    url = url_of(visit)

    with CaptureQueriesContext(connection) as queries:
        client.get(url)
        client.get(url, {"start": iso(LATER), "check": "1"})

    assert all(query["sql"].lstrip().startswith(("SELECT", "WITH")) for query in queries)


def test_move_visit_asks_to_check_before_it_moves(client: Client, visit: Appointment) -> None:
    response = client.get(url_of(visit), {"start": iso(LATER), "check": "1"})

    words = text_of(response)
    assert "Move from Mon 23 Nov, 09:00 Bangkok time 02:00 in London" in words
    assert "To Mon 23 Nov, 11:00 Bangkok time 04:00 in London" in words
    assert "Move to Mon 23 Nov, 11:00" in words
    assert Appointment.objects.get().starts_at == MONDAY


def test_move_visit_moves_and_shows_the_visit(client: Client, visit: Appointment) -> None:
    url = url_of(visit)

    response = press(client, url)

    visit.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, url.removesuffix("move/"))
    assert (visit.starts_at, visit.status) == (LATER, Status.BOOKED)
    assert Allocation.objects.count() == 2


def test_move_visit_by_link_is_recorded_as_the_link(client: Client, visit: Appointment) -> None:
    press(client, url_of(visit))

    assert VisitEvent.objects.get(action="moved").by == VisitEvent.By.LINK


def test_move_visit_pressed_twice_moves_once(client: Client, visit: Appointment) -> None:
    url, key = url_of(visit), str(uuid.uuid4())

    answers = [client.post(url, {"start": iso(LATER), "key": key}) for _press in range(2)]

    visit.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert visit.sequence == 1


def test_move_visit_taken_a_moment_ago_keeps_the_old_time(
    client: Client, calendar: Calendar, visit: Appointment
) -> None:
    calendar.hold(LATER)

    response = press(client, url_of(visit))

    visit.refresh_from_db()
    assert response.status_code == 409
    assert response.context["problem"].title == "Someone just took 11:00. These are still free"
    assert visit.starts_at == MONDAY


def test_move_visit_refuses_a_time_never_offered(client: Client, visit: Appointment) -> None:
    response = press(client, url_of(visit), MONDAY + minutes(7))

    visit.refresh_from_db()
    assert (response.status_code, visit.starts_at) == (422, MONDAY)


@pytest.mark.parametrize("start", ["", "tomorrow", "\x00", "x" * 10_000])
def test_move_visit_without_a_time_asks_for_one(client: Client, visit: Appointment, start: str) -> None:
    response = client.post(url_of(visit), {"start": start, "key": str(uuid.uuid4())})

    assert response.status_code == 422
    assert response.context["problem"].title == "Choose a time"


def test_move_visit_to_its_own_time_says_so(client: Client, visit: Appointment) -> None:
    response = client.get(url_of(visit), {"start": iso(MONDAY), "check": "1"})

    assert response.status_code == 422
    assert "This is the time you have now." in text_of(response)


def test_move_visit_cancelled_gives_the_phone(client: Client, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=Status.CANCELLED)

    response = client.get(url_of(visit))

    assert "This visit was cancelled" in text_of(response)
    assert "+66 2 000 0000" in text_of(response)


def test_move_visit_in_the_past_gives_the_phone(client: Client, visit: Appointment) -> None:
    start_at(visit, NOW - timedelta(days=1))

    for response in (client.get(url_of(visit)), press(client, url_of(visit))):
        assert "This visit can’t be moved any more" in text_of(response)
    visit.refresh_from_db()
    assert visit.starts_at == NOW - timedelta(days=1)


def test_move_visit_booked_by_the_clinic_gives_the_phone(client: Client, visit: Appointment) -> None:
    visit.visit_type.bookable_by = "staff"
    visit.visit_type.save()

    for response in (client.get(url_of(visit)), press(client, url_of(visit))):
        assert "We move this visit for you" in text_of(response)
    visit.refresh_from_db()
    assert visit.starts_at == MONDAY


def test_move_visit_late_names_a_fee_only_if_there_is_one(client: Client, visit: Appointment) -> None:
    start_at(visit, NOW + timedelta(hours=3))

    free = text_of(client.get(url_of(visit)))
    Clinic.objects.update_or_create(pk=1, defaults={"late_fee_minor": 50_000})
    charged = text_of(client.get(url_of(visit)))

    assert "฿500" not in free
    assert "less than 24 hours away. We charge ฿500 if you cancel." in charged


@pytest.mark.parametrize("key", ["A" * 43, "BCDFGHJ", "x" * 500, "๑๒๓"])
def test_move_visit_of_somebody_else_is_not_found(client: Client, visit: Appointment, key: str) -> None:
    assert client.get(f"/visit/{key}/move/").status_code == 404


def test_move_visit_by_the_reference_of_somebody_else_is_not_found(
    client: Client, visit: Appointment
) -> None:
    assert client.get(f"/visit/{visit.reference}/move/").status_code == 404
    assert press(client, f"/visit/{visit.reference}/move/").status_code == 404


def test_move_visit_by_ones_own_reference_moves(client: Client, visit: Appointment) -> None:
    session = client.session
    session["booked"] = [str(visit.pk)]
    session.save()

    assert press(client, f"/visit/{visit.reference}/move/").status_code == 302


def test_move_visit_keeps_its_doctor_unless_anyone_is_asked_for(client: Client) -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    booked = calendar.book()
    Appointment.objects.filter(pk=booked.pk).update(any_practitioner=False)

    own = client.get(url_of(booked)).context["choices"].search.practitioner_id
    anyone = client.get(url_of(booked), {"doctor": "0"}).context["choices"].search.practitioner_id

    assert (own, anyone) == (booked.practitioner_id, None)
