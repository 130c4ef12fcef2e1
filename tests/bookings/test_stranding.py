"""Changes of a visit type that would leave booked visits behind are refused, and name them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from bookings.queries import stranding
from clinic.models import VisitType
from tests import rows
from tests.bookings.offering import owner, page_of, typed
from tests.bookings.pages import book_for, list_starts
from tests.calendars import Calendar, make_calendar
from tests.clinic.admin_pages import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def client() -> Client:
    return owner()


@pytest.fixture
def booked(calendar: Calendar) -> Appointment:
    """A visit that somebody has booked with one of the two doctors."""
    return book_for(calendar)


def strands_of(calendar: Calendar, visit: Appointment) -> dict[str, dict[str, Any]]:
    return {
        "mode": {"modes": ["video"]},
        "site": {f"offered_{calendar.site.pk}": None},
        "kind": {"needs": ["doctor", "consult_room", "treatment_room"]},
        "nobody": {"needs": ["nurse", "consult_room"]},
        "person": {"people": [p.pk for p in calendar.practitioners if p.pk != visit.practitioner_id]},
    }


@pytest.mark.parametrize("change", ["mode", "site", "kind", "nobody", "person"])
def test_changes_that_strand_a_visit_are_refused_with_it(
    client: Client, calendar: Calendar, booked: Appointment, change: str
) -> None:
    form = typed(calendar, **strands_of(calendar, booked)[change])

    with rows.nothing_written():
        page = client.post(page_of(calendar), form)

    assert page.status_code == 422
    assert booked.reference in page.content.decode()
    assert booked in page.context["strands"].groups[0].visits


@pytest.mark.parametrize("change", ["mode", "site", "kind", "nobody", "person"])
def test_the_guard_is_what_refuses(
    client: Client, calendar: Calendar, booked: Appointment, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stranding, "list_visits_of", lambda *_args, **_options: [])

    answer = client.post(page_of(calendar), typed(calendar, **strands_of(calendar, booked)[change]))

    assert answer.status_code == 302


def test_visits_of_the_past_strand_nothing(client: Client, calendar: Calendar, booked: Appointment) -> None:
    past = timezone.now() - timedelta(days=3)
    Appointment.objects.update(starts_at=past, ends_at=past + timedelta(minutes=40))

    assert client.post(page_of(calendar), typed(calendar, modes=["video"])).status_code == 302


def test_longer_visits_and_buffers_strand_nobody(
    client: Client, calendar: Calendar, booked: Appointment
) -> None:
    span = booked.allocations.first()

    client.post(page_of(calendar), typed(calendar, minutes=90, buffer_after_minutes=60, weekdays=[7]))

    booked.refresh_from_db()
    assert VisitType.objects.get().minutes == 90
    assert booked.ends_at - booked.starts_at == timedelta(minutes=40)
    assert booked.allocations.first() == span


def test_archiving_is_refused_while_visits_are_booked(
    client: Client, calendar: Calendar, booked: Appointment
) -> None:
    refused = client.post(page_of(calendar) + "archive/")
    Appointment.objects.update(status="cancelled")
    client.post(page_of(calendar) + "archive/")

    assert refused.status_code == 422
    assert booked.reference in refused.content.decode()
    assert VisitType.objects.get().archived_at is not None


def test_the_admin_archives_no_type_of_booked_visits(
    client: Client, calendar: Calendar, booked: Appointment
) -> None:
    form = {"action": "archive", "_selected_action": calendar.visit_type.pk}

    page = client.post(address("clinic.visittype", "changelist"), form, follow=True)
    kept = VisitType.objects.get().archived_at
    Appointment.objects.update(status="cancelled")
    client.post(address("clinic.visittype", "changelist"), form)

    assert kept is None
    assert booked.reference in page.content.decode()
    assert VisitType.objects.get().archived_at is not None


def test_a_held_time_is_named_without_a_patient(client: Client, calendar: Calendar) -> None:
    calendar.hold(list_starts(calendar)[0], now=timezone.now())

    page = client.post(page_of(calendar), typed(calendar, modes=["video"]))

    assert page.status_code == 422
    assert "Somebody is booking this time now" in page.content.decode()


def test_an_archived_type_comes_back(client: Client, calendar: Calendar) -> None:
    for _press in range(2):
        client.post(page_of(calendar) + "archive/")
    shown = client.get(page_of(calendar)).context["preview"]
    for _press in range(2):
        client.post(page_of(calendar) + "archive/", {"bring_back": "1"})

    assert shown.then_total == 0
    assert VisitType.objects.get().archived_at is None
