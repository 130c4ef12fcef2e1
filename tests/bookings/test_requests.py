"""The desk's requests: what is listed, one press that changes a visit and can be undone, and closing."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bookings.forms.choose_time import write_instant
from bookings.models import Appointment
from clinic.models import OutboxMessage, User, VisitType
from patients.models import VisitRequest
from tests.bookings.longer_visits import add_longer_type, ask_longer
from tests.bookings.pages import book_for, local_day, press
from tests.calendars import Calendar, make_calendar, minutes
from tests.factories import PatientFactory, StaffFactory
from tests.patients.health_records import CANARY, send_form, sign_form
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def longer(calendar: Calendar) -> VisitType:
    return add_longer_type(calendar)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return book_for(calendar)


@pytest.fixture
def request_(visit: Appointment, longer: VisitType) -> VisitRequest:
    return ask_longer(visit, longer)


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def list_page(client: Client) -> str:
    return client.get("/desk/requests/").content.decode()


def change_address(request: VisitRequest) -> str:
    return f"/desk/requests/{request.pk}/change/"


def typed(visit: Appointment, **changes: Any) -> dict[str, Any]:
    """Return what the button "make it longer where it stands" sends; `changes` replace some of it."""
    same = {"same": write_instant(visit.starts_at)}
    return {"visit": visit.reference, "seen": visit.sequence, "key": str(uuid.uuid4()), **(changes or same)}


def press_change(client: Client, request: VisitRequest, visit: Appointment, **changes: Any) -> Any:
    """Press a time, and follow where it leads."""
    return client.post(change_address(request), typed(visit, **changes), follow=True)


def test_requests_say_who_what_and_by_whom(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    page = list_page(client)

    for words in ("Hannah Whitfield", "+44 7700 900318", "Longer first consultation", "60 minutes"):
        assert words in page
    for words in ("Dr A · At the clinic · Room 1", "The health form", change_address(request_)):
        assert words in page


def test_a_clinicians_request_names_them_and_the_days_and_no_reason(
    client: Client, visit: Appointment, longer: VisitType, nok: User
) -> None:
    assert visit.patient is not None
    review = sign_form(send_form(visit.patient))
    days = {"from_date": local_day(visit), "to_date": local_day(visit) + timedelta(days=2)}
    ask_longer(visit, longer, mode="video", review=review, asked_by=review.reviewer, **days)

    page = list_page(client)

    for words in ("Dr Anan", "Video call", "From "):
        assert words in page
    assert CANARY not in page
    assert "goes_ahead" not in page


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"to_date": "2026-12-09"}, "Until Wed 9 Dec"),
        ({"from_date": "2026-12-09"}, "From Wed 9 Dec( 2026)? on"),  # of another year from 2027 on
        ({}, "Another time"),
        ({"kind": "next"}, "A next visit"),
    ],
)
def test_requests_say_what_days_are_asked_for(
    client: Client, visit: Appointment, nok: User, columns: dict[str, str], words: str
) -> None:
    ask_longer(visit, None, **columns)

    assert re.search(words, list_page(client))


def test_visits_to_book_are_listed_with_contact_and_can_only_be_closed(
    client: Client, visit: Appointment, longer: VisitType, nok: User
) -> None:
    request = ask_longer(visit, longer, kind="next")

    to_book = list_page(client).partition('id="to-book"')[2]

    assert "Hannah Whitfield" in to_book
    assert f"/desk/requests/{request.pk}/close/" in to_book
    assert "/change/" not in to_book
    assert client.get(change_address(request)).status_code == 404


def test_requests_come_oldest_first(client: Client, nok: User) -> None:
    for number, name in enumerate(("Cat", "Bee", "Ann")):
        at = timezone.now() - timedelta(hours=number)
        VisitRequest.objects.create(patient=PatientFactory.create(name=name), kind="change", asked_at=at)

    page = list_page(client)

    assert page.index(">Ann<") < page.index(">Bee<") < page.index(">Cat<")


def test_nothing_asked_is_said(client: Client, nok: User) -> None:
    page = list_page(client)

    assert "No visit to change" in page
    assert "No visit to book" in page


@pytest.mark.parametrize("count", [1, 3])
def test_requests_ask_a_fixed_number_of_queries(
    client: Client, nok: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    calendar = make_calendar()
    longer = add_longer_type(calendar)
    for _number in range(count):
        ask_longer(book_for(calendar), longer)
        ask_longer(book_for(calendar), longer, kind="next", asked_by=nok)
    list_page(client)

    with django_assert_num_queries(11):
        list_page(client)


def test_one_press_makes_the_visit_longer_where_it_stands(
    client: Client, visit: Appointment, longer: VisitType, request_: VisitRequest, nok: User
) -> None:
    shown = client.get(change_address(request_)).content.decode()
    page = press_change(client, request_, visit).content.decode()

    assert f'name="same" value="{write_instant(visit.starts_at)}"' in shown
    visit.refresh_from_db()
    request_.refresh_from_db()
    assert (visit.visit_type, visit.ends_at - visit.starts_at) == (longer, minutes(60))
    assert (request_.closed_by, visit.events.get(action="changed").user) == (nok, nok)
    assert f'action="/desk/visits/{visit.reference}/undo/"' in page
    assert f'id="v-{visit.reference}"' in page


def test_a_change_is_taken_back_from_the_day(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    press_change(client, request_, visit)

    press(client, visit, "undo", seen="booked")

    visit.refresh_from_db()
    request_.refresh_from_db()
    assert visit.ends_at - visit.starts_at == minutes(40)
    assert request_.closed_at is None
    assert OutboxMessage.objects.get(kind="changed").status == "dropped"


def test_another_time_is_offered_and_chosen(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    start = visit.starts_at + minutes(60)
    page = client.get(change_address(request_), {"day": str(local_day(visit))}).content.decode()
    assert f'name="same" value="{write_instant(start)}"' in page

    press_change(client, request_, visit, same=write_instant(start))

    visit.refresh_from_db()
    assert visit.starts_at == start


def test_with_anyone_whoever_is_free_takes_the_visit(client: Client, longer: VisitType, nok: User) -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    visit = book_for(calendar)
    request = ask_longer(visit, add_longer_type(calendar, code="LONGER"))

    press_change(client, request, visit, anyone=write_instant(visit.starts_at))

    visit.refresh_from_db()
    assert visit.ends_at - visit.starts_at == minutes(60)


def test_a_time_taken_meanwhile_is_refused_and_the_page_shows_what_is_left(
    client: Client, calendar: Calendar, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    calendar.book(visit.starts_at + minutes(60), now=timezone.now())

    page = press_change(client, request_, visit).content.decode()

    assert "Someone just took this time." in page
    assert "is not possible." in page
    assert "Dr A: busy" in page
    request_.refresh_from_db()
    assert request_.closed_at is None


def test_the_same_press_twice_is_one_change(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    sent = typed(visit)
    first = client.post(change_address(request_), sent)
    with nothing_written():
        second = client.post(change_address(request_), sent)

    assert first["Location"] == second["Location"]
    assert first["Location"].startswith("/desk/?site=")


def test_a_request_somebody_has_dealt_with_leads_back(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    press_change(client, request_, visit)
    visit.refresh_from_db()

    assert "has been dealt with" in client.get(change_address(request_), follow=True).content.decode()
    with nothing_written():
        page = press_change(client, request_, visit).content.decode()
    assert "Somebody has dealt with this request already." in page


def test_a_page_that_is_out_of_date_changes_nothing(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(sequence=5)

    page = press_change(client, request_, visit).content.decode()

    assert "This visit has changed meanwhile." in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"same": ""},
        {"same": "x"},
        {"same": "2026-12-09T03:00Z", "anyone": "2026-12-09T03:00Z"},
        {"same": "2026-12-09T03:00Z", "seen": "x"},
        {"same": "2026-12-09T03:00Z", "key": "x"},
    ],
)
def test_a_change_without_one_time_asks_for_one(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User, sent: dict[str, str]
) -> None:
    data = {"visit": visit.reference, "seen": "0", "key": str(uuid.uuid4()), **sent}

    with nothing_written():
        page = client.post(change_address(request_), data, follow=True).content.decode()

    assert "Choose a time" in page


def test_a_visit_of_somebody_else_is_404(
    client: Client, calendar: Calendar, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    other = book_for(calendar)

    with nothing_written():
        for stranger in (other, Appointment(reference="ZZZZZZZ", starts_at=other.starts_at)):
            assert press_change(client, request_, stranger).status_code == 404


def test_a_request_nobody_made_is_404(client: Client, nok: User) -> None:
    for step in ("change", "close"):
        assert client.post(f"/desk/requests/{uuid.uuid4()}/{step}/").status_code == 404
