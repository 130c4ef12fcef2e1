"""Loading the catalogue that ships with Nuan."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from clinic.models import Treatment, TreatmentCard, VisitOffer, VisitType
from clinic.models.catalogue import DeliveryMethod, Visibility
from clinic.services.catalogue import load_catalogue
from tests.factories import PractitionerFactory, VisitTypeFactory

pytestmark = pytest.mark.django_db


def test_load_brings_the_four_methods_with_a_card_in_each_language() -> None:
    load_catalogue()

    methods = set(Treatment.objects.values_list("method", flat=True))
    cards = list(TreatmentCard.objects.values_list("treatment__method", "language"))
    assert methods == set(DeliveryMethod.values)
    assert sorted(cards) == sorted((method, code) for method in methods for code in ("en", "th"))


def test_load_switches_nothing_on() -> None:
    load_catalogue()

    assert set(TreatmentCard.objects.values_list("visibility", flat=True)) == {Visibility.OFF}
    assert VisitType.objects.exists()
    assert not VisitOffer.objects.exists()


def test_load_gates_every_visit_type_of_a_method() -> None:
    load_catalogue()

    gated = VisitType.objects.filter(bookable_by="gated").values_list("treatment__method", flat=True)
    assert sorted(map(str, gated)) == sorted(DeliveryMethod.values)


def test_loading_again_writes_nothing() -> None:
    first = load_catalogue()

    again = load_catalogue()

    assert (first.treatments, first.cards) == (4, 8)
    assert (again.treatments, again.cards, again.visit_types) == (0, 0, 0)


def test_loading_keeps_what_the_clinic_changed() -> None:
    VisitTypeFactory.create(code="CONS_NEW", minutes=55)
    load_catalogue()
    TreatmentCard.objects.filter(language="en").update(known="Our own words.")

    load_catalogue()

    assert VisitType.objects.get(code="CONS_NEW").minutes == 55
    assert set(TreatmentCard.objects.filter(language="en").values_list("known", flat=True)) == {
        "Our own words."
    }


def test_refresh_rewrites_only_cards_nobody_has_checked() -> None:
    load_catalogue()
    TreatmentCard.objects.update(known="Our own words.")
    checked = TreatmentCard.objects.order_by("pk")[0]
    checked.reviewer, checked.reviewed_date = PractitionerFactory.create(), date(2026, 11, 1)
    checked.save()

    loaded = load_catalogue(refresh=True)

    assert loaded.cards == 7
    assert list(TreatmentCard.objects.filter(known="Our own words.")) == [checked]


def test_command_says_what_it_loaded() -> None:
    out = StringIO()

    call_command("load_catalogue", stdout=out)

    assert "4 treatments, 8 cards" in out.getvalue()
