"""The queue: no time is claimed, one call is one visit whoever presses, and everything can be taken back."""

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, WalkIn
from bookings.queries.board_version import get_board_state
from bookings.queries.walk_ins import list_free_now, list_queue, list_undoable
from bookings.services import desk, walk_ins
from bookings.services.refusals import JustTaken, NotAllowed, NotOffered, Refusal
from bookings.services.walk_ins import Newcomer
from clinic.models import OutboxMessage
from tests.bookings.desk_lists import STAFF, add_waiting
from tests.calendars import MONDAY, Calendar, make_calendar, minutes
from tests.factories import PatientFactory
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db
THEN = MONDAY + timedelta(minutes=20, seconds=12)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def call(calendar: Calendar, entry: WalkIn, **changes: Any) -> Appointment:
    """Let somebody see the first practitioner; `changes` alter the call."""
    values: dict[str, Any] = {
        "practitioner_id": calendar.practitioners[0].pk,
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": THEN,
    }
    return walk_ins.call_in(walk_in_id=entry.pk, **(values | changes))


def test_waiting_claims_no_time_and_is_no_visit(calendar: Calendar) -> None:
    add_waiting(calendar)

    assert not Allocation.objects.exists()
    assert not Appointment.objects.exists()


def test_the_same_form_twice_waits_once(calendar: Calendar) -> None:
    key = uuid.uuid4()

    assert add_waiting(calendar, key=key) == add_waiting(calendar, key=key)
    assert WalkIn.objects.count() == 1


def test_the_queue_says_how_long_whom_for_and_who_is_free(calendar: Calendar) -> None:
    second = calendar.practitioners[1]
    add_waiting(calendar, now=MONDAY + minutes(5), practitioner_id=second.pk)
    add_waiting(calendar)

    first, later = list_queue(calendar.site, now=THEN)

    assert (first.minutes, later.minutes) == (20, 15)
    assert [who.name for who in first.free] == ["Dr A", "Dr B"]
    assert [who.name for who in later.free] == ["Dr B"]


def test_whoever_has_a_patient_in_the_room_is_not_free(calendar: Calendar) -> None:
    visit = calendar.book()
    Appointment.objects.filter(pk=visit.pk).update(status=Status.IN_ROOM.value)
    Allocation.objects.all().delete()  # planned to be over, but it is not
    entry = add_waiting(calendar)

    assert [who.name for who, _rooms in list_free_now(entry, now=THEN)] == ["Dr B"]
    with nothing_written(), pytest.raises(NotAllowed):
        call(calendar, entry)


def test_entries_end_with_their_day(calendar: Calendar) -> None:
    entry = add_waiting(calendar)

    assert list_queue(calendar.site, now=THEN + timedelta(days=1)) == []
    with pytest.raises(NotAllowed):
        call(calendar, entry, now=THEN + timedelta(days=1))


def test_a_call_makes_one_visit_in_the_room_and_tells_nobody(calendar: Calendar) -> None:
    record = PatientFactory.create(name="Wanida Sukjai")
    entry = add_waiting(calendar, newcomer=Newcomer(record, "", None))

    visit = call(calendar, entry)

    entry.refresh_from_db()
    assert (visit.status, visit.patient) == (Status.IN_ROOM, record)
    assert visit.starts_at == MONDAY + minutes(21)
    assert (entry.visit, entry.outcome, entry.closed_at) == (visit, "called", THEN)
    assert not OutboxMessage.objects.exists()
    assert visit.allocations.count() == 2
    assert list_queue(calendar.site, now=THEN) == []


def test_a_new_person_is_written_down_when_called(calendar: Calendar) -> None:
    visit = call(calendar, add_waiting(calendar))

    assert visit.patient is not None
    assert (visit.patient.name, visit.patient.phone, visit.patient.language) == (
        "Wanida Sukjai",
        "+66812345678",
        "th",
    )


def test_a_double_click_calls_once_and_a_second_receptionist_is_told(calendar: Calendar) -> None:
    entry, key = add_waiting(calendar), uuid.uuid4()
    visit = call(calendar, entry, key=key)

    assert call(calendar, entry, key=key, now=THEN + minutes(1)) == visit
    with pytest.raises(NotAllowed, match="no longer waiting"):
        call(calendar, entry, practitioner_id=calendar.practitioners[1].pk)
    assert Appointment.objects.count() == 1


