"""The proof after booking: what, when, where, and what comes next."""

import pytest
from django.test import Client

from bookings.models import Appointment
from clinic.models import OutboxMessage, Treatment, TreatmentCard
from tests.bookings.pages import (
    hold_in,
    press_book,
    type_details,
)
from tests.calendars import Calendar, make_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def ready(client: Client, calendar: Calendar) -> Appointment:
    """A browser on the check page: a held time and good details."""
    visit = hold_in(client, calendar)
    type_details(client)
    return visit


def test_booked_shows_the_proof_and_reloading_shows_the_same(client: Client, ready: Appointment) -> None:
    press_book(client)

    pages = [client.get("/book/done/").content.decode() for _ in range(2)]

    assert ready.reference in pages[0]
    assert "You’re booked, Hannah" in pages[0]
    assert "<title>You’re booked" in pages[0]
    assert "on its way to hannah.w@example.com" in pages[0]
    assert ready.reference in pages[1]


def test_booked_is_kept_out_of_caches(client: Client, ready: Appointment) -> None:
    press_book(client)

    assert "no-store" in client.get("/book/done/")["Cache-Control"]


def test_booked_says_when_the_email_failed(client: Client, ready: Appointment) -> None:
    press_book(client)
    OutboxMessage.objects.update(status=OutboxMessage.Status.FAILED)

    page = client.get("/book/done/").content.decode()

    assert "We couldn’t email you. Your booking is safe." in page
    assert "on its way to" not in page


def test_booked_offers_calendars_that_work_in_chat_apps(client: Client, ready: Appointment) -> None:
    press_book(client)

    page = client.get("/book/done/").content.decode()

    assert f"/visit/{ready.reference}/calendar.ics" in page
    assert f"dates={ready.starts_at:%Y%m%dT%H%M%S}Z%2F{ready.ends_at:%Y%m%dT%H%M%S}Z" in page
    assert f"startdt={ready.starts_at:%Y-%m-%dT%H%%3A%M}" in page


def test_booked_without_a_booking_leads_to_choosing_a_time(client: Client, calendar: Calendar) -> None:
    assert client.get("/book/done/")["Location"] == "/book/"


def test_booked_shows_cards_that_are_kept_until_booking(client: Client, ready: Appointment) -> None:
    card = {"how": "How", "evidence_text": "Early", "known": "Known", "unknown": "Not known"}
    reviewed = {"reviewer": ready.practitioner, "reviewed_date": "2026-11-01"}
    for slug, visibility in (("kept", "after_booking"), ("off", "off"), ("open", "public")):
        treatment = Treatment.objects.create(slug=slug)
        TreatmentCard.objects.create(
            treatment=treatment, language="en", name=f"Card {slug}", visibility=visibility, **card, **reviewed
        )
    press_book(client)

    page = client.get("/book/done/").content.decode()

    assert [name for name in ("kept", "off", "open") if f"Card {name}" in page] == ["kept"]
