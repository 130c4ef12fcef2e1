"""Treatments, cards and gates in the admin: what is published, and what is refused."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clinic.models import (
    Role,
    Treatment,
    TreatmentCard,
)
from clinic.models.catalogue import Visibility
from clinic.services.catalogue import load_catalogue
from tests.clinic.admin_pages import address, open_gate, signed_in
from tests.factories import (
    PractitionerFactory,
    SiteFactory,
    StaffFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    """A browser of an owner."""
    return signed_in(Role.OWNER)


def card_data(card: TreatmentCard, **changes: Any) -> dict[str, Any]:
    """Return a card as its form posts it."""
    facts = {
        "treatment": card.treatment_id,
        "language": card.language,
        "visibility": card.visibility,
        "name": card.name,
        "where": card.where,
        "drawing_alt": card.drawing_alt,
        "how": card.how,
        "how_often": card.how_often,
        "downtime": card.downtime,
        "evidence_text": card.evidence_text,
        "known": card.known,
        "unknown": card.unknown,
        "harms": "\n".join(card.harms),
        "tell_doctor_first": "\n".join(card.tell_doctor_first),
        "sources": "\n".join(f"{source['label']} | {source['ref']}" for source in card.sources),
        "reviewer": card.reviewer_id or "",
        "reviewed_date": card.reviewed_date or "",
    }
    return {**facts, **changes}


@pytest.mark.parametrize("missing", ["unknown", "reviewer", "reviewed_date"])
def test_card_is_not_published_without(owner: Client, missing: str) -> None:
    load_catalogue()
    card = TreatmentCard.objects.order_by("pk")[0]
    whole = {
        "visibility": "public",
        "reviewer": PractitionerFactory.create().pk,
        "reviewed_date": "2026-11-01",
    }

    page = owner.post(
        address("clinic.treatmentcard", "change", card.pk), card_data(card, **whole) | {missing: ""}
    )

    card.refresh_from_db()
    assert (page.status_code, card.visibility) == (200, Visibility.OFF)
    assert "Needed before this card can be published." in page.context["adminform"].form.errors[missing]


def test_card_is_published_with_all_facts_and_keeps_its_words(owner: Client) -> None:
    load_catalogue()
    card = TreatmentCard.objects.order_by("pk")[0]
    before = (card.harms, card.tell_doctor_first, card.sources)
    whole = {
        "visibility": "public",
        "reviewer": PractitionerFactory.create().pk,
        "reviewed_date": "2026-11-01",
    }

    page = owner.post(address("clinic.treatmentcard", "change", card.pk), card_data(card, **whole))

    card.refresh_from_db()
    assert (page.status_code, card.visibility) == (302, Visibility.PUBLIC)
    assert (card.harms, card.tell_doctor_first, card.sources) == before


def test_changed_words_of_a_shown_card_ask_for_a_new_check(owner: Client) -> None:
    load_catalogue()
    card = TreatmentCard.objects.order_by("pk")[0]
    card.reviewer, card.reviewed_date, card.visibility = (
        PractitionerFactory.create(),
        date(2026, 11, 1),
        Visibility.PUBLIC,
    )
    card.save()

    page = owner.post(
        address("clinic.treatmentcard", "change", card.pk), card_data(card, known="New."), follow=True
    )

    assert b"the words changed after they were checked" in page.content


def test_treatment_page_shows_cards_as_text_and_never_as_json(owner: Client) -> None:
    load_catalogue()
    treatment = Treatment.objects.order_by("pk")[0]

    page = owner.get(address("clinic.treatment", "change", treatment.pk)).content.decode()

    assert treatment.cards.get(language="en").harms[0] in page
    assert "[&quot;" not in page
    assert "{&quot;label" not in page


def test_treatments_are_found_by_words_of_either_language(owner: Client) -> None:
    load_catalogue()
    treatment = Treatment.objects.get(method="TOP_EXO")
    word = treatment.cards.get(language="th").name

    found = owner.get(address("clinic.treatment", "changelist"), {"q": word}).context["cl"].queryset

    assert list(found) == [treatment]


@pytest.mark.parametrize("page", ["changelist", "change"])
def test_treatments_warn_of_a_missing_advertising_approval(owner: Client, page: str) -> None:
    SiteFactory.create()
    load_catalogue()
    card = TreatmentCard.objects.order_by("pk")[0]
    args = [card.treatment_id] if page == "change" else []
    assert b"advertising approval number" not in owner.get(address("clinic.treatment", page, *args)).content
    card.reviewer, card.reviewed_date, card.visibility = (
        PractitionerFactory.create(),
        date(2026, 11, 1),
        Visibility.PUBLIC,
    )
    card.save()

    assert b"no advertising approval number" in owner.get(address("clinic.treatment", page, *args)).content


def gate_data(treatment: Treatment, **changes: Any) -> dict[str, Any]:
    """Return a gate as its form posts it."""
    facts = {
        "treatment": treatment.pk,
        "product_name": "Serum",
        "legal_class": "Drug",
        "approval_number": "1/2569",
        "country": "th",
        "expiry_date": (timezone.now() + timedelta(days=90)).date(),
    }
    return {**facts, **changes}


def test_gate_names_who_opened_it() -> None:
    load_catalogue()
    treatment = Treatment.objects.order_by("pk")[0]
    client, boss = Client(), StaffFactory.create(roles=[Role.OWNER])
    client.force_login(boss)

    client.post(address("clinic.productgate", "add"), gate_data(treatment))

    gate = treatment.gates.get()
    assert (gate.opened_by, gate.country, gate.closed_at) == (boss, "TH", None)


@pytest.mark.parametrize("missing", ["approval_number", "expiry_date"])
def test_gate_stays_closed_without_number_or_end(owner: Client, missing: str) -> None:
    load_catalogue()
    treatment = Treatment.objects.order_by("pk")[0]

    owner.post(address("clinic.productgate", "add"), gate_data(treatment, **{missing: ""}))

    assert not treatment.gates.exists()


def test_gate_is_not_opened_by_an_approval_that_is_over(owner: Client) -> None:
    load_catalogue()
    treatment = Treatment.objects.order_by("pk")[0]

    owner.post(address("clinic.productgate", "add"), gate_data(treatment, expiry_date="2020-01-01"))

    assert not treatment.gates.exists()


def test_gate_is_closed_by_an_action(owner: Client) -> None:
    load_catalogue()
    gate = open_gate(Treatment.objects.order_by("pk")[0])

    owner.post(address("clinic.productgate", "changelist"), {"action": "close", "_selected_action": gate.pk})

    gate.refresh_from_db()
    assert gate.closed_at is not None