def test_a_refused_call_leaves_them_waiting(calendar: Calendar) -> None:
    calendar.book(MONDAY + minutes(30))
    entry = add_waiting(calendar)

    with nothing_written(), pytest.raises((JustTaken, NotOffered)):
        call(calendar, entry)


def test_a_call_is_taken_back_whole(calendar: Calendar) -> None:
    entry = add_waiting(calendar)
    visit = call(calendar, entry)
    assert list_undoable(calendar.site, now=THEN) == [entry]

    walk_ins.put_back(walk_in_id=entry.pk, actor=STAFF, now=THEN + minutes(3))

    assert [waiting.entry for waiting in list_queue(calendar.site, now=THEN)] == [entry]
    assert not Allocation.objects.exists()
    visit.refresh_from_db()
    assert visit.status == Status.EXPIRED


def test_an_undo_of_the_visit_puts_them_back_too(calendar: Calendar) -> None:
    entry = add_waiting(calendar)
    visit = call(calendar, entry)

    desk.undo_last(appointment=visit, actor=STAFF, now=THEN + minutes(1))

    assert [waiting.entry for waiting in list_queue(calendar.site, now=THEN)] == [entry]


def test_a_visit_that_went_on_is_not_taken_back(calendar: Calendar) -> None:
    entry = add_waiting(calendar)
    visit = call(calendar, entry)
    desk.mark_done(appointment=visit, actor=STAFF, now=THEN + minutes(1))
    visit.refresh_from_db()
    before = visit.status

    with pytest.raises(Refusal):
        walk_ins.put_back(walk_in_id=entry.pk, actor=STAFF, now=THEN + minutes(4))
    visit.refresh_from_db()
    assert visit.status == before


def test_who_left_can_be_put_back_for_three_minutes(calendar: Calendar) -> None:
    entry = add_waiting(calendar)
    walk_ins.let_go(walk_in_id=entry.pk, actor=STAFF, now=THEN)
    walk_ins.let_go(walk_in_id=entry.pk, actor=STAFF, now=THEN + minutes(1))
    assert list_queue(calendar.site, now=THEN) == []

    walk_ins.put_back(walk_in_id=entry.pk, actor=STAFF, now=THEN + minutes(3))
    assert [waiting.entry for waiting in list_queue(calendar.site, now=THEN)] == [entry]

    walk_ins.let_go(walk_in_id=entry.pk, actor=STAFF, now=THEN)
    with pytest.raises(NotAllowed):
        walk_ins.put_back(walk_in_id=entry.pk, actor=STAFF, now=THEN + minutes(4))


def test_who_was_called_cannot_leave(calendar: Calendar) -> None:
    entry = add_waiting(calendar)
    call(calendar, entry)

    with nothing_written(), pytest.raises(NotAllowed):
        walk_ins.let_go(walk_in_id=entry.pk, actor=STAFF, now=THEN)


def test_every_change_of_the_queue_changes_the_boards_version(calendar: Calendar) -> None:
    def version() -> str:
        return get_board_state(calendar.site, MONDAY.date(), minute=0).version

    seen = [version()]
    entry = add_waiting(calendar)
    seen.append(version())
    walk_ins.let_go(walk_in_id=entry.pk, actor=STAFF, now=THEN)
    seen.append(version())

    assert len(set(seen)) == 3
    assert version() == seen[-1]


@pytest.mark.django_db(transaction=True)
def test_two_receptionists_call_the_same_person_once(calendar: Calendar) -> None:
    entry = add_waiting(calendar)
    start, said = threading.Barrier(2), list[str]()

    def press(practitioner_id: int) -> None:
        try:
            start.wait(timeout=10)
            said.append(call(calendar, entry, practitioner_id=practitioner_id).reference)
        except NotAllowed as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    people = [threading.Thread(target=press, args=(each.pk,)) for each in calendar.practitioners]
    for each in people:
        each.start()
    for each in people:
        each.join(timeout=30)

    assert Appointment.objects.count() == 1
    assert Allocation.objects.count() == 2
    assert sorted("no longer waiting" in words for words in said) == [False, True]
