"""The owner's page of a treatment's facts: evidence, prices, and whether it is in use."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from clinic.models import Site, Treatment, TreatmentCard, TreatmentPrice
from clinic.services.catalogue import load_catalogue
from clinic.services.treatments import prices_of, stamp_of_treatment
from tests.bookings.offering import owner
from tests.clinic.admin_pages import open_gate
from tests.factories import PractitionerFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return owner()


@pytest.fixture
def site() -> Site:
    return SiteFactory.create()


@pytest.fixture
def card(site: Site) -> TreatmentCard:
    load_catalogue()
    return TreatmentCard.objects.get(treatment__method="MN_SERUM", language="en")


@pytest.fixture
def checked(card: TreatmentCard) -> TreatmentCard:
    """A card that has all it needs to be shown, and is not shown."""
    card.reviewer, card.reviewed_date = PractitionerFactory.create(), date(2026, 11, 2)
    card.save()
    return card


def page_of(card: TreatmentCard) -> str:
    return f"/setup/treatments/{card.treatment_id}/"


def facts_of(treatment: Treatment, **changes: Any) -> dict[str, Any]:
    """Return the form of a treatment's facts as a browser posts it unchanged; `changes` replace some."""
    seen = stamp_of_treatment(treatment, prices_of(treatment))
    names = ("presentations", "cell_sources", "evidence_steps", "visit_minutes", "drawing", "order")
    return {"seen": seen, **{name: getattr(treatment, name) for name in names}, **changes}


def test_facts_and_prices_are_stored(client: Client, card: TreatmentCard, site: Site) -> None:
    form = facts_of(card.treatment, evidence_steps=2, **{f"price_{site.pk}": "4500.50"})

    answers = [client.post(page_of(card) + "facts/", form).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert Treatment.objects.get(pk=card.treatment_id).evidence_steps == 2
    assert TreatmentPrice.objects.get().from_minor == 450_050


def test_facts_of_two_owners_do_not_overwrite_each_other(client: Client, card: TreatmentCard) -> None:
    mine = facts_of(card.treatment, evidence_steps=3)
    client.post(page_of(card) + "facts/", facts_of(card.treatment, evidence_steps=2))

    refused = client.post(page_of(card) + "facts/", mine)

    assert refused.status_code == 409
    assert Treatment.objects.get(pk=card.treatment_id).evidence_steps == 2


def test_a_treatment_is_added_once_without_a_method_or_with_a_free_one(client: Client, site: Site) -> None:
    form = {"slug": "peel", "method": "", "evidence_steps": "1", "order": "5", "drawing": "topical"}

    answers = [client.post("/setup/treatments/new/", form)["Location"] for _press in range(2)]
    other = client.post("/setup/treatments/new/", form | {"evidence_steps": "2"})

    assert answers[0] == answers[1] == f"/setup/treatments/{Treatment.objects.get().pk}/"
    assert (other.status_code, list(other.context["form"].errors)) == (422, ["slug"])
    assert Treatment.objects.get().method is None


def test_an_archived_treatment_is_off_and_comes_back(client: Client, checked: TreatmentCard) -> None:
    TreatmentCard.objects.filter(pk=checked.pk).update(visibility="public")
    name = checked.name.encode()

    client.post(page_of(checked) + "archive/")
    gone = name not in client.get("/").content
    client.post(page_of(checked) + "archive/", {"bring_back": "1"})

    assert gone
    assert name in client.get("/").content


def test_price_is_on_the_preview_only_while_the_gate_is_open(
    client: Client, card: TreatmentCard, site: Site
) -> None:
    TreatmentPrice.objects.create(treatment=card.treatment, site=site, from_minor=450_000)
    closed = client.get(page_of(card)).content.decode()
    open_gate(card.treatment)

    opened = client.get(page_of(card)).content.decode()

    assert "฿4,500" not in closed
    assert "฿4,500" in opened
