"""Presses and drops on the board, with and without scripts, and every wrong thing sent."""

import pytest
from django.test import Client
from django.utils import timezone

from bookings.desk_actions import TABLE, Action
from bookings.models import Appointment
from clinic.models import OutboxMessage, Role, User
from tests.bookings.pages import list_starts, start_at
from tests.bookings.step_pages import SCRIPT, drop, fresh, heard, local, path
from tests.calendars import Calendar, make_calendar, minutes
from tests.factories import StaffFactory
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book(list_starts(calendar)[0], now=timezone.now())


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


WRONG = ["", "x", "\x00", "2026-02-30T10:00", "9999-12-31T23:59", "0001-01-01T00:00", "2026-11-26T10:00Z"]
WRONG += ["2026-11-26", "9" * 5000, "2026-11-26T10:00+14:00"]


def test_a_drop_moves_the_visit_and_the_board_hears_of_it(
    client: Client, visit: Appointment, nok: User
) -> None:
    there = visit.starts_at + minutes(35)
    answer = drop(client, visit, local(visit, there), kind="practitioner")
    assert (answer.status_code, fresh(visit).starts_at) == (204, there)
    told = heard(answer)["board-done"]
    assert (told["ref"], told["site"]) == (visit.reference, visit.site.slug)
    assert visit.events.latest("pk").user == nok


def test_a_drop_into_another_column_and_longer(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    other = next(who for who in calendar.practitioners if who.pk != visit.practitioner_id)
    drop(client, visit, local(visit, visit.starts_at), column=other.resource_id, minutes="60")
    assert fresh(visit).practitioner == other
    assert fresh(visit).ends_at == visit.starts_at + minutes(60)


def test_a_drop_that_is_refused_says_why_and_how_all_the_same(
    client: Client, visit: Appointment, nok: User
) -> None:
    evening = visit.starts_at.astimezone(visit.site.tz).replace(hour=18, minute=0)
    with nothing_written():
        answer = drop(client, visit, local(visit, evening))
    assert (answer.status_code, answer["HX-Reswap"]) == (409, "none")
    told = heard(answer)["board-refused"]
    assert told["words"] == f"Outside {visit.practitioner.resource.name}’s hours (09:00 to 17:00). Not moved"
    sheet = client.get(told["override"], headers=SCRIPT)
    assert sheet.status_code == 200
    assert "hours (09:00 to 17:00)" in sheet.content.decode()


def test_the_later_drop_of_two_is_told_who_was_quicker(client: Client, visit: Appointment, nok: User) -> None:
    seen = str(visit.sequence)
    drop(client, visit, local(visit, visit.starts_at + minutes(30)))
    answer = drop(client, visit, local(visit, visit.starts_at + minutes(60)), seen=seen)
    assert answer.status_code == 409
    assert heard(answer)["board-refused"]["words"].startswith(
        "Nok just changed this visit. It is now: Booked, "
    )


@pytest.mark.parametrize("start", WRONG)
def test_a_drop_nowhere_is_refused(client: Client, visit: Appointment, nok: User, start: str) -> None:
    with nothing_written():
        assert drop(client, visit, start).status_code == 409


@pytest.mark.parametrize(
    "changes",
    [
        *({"key": "no"}, {"seen": "x"}, {"seen": "-1"}, {"seen": ""}, {"minutes": "7"}),
        *({"column": str(2**63)}, {"column": "0"}, {"column": "\x00"}, {"minutes": "9" * 400}),
    ],
)
def test_a_drop_with_nonsense_is_refused(
    client: Client, visit: Appointment, nok: User, changes: dict[str, str]
) -> None:
    with nothing_written():
        assert drop(client, visit, local(visit, visit.starts_at), **changes).status_code == 409


def test_send_now_sends_and_ends_the_undo(client: Client, visit: Appointment, nok: User) -> None:
    client.post(path(visit, "cancel"), {"seen": "0"})
    page = client.post(path(visit, "send-now"), follow=True).content.decode()
    assert "The message is on its way." in page
    assert OutboxMessage.objects.get(kind="cancelled").send_after_at <= timezone.now()
    answer = client.post(path(visit, "undo"), {"seen": "1"}, headers=SCRIPT)
    assert heard(answer)["board-refused"]["words"] == "There is nothing to undo any more."


@pytest.mark.parametrize("role", [Role.NURSE, Role.CLINICIAN])
def test_those_who_treat_say_in_room_and_done_and_take_it_back(
    client: Client, visit: Appointment, role: str
) -> None:
    start_at(visit, timezone.now())
    Appointment.objects.filter(pk=visit.pk).update(status="arrived")
    client.force_login(StaffFactory.create(roles=[role]))
    for what, status in (("in-room", "in_room"), ("finish", "done"), ("undo", "in_room")):
        assert client.post(path(visit, what), headers=SCRIPT).status_code == 204
        assert fresh(visit).status == status
    with nothing_written():
        assert client.post(path(visit, "undo"), headers=SCRIPT).status_code == 409


@pytest.mark.parametrize("action", [action.value.removeprefix("desk-") for action in Action])
def test_every_step_is_closed_to_those_the_table_does_not_name(
    client: Client, visit: Appointment, action: str
) -> None:
    named = TABLE[Action(f"desk-{action}" if action == "cancel" else action)].roles
    address = path(visit, "back" if action == "step-back" else action)
    for role in set(Role.values) - named:
        client.force_login(StaffFactory.create(roles=[role]))
        with nothing_written():
            assert client.post(address, {"seen": "0"}).status_code == 403
    bare = Client(enforce_csrf_checks=True)
    bare.force_login(StaffFactory.create())
    assert bare.post(address, {"seen": "0"}).status_code == 403
