"""The owner's pages of visit types: what would be offered, what is stored, and what is refused."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from clinic.models import Resource, ResourceKind, VisitOffer, VisitType
from tests import rows
from tests.bookings.offering import owner, page_of, typed
from tests.calendars import Calendar, make_calendar
from tests.factories import OfferFactory, PractitionerFactory, SiteFactory, VisitTypeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def client() -> Client:
    return owner()


def test_list_takes_the_same_queries_for_one_and_for_three(client: Client, calendar: Calendar) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/setup/visit-types/").status_code == 200
        return len(seen)

    count()
    one = count()
    for number in range(2):
        kind = VisitTypeFactory.create(code=f"MORE{number}")
        OfferFactory.create(visit_type=kind, site=calendar.site)
        PractitionerFactory.create(visit_types=[kind])

    assert count() == one


def test_page_shows_what_is_offered_now(client: Client, calendar: Calendar) -> None:
    preview = client.get(page_of(calendar)).context["preview"]

    assert preview.then_total == preview.now_total > 50
    assert preview.people == ["Dr A", "Dr B"]
    assert preview.things == ["Room 1", "Room 2"]
    assert preview.problems == []


def test_preview_counts_the_typed_values_and_saves_nothing(client: Client, calendar: Calendar) -> None:
    with rows.nothing_written():
        page = client.post(page_of(calendar), typed(calendar, minutes=120, look="1"))

    preview = page.context["preview"]
    assert page.status_code == 200
    assert 0 < preview.then_total < preview.now_total
    assert VisitType.objects.get().minutes == 40


def test_script_gets_the_preview_alone(client: Client, calendar: Calendar) -> None:
    page = client.post(page_of(calendar), typed(calendar, look="1"), headers={"hx-request": "true"})

    assert page.status_code == 200
    assert b"twoweeks" in page.content
    assert b"<html" not in page.content


def test_preview_is_what_would_be_offered_once_it_is_saved(client: Client, calendar: Calendar) -> None:
    changes: dict[str, Any] = {"minutes": 60, "grid_minutes": 45, "notice_hours": 48, "weekdays": [2, 4]}
    changes["people"] = [calendar.practitioners[0].pk]
    before = client.post(page_of(calendar), typed(calendar, look="1", **changes)).context["preview"]

    client.post(page_of(calendar), typed(calendar, **changes))

    after = client.get(page_of(calendar)).context["preview"]
    assert [day.then for day in before.days] == [day.now for day in after.days]
    assert before.example_times == after.example_times


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": []}, "Nobody does this visit yet: Doctor."),
        ({"needs": ["nurse", "consult_room"]}, "Nobody does this visit yet: Nurse."),
        ({"needs": ["doctor", "treatment_room"]}, "has none: Treatment room."),
        ({"offered": None}, "It is not offered at Mali Skin Clinic."),
        ({"modes": ["video"], "look_mode": "in_person"}, "It is not done this way."),
    ],
)
def test_preview_says_what_is_missing(
    client: Client, calendar: Calendar, changes: dict[str, Any], words: str
) -> None:
    if "offered" in changes:
        changes = {f"offered_{calendar.site.pk}": None}

    preview = client.post(page_of(calendar), typed(calendar, look="1", **changes)).context["preview"]

    assert any(words in problem for problem in preview.problems)
    assert preview.then_total == 0


def test_preview_names_people_who_do_not_work_at_the_site(client: Client, calendar: Calendar) -> None:
    other = OfferFactory.create(visit_type=calendar.visit_type, site=SiteFactory.create()).site
    Resource.objects.create(kind=ResourceKind.CONSULT_ROOM, name="There", site=other)
    changes = {f"offered_{other.pk}": "on", "look_site": other.slug, "look": "1"}

    preview = client.post(page_of(calendar), typed(calendar, **changes)).context["preview"]

    assert preview.problems == [
        "Nobody who does this visit works at Mali Skin Clinic in these two weeks: Doctor."
    ]


def test_a_change_is_stored_with_prices_and_people(client: Client, calendar: Calendar) -> None:
    site, first = calendar.site.pk, calendar.practitioners[0].pk
    changes = {"minutes": 50, "people": [first], f"price_{site}": "1750.50", "name_en": "First visit"}

    answer = client.post(page_of(calendar), typed(calendar, **changes))

    kind = VisitType.objects.get()
    assert (answer.status_code, kind.minutes, kind.name["en"]) == (302, 50, "First visit")
    assert VisitOffer.objects.get().price_minor == 175_050
    assert list(kind.practitioners.values_list("pk", flat=True)) == [first]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("minutes", "0"),
        ("minutes", "9" * 40),
        ("buffer_after_minutes", "-5"),
        ("notice_hours", "99999"),
        ("order", "40000"),
        ("horizon_days", "367"),
        ("grid_minutes", "x"),
        ("name_th", ""),
        ("modes", []),
        ("needs", ["doctor"]),
        ("needs", ["nobody"]),
        ("people", ["999999"]),
        ("weekdays", ["8"]),
    ],
)
def test_wrong_values_are_said_at_the_field_and_kept(
    client: Client, calendar: Calendar, field: str, wrong: Any
) -> None:
    page = client.post(page_of(calendar), typed(calendar, staff_note="Bring a chair", **{field: wrong}))

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {field.removesuffix("_th")}
    assert b"Bring a chair" in page.content


def test_a_price_of_a_currency_without_coins_is_refused(client: Client, calendar: Calendar) -> None:
    calendar.site.currency = "JPY"
    calendar.site.save()

    page = client.post(page_of(calendar), typed(calendar, **{f"price_{calendar.site.pk}": "10.5"}))

    assert list(page.context["form"].errors) == [f"price_{calendar.site.pk}"]


def test_a_second_owner_is_told_and_nothing_is_lost(client: Client, calendar: Calendar) -> None:
    mine = typed(calendar, minutes=50)
    client.post(page_of(calendar), typed(calendar, minutes=60))

    refused = client.post(page_of(calendar), mine)
    seen = refused.context["form"]["seen"].value()
    stood = VisitType.objects.get().minutes
    client.post(page_of(calendar), mine | {"seen": seen})

    assert (refused.status_code, stood) == (409, 60)
    assert b"Somebody else changed this" in refused.content
    assert b'value="50"' in refused.content
    assert VisitType.objects.get().minutes == 50


def test_the_same_form_twice_changes_once(client: Client, calendar: Calendar) -> None:
    form = typed(calendar, minutes=50)

    answers = [client.post(page_of(calendar), form).status_code for _press in range(2)]

    assert answers == [302, 302]


def new_type(calendar: Calendar, **changes: Any) -> dict[str, Any]:
    return typed(calendar, code="CONS_TWO", **changes)


def test_a_new_type_is_added_once_however_often_it_is_sent(client: Client, calendar: Calendar) -> None:
    answers = [client.post("/setup/visit-types/new/", new_type(calendar)) for _press in range(2)]

    added = VisitType.objects.get(code="CONS_TWO")
    assert {answer["Location"] for answer in answers} == {f"/setup/visit-types/{added.pk}/"}
    assert added.practitioners.count() == 2


def test_a_taken_code_is_refused_at_its_field(client: Client, calendar: Calendar) -> None:
    client.post("/setup/visit-types/new/", new_type(calendar))

    page = client.post("/setup/visit-types/new/", new_type(calendar, minutes=55))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["code"])
    assert VisitType.objects.get(code="CONS_TWO").minutes == 40


def test_a_new_type_is_previewed_with_the_ticked_people(client: Client, calendar: Calendar) -> None:
    with rows.nothing_written():
        page = client.post("/setup/visit-types/new/", new_type(calendar, look="1"))

    preview = page.context["preview"]
    assert preview.people == ["Dr A", "Dr B"]
    assert preview.then_total > 50
    assert preview.days[0].now is None


def test_page_takes_a_constant_number_of_queries(
    client: Client, calendar: Calendar, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(page_of(calendar))

    with django_assert_max_num_queries(22):
        client.get(page_of(calendar))
