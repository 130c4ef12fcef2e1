"""Which cards a person sees, and what stands on them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from clinic.models import ProductGate, Site, Treatment, TreatmentCard, TreatmentPrice
from clinic.queries.catalogue import is_gate_open, list_cards_after_booking, list_public_cards
from tests.factories import PractitionerFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)


def a_card(slug: str = "needling", *, method: str | None = "MN_SERUM", **facts: Any) -> TreatmentCard:
    treatment, _ = Treatment.objects.get_or_create(
        slug=slug, defaults={"method": method, "drawing": "needling", "presentations": ["pitted_scars"]}
    )
    plain = {
        "language": "en",
        "visibility": "public",
        "name": slug.title(),
        "how": "How",
        "evidence_text": "Some evidence",
        "known": "Known",
        "unknown": "Not known",
        "reviewer": PractitionerFactory.create(),
        "reviewed_date": date(2026, 11, 2),
    }
    return TreatmentCard.objects.create(treatment=treatment, **{**plain, **facts})


def open_gate(treatment: Treatment, **facts: Any) -> ProductGate:
    plain = {
        "product_name": "Serum",
        "legal_class": "medicine",
        "approval_number": "1A 1/69",
        "country": "TH",
        "expiry_date": date(2027, 1, 1),
        "opened_by": UserFactory.create(),
    }
    return ProductGate.objects.create(treatment=treatment, **{**plain, **facts})


def names(language: str = "en", site: Site | None = None) -> list[str]:
    return [shown.card.name for shown in list_public_cards(language=language, site=site, now=NOW)]


def test_public_cards_are_those_of_the_language() -> None:
    a_card(language="en", name="Needling")
    a_card(language="th", name="เข็ม")
    assert (names("en"), names("th"), names("th-TH")) == (["Needling"], ["เข็ม"], ["เข็ม"])


@pytest.mark.parametrize("visibility", ["off", "after_booking"])
def test_public_cards_leave_out_what_is_not_public(visibility: str) -> None:
    a_card(visibility=visibility)
    assert names() == []


def test_cards_after_booking_add_those_kept_until_then() -> None:
    a_card("needling", visibility="after_booking")
    a_card("exosomes", method="TOP_EXO", visibility="off")
    shown = list_cards_after_booking(language="en", site=None, now=NOW)
    assert [card.treatment.slug for card in shown] == ["needling"]


def test_public_cards_leave_out_archived_treatments() -> None:
    card = a_card()
    Treatment.objects.filter(pk=card.treatment_id).update(archived_at=NOW)
    assert names() == []


def test_public_cards_come_in_the_order_of_the_treatments() -> None:
    for order, slug in ((2, "b"), (1, "a"), (3, "c")):
        card = a_card(slug, method=None)
        Treatment.objects.filter(pk=card.treatment_id).update(order=order)
    assert names() == ["A", "B", "C"]


def test_card_names_its_drawing_only_if_there_is_one() -> None:
    a_card()
    treatment = Treatment.objects.get()
    assert (
        list_public_cards(language="en", site=None, now=NOW)[0].drawing_template
        == "clinic/drawings/_needling.html"
    )
    Treatment.objects.filter(pk=treatment.pk).update(drawing="unknown")
    assert list_public_cards(language="en", site=None, now=NOW)[0].drawing_template == ""


def test_card_has_no_price_while_its_gate_is_closed() -> None:
    site = SiteFactory.create()
    TreatmentPrice.objects.create(treatment=a_card().treatment, site=site, from_minor=650_000)
    assert list_public_cards(language="en", site=site, now=NOW)[0].price_from_minor is None


def test_card_has_its_price_once_its_gate_is_open() -> None:
    site = SiteFactory.create()
    card = a_card()
    TreatmentPrice.objects.create(treatment=card.treatment, site=site, from_minor=650_000)
    open_gate(card.treatment)
    shown = list_public_cards(language="en", site=site, now=NOW)[0]
    assert (shown.price_from_minor, shown.currency) == (650_000, "THB")


def test_card_shows_the_price_of_its_own_site_only() -> None:
    bangkok, phuket = SiteFactory.create(), SiteFactory.create()
    card = a_card(method=None)
    TreatmentPrice.objects.create(treatment=card.treatment, site=phuket, from_minor=1)
    assert list_public_cards(language="en", site=bangkok, now=NOW)[0].price_from_minor is None


@pytest.mark.parametrize(
    "facts",
    [{"country": "GB"}, {"expiry_date": date(2026, 11, 8)}, {"closed_at": NOW}],
)
def test_gate_of_another_country_or_over_or_closed_is_not_open(facts: dict[str, Any]) -> None:
    card = a_card()
    open_gate(card.treatment, **facts)
    assert not is_gate_open(card.treatment, site=SiteFactory.create(), now=NOW)


def test_gate_ends_with_the_day_at_the_site() -> None:
    card = a_card()
    open_gate(card.treatment, expiry_date=date(2026, 11, 9))
    last_minute = datetime(2026, 11, 9, 16, 59, tzinfo=UTC)
    next_day_in_bangkok = datetime(2026, 11, 9, 17, 0, tzinfo=UTC)
    site = SiteFactory.create()
    assert is_gate_open(card.treatment, site=site, now=last_minute)
    assert not is_gate_open(card.treatment, site=site, now=next_day_in_bangkok)


def test_other_treatments_have_no_gate() -> None:
    assert is_gate_open(a_card(method=None).treatment, site=SiteFactory.create(), now=NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_cards_take_three_queries_however_many(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        open_gate(a_card(f"t{number}", method=None).treatment)
    site = SiteFactory.create()
    with django_assert_num_queries(3):
        shown = list_public_cards(language="en", site=site, now=NOW)
        assert [card.card.reviewer.name_text for card in shown if card.card.reviewer]
