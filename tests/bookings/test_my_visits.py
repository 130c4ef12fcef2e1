"""My visits: what is next comes first, and only one's own."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinic.models import ReadRecord, User
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for, start_at
from tests.calendars import Calendar, make_calendar
from tests.factories import UserFactory
from tests.patients.forms import CONSENT, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def me(client: Client) -> User:
    user = UserFactory.create()
    client.force_login(user)
    return user


def test_my_visits_needs_sign_in_by_code(client: Client, calendar: Calendar) -> None:
    assert client.get("/visits/")["Location"] == "/account/login/code/?next=/visits/"


def test_my_visits_with_none_offers_a_consultation(client: Client, me: User) -> None:
    page = client.get("/visits/").content.decode()

    assert "No visits yet." in page
    assert 'href="/book/"' in page


def test_my_visits_shows_what_is_next_first_and_move_before_cancel(
    client: Client, calendar: Calendar, me: User
) -> None:
    past, first, second = (book_for(calendar, account=me) for _ in range(3))
    start_at(past, timezone.now() - timedelta(days=3))

    page = client.get("/visits/").content.decode()

    places = [page.index(visit.reference) for visit in (first, second)]
    assert places == sorted(places)
    assert page.index(f"/visit/{first.reference}/move/") < page.index(f"/visit/{first.reference}/cancel/")
    assert page.index("Past") > places[1]
    assert f"/visit/{past.reference}/move/" not in page


def test_my_visits_names_the_visit_in_each_button(client: Client, calendar: Calendar, me: User) -> None:
    visit = book_for(calendar, account=me)
    local = visit.starts_at.astimezone(calendar.site.tz)

    page = client.get("/visits/").content.decode()

    assert page.count(f'<span class="vh"> {local:%a} {local.day} {local:%b, %H:%M}</span>') == 3


def test_my_visits_shows_nobody_elses(client: Client, calendar: Calendar, me: User) -> None:
    other = book_for(calendar, account=UserFactory.create())

    assert other.reference not in client.get("/visits/").content.decode()


def test_my_visits_shows_a_familys_visits_by_name(client: Client, calendar: Calendar, me: User) -> None:
    book_for(calendar, account=me, booked_for="child", name="Lily", contact_name="Hannah")

    assert "For Lily" in client.get("/visits/").content.decode()


def test_my_visits_is_in_thai_under_th(client: Client, calendar: Calendar, me: User) -> None:
    visit = book_for(calendar, account=me)

    page = client.get("/th/visits/").content.decode()

    assert '<html lang="th">' in page
    assert str(visit.starts_at.astimezone(calendar.site.tz).year + 543) in page


def test_how_far_a_form_is_was_read_and_is_written_down(client: Client, calendar: Calendar, me: User) -> None:
    begun, _not_begun = (patient_of(book_for(calendar, account=me)) for _ in range(2))
    draft = save(begun, 0, **CONSENT)

    client.get("/visits/")

    record = ReadRecord.objects.get()
    assert draft.row is not None
    assert (record.reader, record.subject_ids, record.patient_ids) == (me, [draft.row.pk], [begun.pk])


@pytest.mark.parametrize("count", [1, 3])
def test_my_visits_asks_a_fixed_number_of_queries(
    client: Client, me: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    calendar = make_calendar()
    for _ in range(count):
        book_for(calendar, account=me)
    client.get("/visits/")

    with django_assert_num_queries(11):
        client.get("/visits/")
