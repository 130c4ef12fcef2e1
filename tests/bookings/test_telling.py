"""What a patient hears of what the desk does: once, late enough to undo, and only what they do not know."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookings.life_cycle import UNDO
from bookings.models import Appointment
from bookings.queries.waiting import find_waiting, list_waiting
from bookings.services import desk, staff_bookings, telling, visits
from bookings.services.refusals import NotAllowed
from clinic.models import OutboxMessage
from clinic.services import delivery
from tests.bookings import steps
from tests.bookings.steps import STAFF
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
"""By day in Bangkok; the patients here live there."""


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2, notice_hours=0)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    visit = calendar.book()
    Appointment.objects.update(patient_zone="Asia/Bangkok")
    OutboxMessage.objects.update(status="sent")
    return visit


def move(visit: Appointment, shift: int, after: int = 0, **changes: Any) -> Appointment:
    """Move a visit to so many minutes after its first start, some minutes after noon."""
    return steps.move(visit, MONDAY + minutes(shift), now=NOON + minutes(after), **changes)


def undo(visit: Appointment, after: int = 0) -> Appointment:
    return desk.undo_last(appointment=visit, actor=STAFF, now=NOON + minutes(after))


def cancel(visit: Appointment, after: int = 0) -> Appointment:
    return desk.cancel_by_desk(appointment=visit, actor=STAFF, reason="", now=NOON + minutes(after))


def waiting() -> list[tuple[str, str | None]]:
    """Return the kind of each message that waits, and where it says the visit was before."""
    rows = OutboxMessage.objects.filter(status="waiting").order_by("version", "kind")
    return [(row.kind, row.facts.get("old_starts_at")) for row in rows]


def send_all() -> None:
    """Let time pass: everything that waits has left."""
    OutboxMessage.objects.filter(status="waiting").update(status="sent")


OLD = MONDAY.isoformat()


def test_a_move_is_told_after_three_minutes(visit: Appointment) -> None:
    move(visit, 60)
    assert waiting() == [("moved", OLD)]
    assert OutboxMessage.objects.get(kind="moved").send_after_at == NOON + UNDO


def test_a_further_move_replaces_what_waits_and_keeps_the_time_the_patient_knows(visit: Appointment) -> None:
    move(visit, 60)
    move(visit, 120, after=1)
    move(visit, 180, after=2)
    assert waiting() == [("moved", OLD)]
    message = OutboxMessage.objects.get(status="waiting")
    assert message.facts["starts_at"] == (MONDAY + minutes(180)).isoformat()
    assert message.send_after_at == NOON + minutes(2) + UNDO


def test_moved_back_where_the_patient_knows_it_nobody_is_told(visit: Appointment) -> None:
    move(visit, 60)
    move(visit, 0, after=2)
    assert waiting() == []


def test_after_a_message_has_left_its_time_is_the_one_that_is_known(visit: Appointment) -> None:
    move(visit, 60)
    send_all()
    move(visit, 0, after=10)
    assert waiting() == [("moved", (MONDAY + minutes(60)).isoformat())]


def test_undo_tells_nobody_and_twice_moved_once_undone_tells_the_first(visit: Appointment) -> None:
    move(visit, 60)
    undo(visit)
    assert waiting() == []
    move(visit, 60)
    move(visit, 120)
    undo(visit)
    assert waiting() == [("moved", OLD)]
    message = OutboxMessage.objects.get(status="waiting")
    assert message.facts["starts_at"] == (MONDAY + minutes(60)).isoformat()


def test_another_practitioner_or_length_is_a_change_and_another_room_is_nothing(
    calendar: Calendar, visit: Appointment
) -> None:
    move(visit, 0, column=calendar.rooms[1].pk)
    assert waiting() == []
    move(visit, 0, minutes=60)
    assert waiting() == [("changed", None)]
    move(visit, 0, minutes=40)
    assert waiting() == []
    move(visit, 0, column=calendar.practitioners[1].resource_id)
    assert waiting() == [("changed", None)]


def test_a_visit_that_was_moved_and_cancelled_is_cancelled_where_the_patient_knows_it(
    visit: Appointment,
) -> None:
    move(visit, 60)
    cancel(visit, after=1)
    message = OutboxMessage.objects.get(status="waiting")
    assert (message.kind, message.facts["starts_at"]) == ("cancelled", OLD)
    undo(visit, after=2)
    assert waiting() == [("moved", OLD)]


def test_a_cancellation_taken_back_in_time_says_nothing_and_later_books_again(visit: Appointment) -> None:
    cancel(visit)
    desk.step_back(appointment=visit, seen="cancelled", actor=STAFF, now=NOON)
    assert waiting() == []
    cancel(visit)
    send_all()
    desk.step_back(appointment=visit, seen="cancelled", actor=STAFF, now=NOON + minutes(10))
    assert waiting() == [("booked", None)]


@pytest.mark.parametrize("status", ["arrived", "in_room"])
def test_nothing_is_written_to_those_who_are_here(
    calendar: Calendar, visit: Appointment, status: str
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    move(visit, 0, column=calendar.practitioners[1].resource_id)
    assert waiting() == []


def test_nothing_is_written_about_the_past(calendar: Calendar, visit: Appointment) -> None:
    column = calendar.practitioners[1].resource_id
    steps.move(visit, column=column, now=MONDAY + minutes(20))
    assert waiting() == []


def test_status_steps_are_told_to_nobody(visit: Appointment) -> None:
    desk.confirm_by_desk(appointment=visit, actor=STAFF, now=NOON)
    desk.mark_arrived(appointment=visit, actor=STAFF, now=MONDAY)
    assert waiting() == []


def test_send_now_lets_the_message_leave_and_ends_the_undo(visit: Appointment) -> None:
    move(visit, 60)
    desk.send_now(appointment=visit, actor=STAFF, now=NOON + minutes(1))
    message = OutboxMessage.objects.get(kind="moved")
    assert (message.status, message.send_after_at) == ("waiting", NOON + minutes(1))
    with nothing_written(), pytest.raises(NotAllowed, match="nothing to undo"):
        undo(visit, after=1)
    assert desk.find_undoable(visit, NOON + minutes(1)) is None


def test_send_now_without_a_message_is_refused(visit: Appointment) -> None:
    with nothing_written(), pytest.raises(NotAllowed, match="No message"):
        desk.send_now(appointment=visit, actor=STAFF, now=NOON)


@pytest.mark.parametrize("columns", [{"status": "sent"}, {"attempts": 1}])
def test_what_has_left_or_is_leaving_is_not_taken_back(visit: Appointment, columns: dict[str, Any]) -> None:
    move(visit, 60)
    OutboxMessage.objects.filter(kind="moved").update(**columns)
    with nothing_written(), pytest.raises(NotAllowed, match="has the message already"):
        undo(visit, after=3)


def test_without_that_guard_the_patient_would_be_told_and_not_told_again(
    visit: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "check_unsent", lambda _visit: None)
    move(visit, 60)
    OutboxMessage.objects.filter(kind="moved").update(attempts=1)
    assert undo(visit).starts_at == MONDAY


def test_an_undone_message_is_not_sent_by_its_job(visit: Appointment) -> None:
    move(visit, 60)
    message = OutboxMessage.objects.get(kind="moved")
    undo(visit)
    OutboxMessage.objects.filter(pk=message.pk).update(send_after_at=NOW)
    delivery.deliver(message_id=message.pk, now=NOON + UNDO)
    message.refresh_from_db()
    assert message.status == "dropped"


def test_by_night_the_message_waits_for_morning_and_undo_for_three_minutes(visit: Appointment) -> None:
    Appointment.objects.update(patient_zone="America/New_York")  # midnight there
    move(visit, 60)
    found = find_waiting(visit.pk)
    assert found is not None
    assert (found.kind, found.is_for_morning) == ("moved", True)
    assert found.leaves_at == NOON + timedelta(hours=8)
    move(visit, 120, after=30)
    assert waiting() == [("moved", OLD)]
    desk.send_now(appointment=visit, actor=STAFF, now=NOON + minutes(31))
    assert OutboxMessage.objects.get(status="waiting").send_after_at == NOON + minutes(31)


def test_what_waits_is_found_for_a_day_in_one_query(
    visit: Appointment, django_assert_num_queries: Any
) -> None:
    move(visit, 60)
    with django_assert_num_queries(1):
        found = list_waiting([visit.pk, uuid.uuid4()])
    assert [(each.kind, each.is_for_morning) for each in found.values()] == [("moved", False)]


def test_the_patients_own_move_makes_what_waits_untrue(calendar: Calendar, visit: Appointment) -> None:
    move(visit, 60)
    visits.move_visit(
        appointment=visit,
        search=replace(calendar.search, practitioner_id=visit.practitioner_id),
        starts_at=MONDAY + minutes(120),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOON,
    )
    move(visit, 180, after=1)
    assert waiting()[-1] == ("moved", (MONDAY + minutes(120)).isoformat())
    kinds = OutboxMessage.objects.filter(status="dropped").values_list("version", flat=True)
    assert list(kinds) == [1]


def test_a_booking_by_staff_waits_is_moved_unsaid_and_undone_silently(calendar: Calendar) -> None:
    visit = staff_bookings.book_by_desk(
        search=replace(calendar.search, practitioner_id=calendar.practitioners[0].pk, by_staff=True),
        starts_at=MONDAY + minutes(5),
        person=person(zone="Asia/Bangkok"),
        key=uuid.uuid4(),
        actor=STAFF,
        now=NOON,
    )
    assert waiting() == [("booked", None)]
    move(visit, 60, after=1)
    assert waiting() == [("booked", None)]
    undo(visit, after=2)
    assert waiting() == [("booked", None)]
    assert OutboxMessage.objects.get(status="waiting").facts["starts_at"] == (MONDAY + minutes(5)).isoformat()


def test_a_booking_by_staff_is_taken_back_as_if_it_had_not_been(calendar: Calendar) -> None:
    visit = staff_bookings.book_by_desk(
        search=replace(calendar.search, practitioner_id=calendar.practitioners[0].pk),
        starts_at=MONDAY,
        person=person(zone="Asia/Bangkok"),
        key=uuid.uuid4(),
        actor=STAFF,
        now=NOON,
    )
    undone = undo(visit, after=3)
    assert (undone.status, undone.allocations.count(), waiting()) == ("expired", 0, [])
    calendar.book()
