"""The first page."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client
from psycopg.types.range import TimestamptzRange

from bookings.models import TimeOff, WorkingHours
from clinic.models import (
    Clinic,
    ResourceKind,
    Role,
    Site,
    Treatment,
    TreatmentCard,
    TreatmentPrice,
    VisitType,
)
from tests.factories import (
    HoursFactory,
    OfferFactory,
    PractitionerFactory,
    ResourceFactory,
    SiteFactory,
    StaffFactory,
    VisitTypeFactory,
)

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)  # 09:00 in Bangkok


@pytest.fixture(autouse=True)
def stopped_clock() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def site() -> Site:
    """Bangkok, with a doctor on Thursdays from 13:00 and a room."""
    site = SiteFactory.create(phone="+6621234567")
    visit_type = VisitTypeFactory.create()
    OfferFactory.create(visit_type=visit_type, site=site)
    doctor = PractitionerFactory.create(visit_types=[visit_type])
    ResourceFactory.create(kind=ResourceKind.CONSULT_ROOM, site=site)
    HoursFactory.create(practitioner=doctor, site=site, weekday=4, starts=time(13), ends=time(17))
    return site


def a_card(**facts: Any) -> TreatmentCard:
    treatment = Treatment.objects.create(
        slug="needling",
        method="MN_SERUM",
        drawing="needling",
        evidence_steps=1,
        visit_minutes=90,
        presentations=["pitted_scars"],
        cell_sources=["cell_free"],
    )
    plain = {
        "language": "en",
        "visibility": "public",
        "name": "Microneedling with serum",
        "drawing_alt": "Drawing: needles in the skin",
        "how": "Very fine needles.",
        "how_often": "3 to 6 visits.",
        "downtime": "Red for a week.",
        "evidence_text": "Early evidence only",
        "known": "A modest gain.",
        "unknown": "Whether the serum adds anything.",
        "harms": ["Dark marks."],
        "tell_doctor_first": ["you have a cold sore"],
        "reviewer": PractitionerFactory.create(name={"en": "Dr Ploy S.", "th": "พญ.พลอย ส."}),
        "reviewed_date": date(2026, 11, 2),
    }
    return TreatmentCard.objects.create(treatment=treatment, **{**plain, **facts})


def block_rooms(site: Site, *, until: datetime) -> None:
    """Take every room of the site out of use from now on."""
    for room in site.resources.all():
        TimeOff.objects.create(resource=room, span=TimestamptzRange(MONDAY, until))


def page(client: Client, address: str = "/") -> str:
    return client.get(address, headers={"accept-language": "en"}).content.decode()


@pytest.mark.usefixtures("site")
def test_home_promises_and_shows_length_price_and_first_time(client: Client) -> None:
    html = page(client)
    for words in (
        "Acne scars, on skin that reacts easily.",
        "40 minutes in Bangkok or by video",
        "฿1,500",
        "Thu 12 Nov, 13:00",
        "Bangkok time",
        "You don’t choose a treatment when you book.",
    ):
        assert words in html


@pytest.mark.usefixtures("site")
def test_home_leads_to_booking_from_the_top_and_the_foot(client: Client) -> None:
    html = page(client)
    assert html.count('href="/book/"') == 2
    assert 'data-sticky-until="sticky-book"' in html
    assert 'id="sticky-book"' in html


def test_home_without_a_free_time_says_so_and_how_to_reach_us(client: Client, site: Site) -> None:
    Clinic.objects.update_or_create(pk=1, defaults={"email": "hello@mali.example"})
    WorkingHours.objects.all().delete()
    html = page(client)
    assert "No times in the next 4 weeks." in html
    assert "tel:+6621234567" in html
    assert "mailto:hello@mali.example" in html


@pytest.mark.usefixtures("site")
def test_home_with_a_free_time_only_later_says_both(client: Client) -> None:
    WorkingHours.objects.update(valid_from_date=date(2026, 12, 20))
    html = page(client)
    assert "No times in the next 4 weeks." in html
    assert "Thu 24 Dec, 13:00" in html


def test_home_names_the_first_time_that_the_next_page_shows(client: Client, site: Site) -> None:
    block_rooms(site, until=datetime(2026, 11, 12, 8, 0, tzinfo=UTC))  # 15:00; by video 13:00 is free
    assert "Thu 12 Nov, 15:00" in page(client)
    assert "Thu 12 Nov, 15:00" in page(client, "/book/")


def test_home_names_the_first_time_by_video_if_no_room_is_ever_free(client: Client, site: Site) -> None:
    block_rooms(site, until=datetime(2027, 11, 12, 8, 0, tzinfo=UTC))
    assert "Thu 12 Nov, 13:00" in page(client)


def test_home_before_anything_is_offered_still_stands(client: Client) -> None:
    SiteFactory.create(phone="+6621234567")
    html = page(client)
    assert "Book a consultation" in html
    assert "tel:+6621234567" in html


def test_home_leaves_out_what_patients_may_not_book(client: Client) -> None:
    OfferFactory.create(visit_type=VisitTypeFactory.create(code="PATCH", minutes=15, bookable_by="staff"))
    assert "15 minutes" not in page(client)


def test_home_names_other_sites_and_their_price(client: Client, site: Site) -> None:
    london = SiteFactory.create(
        city={"en": "London", "th": "ลอนดอน"}, currency="GBP", zone="Europe/London", order=1
    )
    OfferFactory.create(visit_type=VisitType.objects.get(), site=london, price_minor=9_500)
    html = page(client)
    assert "Also in London · £95" in html


@pytest.mark.usefixtures("site")
def test_home_card_has_every_fact(client: Client) -> None:
    a_card()
    html = page(client)
    for words in (
        "Microneedling with serum",
        'aria-label="Drawing: needles in the skin"',
        "Very fine needles.",
        "Early evidence only",
        "Pitted scars",
        "Cell-free",
        "3 to 6 visits.",
        "Red for a week.",
        "A modest gain.",
        "Whether the serum adds anything.",
        "Dark marks.",
        "Tell the doctor first if",
        "you have a cold sore",
        "Don’t stop any medicine yourself.",
        "90 min",
        "Facts checked by Dr Ploy S. on 2 November 2026.",
    ):
        assert words in html


@pytest.mark.usefixtures("site")
def test_home_card_of_the_demo_claims_no_doctors_check(client: Client) -> None:
    a_card(is_demo_text=True)
    html = page(client)
    assert "Demo text. Not yet checked by a doctor." in html
    assert "Facts checked by" not in html


def test_home_card_shows_no_price_while_the_gate_is_closed(client: Client, site: Site) -> None:
    TreatmentPrice.objects.create(treatment=a_card().treatment, site=site, from_minor=650_000)
    html = page(client)
    assert "฿6,500" not in html
    assert "Price from" not in html


@pytest.mark.usefixtures("site")
def test_home_card_escapes_what_staff_typed(client: Client) -> None:
    a_card(name="<script>x</script>", harms=["<b>bold"])
    html = page(client)
    assert "<script>x" not in html
    assert "&lt;b&gt;bold" in html


@pytest.mark.usefixtures("site")
def test_home_in_thai_shows_thai_cards_only(client: Client) -> None:
    a_card(language="en")
    assert "Microneedling with serum" not in page(client, "/th/")
    assert "Microneedling with serum" in page(client, "/")


@pytest.mark.usefixtures("site")
def test_home_without_a_public_card_still_books(client: Client) -> None:
    a_card(visibility="off")
    html = page(client)
    assert "Microneedling" not in html
    assert 'href="/book/"' in html


def test_home_warns_owners_of_a_missing_approval_and_nobody_else(client: Client, site: Site) -> None:
    a_card()
    assert "advertising approval" not in page(client)
    client.force_login(StaffFactory.create(roles=[Role.FRONT_DESK]))
    assert "advertising approval" not in page(client)
    client.force_login(StaffFactory.create(roles=[Role.OWNER]))
    html = page(client)
    assert "advertising approval" in html
    assert "Microneedling with serum" in html


@pytest.mark.usefixtures("site")
def test_home_asks_no_session_of_a_stranger(client: Client, django_assert_max_num_queries: Any) -> None:
    a_card()
    with django_assert_max_num_queries(20) as asked:
        page(client)
    assert [query["sql"] for query in asked.captured_queries if "django_session" in query["sql"]] == []
