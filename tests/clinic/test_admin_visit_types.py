"""Visit types and prices in the admin."""

from typing import Any

import pytest
from django.test import Client

from clinic.models import (
    Role,
    VisitOffer,
    VisitType,
)
from clinic.services.catalogue import load_catalogue
from tests.clinic.admin_pages import address, by_language, inline, signed_in
from tests.factories import (
    OfferFactory,
    SiteFactory,
    both,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    """A browser of an owner."""
    return signed_in(Role.OWNER)


def visit_type_data(visit_type: VisitType, **changes: Any) -> dict[str, Any]:
    """Return a visit type as its form posts it, with one empty row of offers."""
    numbers = (
        "minutes",
        "buffer_before_minutes",
        "buffer_after_minutes",
        "grid_minutes",
        "notice_hours",
        "horizon_days",
        "order",
    )
    facts = {
        **by_language("name", visit_type.name),
        **by_language("summary", {"en": "", "th": ""}),
        "code": visit_type.code,
        "bookable_by": visit_type.bookable_by,
        "modes": visit_type.modes,
        "needs": visit_type.needs,
        "treatment": visit_type.treatment_id or "",
        "staff_note": "",
        **{name: getattr(visit_type, name) for name in numbers},
        **inline("offers"),
    }
    return {**facts, **changes}


def test_price_is_typed_in_baht_and_stored_in_satang(owner: Client) -> None:
    offer = OfferFactory.create()
    row = {
        "offers-0-id": offer.pk,
        "offers-0-visit_type": offer.visit_type_id,
        "offers-0-site": offer.site_id,
        "offers-0-price": "1650.50",
    }

    owner.post(
        address("clinic.visittype", "change", offer.visit_type_id),
        visit_type_data(offer.visit_type, **inline("offers", 1, 1), **row),
    )

    offer.refresh_from_db()
    assert offer.price_minor == 165_050


def test_price_is_shown_in_baht_with_its_currency(owner: Client) -> None:
    offer = OfferFactory.create(price_minor=150_000)

    page = owner.get(address("clinic.visittype", "change", offer.visit_type_id)).content.decode()

    assert 'value="1500"' in page
    assert "THB" in page


def test_weekdays_are_ticked(owner: Client) -> None:
    visit_type = OfferFactory.create().visit_type

    owner.post(
        address("clinic.visittype", "change", visit_type.pk), visit_type_data(visit_type, weekdays=["1", "3"])
    )

    visit_type.refresh_from_db()
    assert visit_type.weekdays == [1, 3]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"needs": ["consult_room"]}, "needs"),
        ({"needs": ["doctor"]}, "needs"),
        ({"bookable_by": "gated"}, "treatment"),
    ],
)
def test_visit_type_whose_rules_contradict_is_refused(
    owner: Client, changes: dict[str, Any], field: str
) -> None:
    visit_type = OfferFactory.create().visit_type

    page = owner.post(
        address("clinic.visittype", "change", visit_type.pk), visit_type_data(visit_type, **changes)
    )

    assert field in page.context["adminform"].form.errors


def test_visit_type_of_a_method_cannot_be_opened_to_anyone(owner: Client) -> None:
    load_catalogue()
    visit_type = VisitType.objects.get(code="MN_SERUM")

    page = owner.post(
        address("clinic.visittype", "change", visit_type.pk),
        visit_type_data(visit_type, bookable_by="anyone"),
    )

    assert "bookable_by" in page.context["adminform"].form.errors


def test_new_visit_type_is_offered_where_its_row_says(owner: Client) -> None:
    site = SiteFactory.create()
    draft = VisitType(
        code="MASSAGE",
        name=both("Massage"),
        minutes=50,
        grid_minutes=30,
        bookable_by="anyone",
        modes=["in_person"],
        needs=["nurse", "treatment_room"],
    )

    owner.post(
        address("clinic.visittype", "add"),
        visit_type_data(draft, **inline("offers", 1), **{"offers-0-site": site.pk, "offers-0-price": "900"}),
    )

    assert list(VisitOffer.objects.values_list("visit_type__code", "price_minor")) == [("MASSAGE", 90_000)]
