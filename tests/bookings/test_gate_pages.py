"""The owner's pages of product gates: closed by default, opened in a name, closed at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic.models import ProductGate, Role, Site, Treatment, User
from clinic.queries.catalogue import is_gate_open
from clinic.services.catalogue import load_catalogue
from tests.bookings.pages import book_for
from tests.calendars import Calendar, make_calendar
from tests.clinic.admin_pages import open_gate
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return StaffFactory.create(roles=[Role.OWNER], name="Suda")


@pytest.fixture
def client(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def calendar() -> Calendar:
    load_catalogue()
    return make_calendar()


@pytest.fixture
def treatment(calendar: Calendar) -> Treatment:
    return Treatment.objects.get(method="MN_SERUM")


def page_of(treatment: Treatment) -> str:
    return f"/setup/treatments/{treatment.pk}/gate/"


def approval(**changes: Any) -> dict[str, Any]:
    facts = {
        "product_name": "Serum",
        "legal_class": "Registered medicine",
        "approval_number": "1A 1/69",
        "country": "th",
        "expiry_date": (timezone.now() + timedelta(days=400)).date(),
    }
    return facts | changes


def is_open(treatment: Treatment, site: Site) -> bool:
    return is_gate_open(Treatment.objects.get(pk=treatment.pk), site=site, now=timezone.now())


def test_every_method_is_closed_by_default(client: Client, treatment: Treatment, calendar: Calendar) -> None:
    page = client.get("/setup/gates/").content.decode()

    assert page.count("Closed") == 4
    assert not is_open(treatment, calendar.site)


def test_a_gate_opens_in_the_name_of_the_owner_once(
    client: Client, treatment: Treatment, calendar: Calendar, boss: User
) -> None:
    answers = [client.post(page_of(treatment), approval()).status_code for _press in range(2)]

    gate = ProductGate.objects.get()
    assert answers == [302, 302]
    assert (gate.opened_by, gate.country, gate.closed_at) == (boss, "TH", None)
    assert is_open(treatment, calendar.site)
    assert "Opened by Suda." in client.get(page_of(treatment)).content.decode()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("product_name", ""),
        ("legal_class", ""),
        ("approval_number", ""),
        ("approval_number", " "),
        ("expiry_date", ""),
        ("expiry_date", "2020-01-01"),
        ("country", "T1"),
        ("country", "ไท"),
        ("legal_class", "Cosmetic notification"),
        ("legal_class", "เครื่องสำอาง"),
    ],
)
def test_a_gate_stays_closed_without_a_whole_approval(
    client: Client, treatment: Treatment, field: str, wrong: str
) -> None:
    page = client.post(page_of(treatment), approval(**{field: wrong}))

    assert (page.status_code, set(page.context["form"].errors)) == (422, {field})
    assert not ProductGate.objects.exists()


def test_a_cosmetic_may_open_what_stays_on_the_skin(client: Client, calendar: Calendar) -> None:
    topical = Treatment.objects.get(method="TOP_EXO")

    assert client.post(page_of(topical), approval(legal_class="Cosmetic notification")).status_code == 302


def test_a_gate_closes_at_once_and_says_by_whom(
    client: Client, treatment: Treatment, calendar: Calendar
) -> None:
    gate = open_gate(treatment)
    assert is_open(treatment, calendar.site)

    for _press in range(2):
        client.post(f"/setup/gates/{gate.pk}/close/")

    page = client.get(page_of(treatment)).content.decode()
    assert not is_open(treatment, calendar.site)
    assert "Closed by Suda" in page


def test_closing_names_the_visits_that_are_booked_and_cancels_none(
    client: Client, treatment: Treatment, calendar: Calendar
) -> None:
    calendar.visit_type.treatment = treatment
    calendar.visit_type.save()
    visit = book_for(calendar)
    gate = open_gate(treatment)

    page = client.post(f"/setup/gates/{gate.pk}/close/", follow=True).content.decode()

    visit.refresh_from_db()
    assert visit.reference in page
    assert visit.status == "booked"


@pytest.mark.parametrize(("days", "words"), [(60, "Ends soon"), (61, "")])
def test_an_approval_that_ends_soon_is_warned_about(
    client: Client, treatment: Treatment, days: int, words: str
) -> None:
    open_gate(treatment)
    today: date = client.get("/setup/treatments/").context["today"]
    ProductGate.objects.update(expiry_date=today + timedelta(days=days))

    page = client.get(page_of(treatment)).content.decode()

    assert ("Ends soon" in page) == bool(words)


def test_an_approval_that_has_ended_opens_nothing_and_is_history(
    client: Client, treatment: Treatment, calendar: Calendar
) -> None:
    open_gate(treatment)
    ProductGate.objects.update(expiry_date=date(2026, 1, 31))

    page = client.get(page_of(treatment))

    assert page.context["live"] == []
    assert "Ended on 31 January 2026" in page.content.decode()
    assert not is_open(treatment, calendar.site)


def test_a_treatment_without_a_method_has_no_gate(client: Client) -> None:
    plain = Treatment.objects.create(slug="peel")

    assert client.get(page_of(plain)).status_code == 404
    assert client.post(page_of(plain), approval()).status_code == 404
    assert client.post("/setup/gates/999/close/").status_code == 404
