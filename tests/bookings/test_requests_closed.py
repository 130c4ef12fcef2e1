"""Closing requests without a change, pages that have nothing to offer, and who may do what."""

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from bookings.services import desk
from clinic.models import Role, User, VisitType
from patients.models import VisitRequest
from tests.bookings.longer_visits import STAFF, add_longer_type, ask_longer
from tests.bookings.pages import book_for
from tests.calendars import NOW, Calendar, make_calendar
from tests.factories import StaffFactory, UserFactory
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


def page_of(client: Client, request: VisitRequest) -> str:
    return client.get(f"/desk/requests/{request.pk}/change/").content.decode()


def close(client: Client, request: VisitRequest) -> str:
    return client.post(f"/desk/requests/{request.pk}/close/", follow=True).content.decode()


@pytest.mark.parametrize("kind", ["change", "next"])
def test_closing_is_recorded_and_changes_no_visit(
    client: Client, visit: Appointment, longer: VisitType, nok: User, kind: str
) -> None:
    request = ask_longer(visit, longer, kind=kind)

    page = close(client, request)

    request.refresh_from_db()
    visit.refresh_from_db()
    assert "Closed. Nothing was changed." in page
    assert request.closed_by == nok
    assert (visit.sequence, visit.visit_type.minutes) == (0, 40)


def test_closing_twice_keeps_the_first(client: Client, request_: VisitRequest, nok: User) -> None:
    close(client, request_)
    client.force_login(StaffFactory.create(name="Fon"))

    page = close(client, request_)

    request_.refresh_from_db()
    assert "has been dealt with" in page
    assert request_.closed_by == nok


def test_a_request_without_a_visit_says_to_call(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User
) -> None:
    desk.cancel_by_desk(appointment=visit, actor=STAFF, reason="", now=NOW)

    page = page_of(client, request_)

    assert "There is no visit to change. Call the patient." in page
    assert 'name="same"' not in page


def test_a_visit_that_is_as_asked_offers_only_to_close(
    client: Client, visit: Appointment, longer: VisitType, request_: VisitRequest, nok: User
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(visit_type=longer)

    page = page_of(client, request_)

    assert "The visit is as asked already." in page
    assert 'name="same"' not in page
    assert "It is as asked already" in client.get("/desk/requests/").content.decode()


def test_what_no_time_can_help_offers_no_times(
    client: Client, longer: VisitType, request_: VisitRequest, nok: User
) -> None:
    VisitType.objects.filter(pk=longer.pk).update(bookable_by="gated")

    page = page_of(client, request_)

    assert "only after a doctor has decided" in page
    assert 'name="same"' not in page


@pytest.mark.parametrize("query", ["from=never", "from=0001-01-01", "from=2399-12-31", "day=2399-12-31"])
def test_days_that_make_no_sense_break_nothing(
    client: Client, request_: VisitRequest, nok: User, query: str
) -> None:
    assert client.get(f"/desk/requests/{request_.pk}/change/?{query}").status_code == 200


@pytest.mark.parametrize("page", ["/desk/", "/desk/requests/", "/desk/why-not/"])
def test_the_rail_counts_what_is_to_do(
    client: Client, visit: Appointment, request_: VisitRequest, nok: User, page: str
) -> None:
    assert '<b class="count">1<' in client.get(page).content.decode()

    request_.closed_at = timezone.now()
    request_.save()

    assert 'class="count"' not in client.get(page).content.decode()


ALLOWED = {
    # Who may look at the list, open a change, and take a step:
    "anonymous": (302, 302, 302),
    "patient": (403, 403, 403),
    Role.NURSE: (200, 403, 403),
    Role.CLINICIAN: (200, 403, 403),
    Role.FRONT_DESK: (200, 200, 302),
    Role.OWNER: (200, 200, 302),
}


@pytest.mark.parametrize("who", ALLOWED)
def test_staff_may_look_and_the_desk_may_act(client: Client, request_: VisitRequest, who: str) -> None:
    if who != "anonymous":
        client.force_login(UserFactory.create() if who == "patient" else StaffFactory.create(roles=[who]))
    address = f"/desk/requests/{request_.pk}"

    answers = (
        client.get("/desk/requests/"),
        client.get(f"{address}/change/"),
        client.post(f"{address}/close/"),
    )

    assert tuple(answer.status_code for answer in answers) == ALLOWED[who]
    request_.refresh_from_db()
    assert (request_.closed_at is not None) is (who in (Role.FRONT_DESK, Role.OWNER))


def test_a_nurse_is_offered_no_step_and_no_count(client: Client, request_: VisitRequest) -> None:
    client.force_login(StaffFactory.create(roles=[Role.NURSE]))

    page = client.get("/desk/requests/").content.decode()

    assert "Longer first consultation" in page
    for words in ("/change/", "/close/", 'class="count"'):
        assert words not in page


def test_steps_need_the_token_of_our_own_page(request_: VisitRequest) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(StaffFactory.create())

    with nothing_written():
        for step in ("change", "close"):
            assert client.post(f"/desk/requests/{request_.pk}/{step}/").status_code == 403


def test_closing_is_never_done_by_opening(client: Client, request_: VisitRequest, nok: User) -> None:
    assert client.get(f"/desk/requests/{request_.pk}/close/").status_code == 405


def test_opening_a_change_writes_nothing(client: Client, request_: VisitRequest, nok: User) -> None:
    with nothing_written():
        page_of(client, request_)
