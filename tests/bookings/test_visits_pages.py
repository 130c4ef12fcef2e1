"""One visit's pages: the link is enough, opening it changes nothing, and strangers learn nothing."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment, VisitEvent, VisitLink
from bookings.queries.desk_words import open_cancel_reason
from clinic.models import Clinic, OutboxMessage
from tests.bookings.pages import book_for, book_in, hold_in, start_at, token_for
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def booked(calendar: Calendar) -> Appointment:
    return book_for(calendar)


@pytest.fixture
def key(booked: Appointment) -> str:
    return token_for(booked)


def test_visit_shows_the_visit_to_whoever_has_the_link(client: Client, booked: Appointment, key: str) -> None:
    page = client.get(f"/visit/{key}/")

    assert booked.reference in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_opening_a_link_changes_nothing(client: Client, booked: Appointment, key: str) -> None:
    before = Appointment.objects.values().get(pk=booked.pk)

    for path in ("", "cancel/", "calendar.ics"):
        assert client.get(f"/visit/{key}/{path}").status_code == 200

    assert Appointment.objects.values().get(pk=booked.pk) == before
    assert list(booked.events.values_list("action", flat=True)) == ["booked"]


@pytest.mark.parametrize("path", ["confirm/", "cancel/"])
def test_visit_posts_need_the_token_of_our_own_page(booked: Appointment, key: str, path: str) -> None:
    response = Client(enforce_csrf_checks=True).post(f"/visit/{key}/{path}")

    booked.refresh_from_db()
    assert (response.status_code, booked.status) == (403, "booked")


def test_confirm_visit_cannot_be_done_by_opening_it(client: Client, key: str) -> None:
    assert client.get(f"/visit/{key}/confirm/").status_code == 405


def test_confirm_visit_says_thank_you(client: Client, booked: Appointment, key: str) -> None:
    response = client.post(f"/visit/{key}/confirm/", follow=True)

    booked.refresh_from_db()
    assert booked.status == "confirmed"
    assert "Thank you. We look forward to seeing you." in response.content.decode()
    assert "Yes, I’m coming" not in response.content.decode()
    assert booked.events.get(action="confirmed").by == VisitEvent.By.LINK


def test_confirm_visit_on_a_stale_page_says_how_it_stands(
    client: Client, booked: Appointment, key: str
) -> None:
    client.post(f"/visit/{key}/cancel/")

    response = client.post(f"/visit/{key}/confirm/", follow=True)

    booked.refresh_from_db()
    assert booked.status == "cancelled"
    assert "be changed: it is Cancelled" in response.content.decode()


def test_cancel_visit_offers_to_move_first(client: Client, key: str) -> None:
    page = client.get(f"/visit/{key}/cancel/").content.decode()

    assert page.index("Move it instead") < page.index("Yes, cancel it")
    assert "No charge if you cancel now." in page


@pytest.mark.parametrize("reason", ["", "time", "unsaid"])
def test_cancel_visit_needs_no_reason(client: Client, booked: Appointment, key: str, reason: str) -> None:
    response = client.post(f"/visit/{key}/cancel/", {"reason": reason}, follow=True)

    booked.refresh_from_db()
    assert (booked.status, open_cancel_reason(booked), booked.cancelled_by) == (
        "cancelled",
        reason,
        "patient",
    )
    assert "This visit is cancelled" in response.content.decode()
    assert "Book again" in response.content.decode()


def test_cancel_visit_refuses_a_reason_that_is_not_on_the_list(
    client: Client, booked: Appointment, key: str
) -> None:
    response = client.post(f"/visit/{key}/cancel/", {"reason": "x" * 10_000})

    booked.refresh_from_db()
    assert (response.status_code, booked.status) == (422, "booked")


def test_cancel_visit_twice_cancels_once(client: Client, booked: Appointment, key: str) -> None:
    for _ in range(2):
        response = client.post(f"/visit/{key}/cancel/", follow=True)

    assert "There is nothing to cancel" in response.content.decode()
    assert OutboxMessage.objects.filter(kind="cancelled").count() == 1


def test_cancel_visit_after_the_start_is_too_late(client: Client, booked: Appointment, key: str) -> None:
    start_at(booked, timezone.now() - timedelta(minutes=5))

    response = client.post(f"/visit/{key}/cancel/", follow=True)

    booked.refresh_from_db()
    assert booked.status == "booked"
    assert "be changed here any more" in response.content.decode()


def test_cancel_visit_names_the_charge_before_the_last_press(
    client: Client, booked: Appointment, key: str
) -> None:
    Clinic.objects.update_or_create(pk=1, defaults={"late_fee_minor": 50_000})
    start_at(booked, timezone.now() + timedelta(hours=3))

    page = client.get(f"/visit/{key}/cancel/").content.decode()

    assert "We charge ฿500 if you cancel. Move or call us." in page
    assert "Yes, cancel it and pay ฿500" in page


def test_visit_calendar_is_a_file_of_the_right_instant(client: Client, booked: Appointment, key: str) -> None:
    response = client.get(f"/visit/{key}/calendar.ics")
    lines = response.content.decode().split("\r\n")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="visit-{booked.reference}.ics"'
    assert "no-store" in response["Cache-Control"]
    assert f"DTSTART:{booked.starts_at:%Y%m%dT%H%M%SZ}" in lines
    assert f"UID:{booked.pk}@nuan" in lines


def test_visit_calendar_of_a_cancelled_visit_takes_the_entry_away(client: Client, key: str) -> None:
    client.post(f"/visit/{key}/cancel/")

    content = client.get(f"/visit/{key}/calendar.ics").content.decode()

    assert "METHOD:CANCEL" in content
    assert "SEQUENCE:1" in content


@pytest.mark.parametrize("change", [{"expires_at": timezone.now()}, {"revoked_at": timezone.now()}])
def test_visit_with_a_dead_link_helps(client: Client, key: str, change: dict[str, object]) -> None:
    VisitLink.objects.filter(appointment__isnull=False).update(**change)

    response = client.get(f"/visit/{key}/")

    assert response.status_code == 404
    assert "Get a code by email and see your visits" in response.content.decode()
    assert "Nothing was changed" in response.content.decode()


WAYS = [("get", ""), ("post", "confirm/"), ("get", "cancel/"), ("post", "cancel/"), ("get", "calendar.ics")]


@pytest.mark.parametrize(("method", "path"), WAYS)
@pytest.mark.parametrize("who", ["anonymous", "another patient", "front desk", "nurse"])
def test_visit_of_somebody_else_is_not_there(
    client: Client, booked: Appointment, who: str, method: str, path: str
) -> None:
    """The pages of patients know no role: staff have pages of their own."""
    people = {
        "another patient": (UserFactory, []),
        "front desk": (StaffFactory, ["front_desk"]),
        "nurse": (StaffFactory, ["nurse"]),
    }
    if who in people:
        factory, roles = people[who]
        client.force_login(factory.create(roles=roles))

    response = getattr(client, method)(f"/visit/{booked.reference}/{path}")

    booked.refresh_from_db()
    assert (response.status_code, booked.status) == (404, "booked")
    assert booked.patient is not None
    assert booked.patient.name not in response.content.decode()


@pytest.mark.parametrize("name", ["account", "session"])
def test_visit_of_ones_own_opens_by_its_reference(client: Client, calendar: Calendar, name: str) -> None:
    user = UserFactory.create()
    if name == "account":
        client.force_login(user)
        visit = book_for(calendar, account=user)
    else:
        visit = book_in(client, calendar)

    assert client.get(f"/visit/{visit.reference.lower()}/").status_code == 200


@pytest.mark.parametrize("key", ["x" * 43, "x" * 5_000, "%F0%9F%8E%89", "ก" * 43, "A" * 7])
def test_visit_with_nonsense_is_not_there(client: Client, calendar: Calendar, key: str) -> None:
    assert client.get(f"/visit/{key}/").status_code == 404


def test_a_held_time_is_not_a_visit(client: Client, calendar: Calendar) -> None:
    visit = hold_in(client, calendar)

    assert client.get(f"/visit/{visit.reference}/").status_code == 404
