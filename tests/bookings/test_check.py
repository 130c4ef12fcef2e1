"""Check and book: what is shown is what is booked, once, and every refusal says what to do."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment, VisitEvent
from clinic.models import Clinic, OutboxMessage
from patients.models import Patient
from tests.bookings.pages import (
    TYPED,
    book_in,
    expire,
    hold_in,
    list_starts,
    new_key,
    press_book,
    type_details,
)
from tests.calendars import Calendar, make_calendar
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def ready(client: Client, calendar: Calendar) -> Appointment:
    """A browser on the check page: a held time and good details."""
    visit = hold_in(client, calendar)
    type_details(client)
    return visit


def test_check_shows_what_will_be_booked(client: Client, ready: Appointment) -> None:
    page = client.get("/book/check/").content.decode()

    for words in ("Hannah Whitfield", "+44 7700 900318", "hannah.w@example.com", "Bangkok time", "in London"):
        assert words in page
    assert "฿1,500, paid at the clinic" in page
    assert "Free to move or cancel." in page


def test_check_names_a_fee_only_when_there_is_one(client: Client, ready: Appointment) -> None:
    Clinic.objects.update_or_create(pk=1, defaults={"late_fee_minor": 50_000})

    page = client.get("/book/check/").content.decode()

    assert "or if you don’t come, we charge ฿500." in page


def test_check_without_a_held_time_leads_to_choosing_one(client: Client, calendar: Calendar) -> None:
    assert client.get("/book/check/")["Location"] == "/book/"


def test_check_without_details_leads_to_them(client: Client, calendar: Calendar) -> None:
    hold_in(client, calendar)

    assert client.get("/book/check/")["Location"] == "/book/details/"


def test_check_books_the_held_time(client: Client, ready: Appointment) -> None:
    response = press_book(client)

    ready.refresh_from_db()
    assert response["Location"] == "/book/done/"
    assert (ready.status, ready.price_minor) == ("booked", 150_000)
    assert ready.patient is not None
    assert ready.patient.name == "Hannah Whitfield"
    assert ready.patient.zone == "Europe/London"
    assert OutboxMessage.objects.filter(subject_id=ready.pk, kind="booked").count() == 1
    assert list(ready.events.values_list("action", "by")) == [("booked", VisitEvent.By.PATIENT)]


def test_check_books_a_child_for_their_parent(client: Client, calendar: Calendar) -> None:
    visit = hold_in(client, calendar)
    child = {"who": "child", "name": "Lily", "contact_name": "Hannah Whitfield"}
    type_details(client, **child, birth_day="27", birth_month="มี.ค.", birth_year="2014")

    press_book(client)

    visit.refresh_from_db()
    assert visit.patient is not None
    assert (visit.patient.booked_for, visit.patient.name, visit.patient.contact_name) == (
        "child",
        "Lily",
        "Hannah Whitfield",
    )
    assert str(visit.patient.birth_date) == "2014-03-27"


def test_check_attaches_the_account_of_a_signed_in_patient(client: Client, calendar: Calendar) -> None:
    user = UserFactory.create()
    client.force_login(user)

    visit = book_in(client, calendar)

    assert visit.patient is not None
    assert visit.patient.account == user


def test_check_forgets_what_was_typed_once_booked(client: Client, ready: Appointment) -> None:
    press_book(client)

    assert "details" not in client.session["booking"]


def test_check_pressed_twice_books_once_and_shows_the_same_page(client: Client, ready: Appointment) -> None:
    page = client.get("/book/check/")
    answer = {"key": str(page.context["key"]), "stamp": page.context["stamp"]}

    first, second = (client.post("/book/check/", answer, follow=True) for _ in range(2))

    assert first.redirect_chain == second.redirect_chain == [("/book/done/", 302)]
    assert (Patient.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_check_after_the_back_button_books_nothing_more(client: Client, ready: Appointment) -> None:
    press_book(client)

    response = client.get("/book/check/", follow=True)

    assert response.redirect_chain == [("/book/done/", 302)]
    assert "Nothing was booked twice" in response.content.decode()


@pytest.mark.parametrize(
    "answer", [{}, {"key": "no"}, {"key": new_key()}, {"key": new_key(), "stamp": "old"}]
)
def test_check_with_a_stale_page_shows_the_facts_again(
    client: Client, ready: Appointment, answer: dict[str, str]
) -> None:
    response = client.post("/book/check/", answer)

    ready.refresh_from_db()
    assert (response.status_code, ready.status) == (409, "held")
    assert "You changed something on another page" in response.content.decode()


def test_check_in_two_tabs_books_only_what_the_page_showed(client: Client, ready: Appointment) -> None:
    page = client.get("/book/check/")
    type_details(client, name="Somebody Else")

    response = client.post("/book/check/", {"key": str(page.context["key"]), "stamp": page.context["stamp"]})

    assert response.status_code == 409
    assert "Somebody Else" in response.content.decode()
    assert Patient.objects.count() == 0


def test_check_refuses_a_key_that_was_used_for_another_visit(
    client: Client, calendar: Calendar, ready: Appointment
) -> None:
    key = str(client.get("/book/check/").context["key"])
    client.post("/book/check/", {"key": key, "stamp": client.get("/book/check/").context["stamp"]})
    second = hold_in(client, calendar)
    type_details(client)

    response = client.post("/book/check/", {"key": key, "stamp": client.get("/book/check/").context["stamp"]})

    second.refresh_from_db()
    assert (response.status_code, second.status) == (409, "held")
    assert "This page was already used with other answers" in response.content.decode()


def test_check_says_when_an_expired_time_is_still_free(client: Client, ready: Appointment) -> None:
    page = client.get("/book/check/")
    expire(ready)

    response = client.post("/book/check/", {"key": str(page.context["key"]), "stamp": page.context["stamp"]})

    assert response.status_code == 409
    assert "still free" in response.content.decode()
    assert "Hold it again" in response.content.decode()


def test_check_books_after_holding_again(client: Client, ready: Appointment) -> None:
    expire(ready)
    client.post("/book/hold-again/", {"from": "check"})

    assert press_book(client)["Location"] == "/book/done/"


def test_check_says_when_an_expired_time_has_gone(
    client: Client, calendar: Calendar, ready: Appointment
) -> None:
    page = client.get("/book/check/")
    expire(ready)
    calendar.book(ready.starts_at, now=timezone.now())

    response = client.post("/book/check/", {"key": str(page.context["key"]), "stamp": page.context["stamp"]})

    assert response.status_code == 409
    assert "has gone. Your details are saved." in response.content.decode()
    assert client.session["booking"]["details"]["name"] == "Hannah Whitfield"


def test_check_refuses_too_many_bookings_kindly(client: Client, ready: Appointment, settings: Any) -> None:
    settings.LIMIT_BOOKINGS_PER_ADDRESS = 0

    response = press_book(client)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3600
    assert "Please wait a little, or call us" in response.content.decode()


def test_check_refuses_too_many_visits_for_one_email(
    client: Client, ready: Appointment, settings: Any
) -> None:
    settings.LIMIT_UPCOMING_PER_EMAIL = 0

    assert press_book(client).status_code == 429


def test_check_refuses_another_browsers_held_time(calendar: Calendar, ready: Appointment) -> None:
    stranger = Client()
    session = stranger.session
    session["booking"] = {"details": TYPED, "search": {}, "zone": ""}
    session.save()

    assert stranger.get("/book/check/")["Location"] == "/book/"


@pytest.mark.django_db(transaction=True)
def test_check_pressed_twice_at_once_books_once(client: Client) -> None:
    calendar = make_calendar()
    visit = hold_in(client, calendar)
    type_details(client)
    page = client.get("/book/check/")
    answer = {"key": str(page.context["key"]), "stamp": page.context["stamp"]}

    def press(_number: int) -> str:
        other = Client()
        other.cookies = client.cookies
        try:
            return str(other.post("/book/check/", answer)["Location"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(4)))

    visit.refresh_from_db()
    assert set(answers) == {"/book/done/"}
    assert (visit.status, Patient.objects.count(), OutboxMessage.objects.count()) == ("booked", 1, 1)


def test_held_times_do_not_stand_in_each_others_way(client: Client, calendar: Calendar) -> None:
    visit = hold_in(client, calendar)

    assert visit.starts_at not in list_starts(calendar)
    assert visit.ends_at - visit.starts_at == timedelta(minutes=40)
