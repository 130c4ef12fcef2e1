"""A site in Thailand advertises only with an approval; without one it is warned, and nothing is hidden."""

from datetime import UTC, date, datetime

import pytest

from clinic.models import Site, TreatmentCard
from clinic.models.catalogue import Visibility
from clinic.queries.advertising import list_advertising_warnings
from clinic.services.catalogue import load_catalogue
from tests.factories import PractitionerFactory, SiteFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)  # 12:00 in Bangkok


def publish_a_card() -> None:
    """Make one card public."""
    load_catalogue()
    card = TreatmentCard.objects.filter(language="en").order_by("pk")[0]
    card.reviewer, card.reviewed_date, card.visibility = (
        PractitionerFactory.create(),
        date(2026, 11, 1),
        Visibility.PUBLIC,
    )
    card.save()


def warned(now: datetime = NOON) -> list[Site]:
    """Return the sites with a warning."""
    return [warning.site for warning in list_advertising_warnings(now=now)]


def test_site_without_approval_is_warned_and_the_card_stays() -> None:
    site = SiteFactory.create()
    publish_a_card()

    assert warned() == [site]
    assert TreatmentCard.objects.filter(visibility=Visibility.PUBLIC).count() == 1


def test_nothing_public_needs_no_approval() -> None:
    SiteFactory.create()
    load_catalogue()

    assert warned() == []


def test_site_elsewhere_needs_no_approval() -> None:
    SiteFactory.create(country="GB", zone="Europe/London", currency="GBP")
    publish_a_card()

    assert warned() == []


def test_approval_without_its_end_is_not_enough() -> None:
    site = SiteFactory.create(advertising_approval="A 1/2569")
    publish_a_card()

    assert warned() == [site]


def test_approval_holds_until_its_last_day_is_over_at_the_site() -> None:
    site = SiteFactory.create(
        advertising_approval="A 1/2569", advertising_approval_expiry_date=date(2026, 11, 25)
    )
    publish_a_card()

    assert warned(datetime(2026, 11, 25, 16, 59, tzinfo=UTC)) == []
    assert warned(datetime(2026, 11, 25, 17, 0, tzinfo=UTC)) == [site]
