"""The owner's page of the cancellation policy, and the sentences that follow from it."""

from typing import Any

import pytest
from django.test import Client

from clinic.models import Clinic
from clinic.services.policy import stamp_of_policy
from tests import rows
from tests.bookings.offering import owner
from tests.bookings.pages import book_for, token_for
from tests.calendars import Calendar, make_calendar
from tests.factories import SiteFactory

pytestmark = pytest.mark.django_db

PAGE = "/setup/policy/"


@pytest.fixture
def client() -> Client:
    return owner()


@pytest.fixture(autouse=True)
def calendar() -> Calendar:
    Clinic.objects.create(pk=1, name="Mali")
    return make_calendar()


def typed(**changes: Any) -> dict[str, Any]:
    clinic = Clinic.objects.get()
    values = {
        "seen": stamp_of_policy(clinic),
        "free_change_hours": "24",
        "late_fee": "0",
        "licence_number": "",
    }
    return values | changes


def test_policy_is_stored_and_holds_at_once_for_booked_visits(client: Client, calendar: Calendar) -> None:
    link = f"/visit/{token_for(book_for(calendar))}/"
    before = client.get(link).content.decode()

    answers = [client.post(PAGE, typed(late_fee="500", free_change_hours="48")).status_code for _ in range(2)]

    clinic = Clinic.objects.get()
    assert answers == [302, 302]
    assert (clinic.free_change_hours, clinic.late_fee_minor) == (48, 50_000)
    assert "Free to move or cancel." in before
    assert "harge ฿500" in client.get(link).content.decode()


def test_preview_says_what_patients_will_read_in_both_languages(client: Client) -> None:
    with rows.nothing_written():
        page = client.post(PAGE, typed(late_fee="500", look="1"), headers={"hx-request": "true"})

    body = page.content.decode()
    assert "After that, or if you don’t come, we charge ฿500." in body
    assert "It’s less than 24 hours away. We charge ฿500 if you cancel." in body
    assert [each.language for each in page.context["said"]] == ["en", "th"]
    assert "฿500" in page.context["said"][1].late


def test_every_currency_is_shown(client: Client) -> None:
    SiteFactory.create(currency="GBP", order=5)

    page = client.post(PAGE, typed(late_fee="500", look="1"))

    assert "£500" in page.content.decode()
    assert "The same number is said" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("free_change_hours", "-1"),
        ("free_change_hours", "99999"),
        ("free_change_hours", ""),
        ("late_fee", "-5"),
        ("late_fee", "1e9"),
        ("late_fee", "much"),
        ("licence_number", "x" * 41),
    ],
)
def test_wrong_values_are_said_at_the_field_and_kept(client: Client, field: str, wrong: str) -> None:
    page = client.post(PAGE, typed(**{field: wrong}))

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert Clinic.objects.get().free_change_hours == 24


def test_a_second_owner_is_told_and_nothing_is_lost(client: Client) -> None:
    mine = typed(free_change_hours="12")
    client.post(PAGE, typed(free_change_hours="48"))

    refused = client.post(PAGE, mine)
    stood = Clinic.objects.get().free_change_hours
    client.post(PAGE, mine | {"seen": refused.context["form"]["seen"].value()})

    assert (refused.status_code, stood) == (409, 48)
    assert Clinic.objects.get().free_change_hours == 12


def test_licence_switch_is_stored(client: Client) -> None:
    client.post(PAGE, typed(poem_licensed="on", licence_number="1101"))

    clinic = Clinic.objects.get()
    assert (clinic.poem_licensed, clinic.licence_number) == (True, "1101")


def test_the_first_policy_makes_the_clinics_row(client: Client) -> None:
    Clinic.objects.all().delete()

    client.post(PAGE, {"seen": "", "free_change_hours": "12", "late_fee": "0", "licence_number": ""})

    assert Clinic.objects.get().free_change_hours == 12
