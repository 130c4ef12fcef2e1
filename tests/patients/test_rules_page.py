"""The clinic's rules as their owner and the clinicians read them."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from clinic.models import ReadRecord, Role
from patients.rule_book import load_rule_book
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import send_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def owner(client: Client) -> None:
    SiteFactory.create()
    client.force_login(StaffFactory.create(roles=[Role.OWNER]))


def read(client: Client, **query: str) -> str:
    answer = client.get("/review/rules/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def card_of(page: str, rule: str) -> str:
    """Return what the page says of one rule."""
    return next(card for card in page.split('<li class="cardp">') if f">{rule}<" in card)


def test_the_owner_reads_every_rule_of_the_version_and_that_nobody_signed_it(client: Client) -> None:
    page, book = read(client), load_rule_book()

    ids = [rule.id for rule in (*book.rules, book.incomplete)] + [rule.id for rule in book.urgent]
    assert [rule for rule in ids if f">{rule}" not in page] == []
    assert "Version 0.1-draft" in page
    assert "Not signed off" in page
    assert "A licensed dermatologist must review it before it is used for patients." in page
    assert "83 of 83 rules" in page


def test_a_rule_says_when_why_how_long_and_what_it_means_by_method(client: Client) -> None:
    card = card_of(read(client), "F_ISO_LT6M")

    for words in (
        "Isotretinoin stopped less than 6 months",
        "less than 183 days ago",
        "183 days",
        "Drug label: wait 6 months",
        "S-WALDMAN",
        "published source",
    ):
        assert words in card
    levels = [item for item in card.split("<li>") if "</span>" in item and 'class="tag' in item]
    assert len(levels) == len(load_rule_book().methods)


@pytest.mark.parametrize("wanted", ["F_ALLERGY_NICKEL", "nickel ALLERGY", "raises needling complications"])
def test_a_rule_is_found_by_its_id_name_or_reason(client: Client, wanted: str) -> None:
    page = read(client, q=wanted)

    assert "F_ALLERGY_NICKEL" in page
    assert "F_AGE_U18" not in page
    assert f'value="{wanted}"' in page


def test_what_no_rule_says_finds_none_and_is_shown_as_text(client: Client) -> None:
    page = read(client, q="<script>7")

    assert "No rule says this." in page
    assert "&lt;script&gt;7" in page
    assert "0 of 83 rules" in page


def test_the_page_speaks_thai(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "th"

    page = read(client, q="นิกเกิล")

    assert "F_ALLERGY_NICKEL" in page
    assert "ฉบับร่าง" in page


@pytest.mark.parametrize("version", ["9.9", "../data", "", "0.1-draft/"])
def test_a_version_that_is_not_there_is_not_found(client: Client, version: str) -> None:
    assert client.get("/review/rules/", {"version": version}).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OWNER, 200), (Role.NURSE, 200), (Role.CLINICIAN, 200), (Role.FRONT_DESK, 403)],
)
def test_who_may_read_the_rules(client: Client, role: Role, status: int) -> None:
    client.force_login(StaffFactory.create(roles=[role]))

    assert client.get("/review/rules/").status_code == status


def test_reading_the_rules_is_no_read_of_health_data(client: Client) -> None:
    read(client)

    assert not ReadRecord.objects.exists()


def test_the_review_leads_to_the_rules_a_form_was_judged_by(client: Client) -> None:
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))
    version = send_case(PatientFactory.create(), "vo-02")

    page = client.get(f"/review/forms/{version.pk}/").content.decode()

    assert 'href="/review/rules/?version=0.1-draft"' in page


@pytest.mark.parametrize(("role", "is_led"), [(Role.OWNER, True), (Role.FRONT_DESK, False)])
def test_the_rail_leads_the_owner_to_the_rules(client: Client, role: Role, is_led: Any) -> None:
    client.force_login(StaffFactory.create(roles=[role]))

    page = client.get("/desk/").content.decode()

    assert ('href="/review/rules/"' in page) is is_led
