"""What is done from the front desk's list: by whom, with what word when it cannot be, and taken back."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from bookings.queries.desk_words import open_cancel_reason
from bookings.services.holds import lock_appointment
from clinic.models import OutboxMessage, Role, User
from tests.bookings.pages import book_for, day_address, press, start_at
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return book_for(calendar)


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def test_day_list_offers_arrive_only_once_the_day_has_come(
    client: Client, visit: Appointment, nok: User
) -> None:
    assert "/arrive/" not in client.get(day_address(visit)).content.decode()

    start_at(visit, timezone.now())
    visit.refresh_from_db()

    assert "/arrive/" in client.get(day_address(visit)).content.decode()


def test_arrive_before_the_day_explains_and_changes_nothing(
    client: Client, visit: Appointment, nok: User
) -> None:
    page = press(client, visit, "arrive", seen="booked").content.decode()

    visit.refresh_from_db()
    assert visit.status == "booked"
    assert "You can say this on the day of the visit." in page


def test_arrive_marks_the_visit_and_can_be_undone(client: Client, visit: Appointment, nok: User) -> None:
    start_at(visit, timezone.now())
    page = press(client, visit, "arrive", seen="booked").content.decode()

    visit.refresh_from_db()
    assert visit.status == "arrived"
    assert f'action="/desk/visits/{visit.reference}/undo/"' in page
    press(client, visit, "undo", seen="arrived")
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_no_show_before_ten_minutes_explains(client: Client, visit: Appointment, nok: User) -> None:
    page = press(client, visit, "no-show", seen="booked").content.decode()

    visit.refresh_from_db()
    assert visit.status == "booked"
    assert "from 10 minutes after the start" in page


def test_no_show_ten_minutes_after_the_start(client: Client, visit: Appointment, nok: User) -> None:
    start_at(visit, timezone.now() - timedelta(minutes=11))

    press(client, visit, "no-show", seen="booked")

    visit.refresh_from_db()
    assert visit.status == "no_show"


def test_desk_cancel_keeps_the_reason_and_writes_to_nobody_for_three_minutes(
    client: Client, visit: Appointment, nok: User
) -> None:
    press(client, visit, "cancel", seen="booked", reason="Doctor\u202e is ill\x00")

    visit.refresh_from_db()
    message = OutboxMessage.objects.get(kind="cancelled")
    assert (visit.status, visit.cancelled_by, open_cancel_reason(visit)) == (
        "cancelled",
        "clinic",
        "Doctor is ill",
    )
    assert message.send_after_at - timezone.now() > timedelta(minutes=2, seconds=50)


def test_desk_cancel_undone_gives_the_time_back_and_writes_nothing(
    client: Client, visit: Appointment, nok: User
) -> None:
    press(client, visit, "cancel", seen="booked")

    press(client, visit, "undo", seen="cancelled")

    visit.refresh_from_db()
    assert (visit.status, visit.allocations.count()) == ("booked", 2)
    assert OutboxMessage.objects.get(kind="cancelled").status == "dropped"


def test_undo_names_a_clash_and_changes_nothing(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    press(client, visit, "cancel", seen="booked")
    calendar.book(visit.starts_at, now=timezone.now())

    page = press(client, visit, "undo", seen="cancelled").content.decode()

    visit.refresh_from_db()
    assert visit.status == "cancelled"
    assert "Not free any more: Dr A, Room 1. Nothing was changed." in page


def test_desk_cancel_refuses_an_endless_reason(client: Client, visit: Appointment, nok: User) -> None:
    press(client, visit, "cancel", seen="booked", reason="x" * 10_000)

    visit.refresh_from_db()
    assert visit.status == "booked"


def test_a_step_on_a_stale_page_names_who_changed_the_visit(
    client: Client, visit: Appointment, nok: User
) -> None:
    start_at(visit, timezone.now())
    press(client, visit, "arrive", seen="booked")
    colleague = Client()
    colleague.force_login(StaffFactory.create(name="Fon"))

    page = press(colleague, visit, "cancel", seen="booked").content.decode()

    visit.refresh_from_db()
    assert visit.status == "arrived"
    assert "Nok just changed this visit. It is now: Arrived." in page


def test_a_step_on_an_unknown_visit_is_404(client: Client, calendar: Calendar, nok: User) -> None:
    assert client.post("/desk/visits/ZZZZZZZ/arrive/").status_code == 404


PAGES = [("get", "/desk/"), ("get", "/desk/list/"), ("get", "/desk/why-not/")]
STEPS = [("post", f"/desk/visits/REF/{step}/") for step in ("arrive", "no-show", "cancel")]
ALLOWED = {
    # Who may open the pages, and who may take the steps:
    "anonymous": (302, 302),
    "patient": (403, 403),
    Role.NURSE: (200, 403),
    Role.CLINICIAN: (200, 403),
    Role.FRONT_DESK: (200, 302),
    Role.OWNER: (200, 302),
}


@pytest.mark.parametrize(("method", "path"), [*PAGES, *STEPS])
@pytest.mark.parametrize("who", ALLOWED)
def test_desk_is_open_to_staff_and_its_steps_to_the_desk(
    client: Client, visit: Appointment, who: str, method: str, path: str
) -> None:
    if who != "anonymous":
        client.force_login(UserFactory.create() if who == "patient" else StaffFactory.create(roles=[who]))

    response = getattr(client, method)(path.replace("REF", visit.reference))

    pages, steps = ALLOWED[who]
    assert response.status_code == (steps if method == "post" else pages)
    if who in ("anonymous", "patient", Role.NURSE, Role.CLINICIAN):
        visit.refresh_from_db()
        assert visit.status == "booked"


def test_day_list_offers_a_nurse_no_steps(client: Client, visit: Appointment) -> None:
    client.force_login(StaffFactory.create(roles=[Role.NURSE]))

    page = client.get(day_address(visit)).content.decode()

    assert visit.reference in page
    assert "/cancel/" not in page


@pytest.mark.parametrize("path", [path for _method, path in STEPS])
def test_desk_steps_need_the_token_of_our_own_page(visit: Appointment, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(StaffFactory.create())

    assert client.post(path.replace("REF", visit.reference)).status_code == 403


@pytest.mark.parametrize("path", [path for _method, path in STEPS if "cancel" not in path])
def test_desk_steps_are_never_taken_by_opening_them(
    client: Client, visit: Appointment, nok: User, path: str
) -> None:
    assert client.get(path.replace("REF", visit.reference)).status_code == 405


def test_a_visit_that_is_taken_back_at_that_moment_is_not_found(
    client: Client, visit: Appointment, nok: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False

    def vanish(appointment_id: UUID) -> Appointment:
        Appointment.objects.filter(pk=appointment_id).delete()
        return lock_appointment(appointment_id)

    monkeypatch.setattr("bookings.services.desk.lock_appointment", vanish)

    assert client.post(f"/desk/visits/{visit.reference}/confirm/", {"seen": ""}).status_code == 404
