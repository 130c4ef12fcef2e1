"""Moving visits as staff do: in time, to other columns, longer and shorter; or saying what is in the way."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.life_cycle import Status
from bookings.models import Appointment, TimeOff, VisitEvent
from bookings.services import claims, desk, moves, visits
from bookings.services.actors import Actor
from bookings.services.refusals import ChangedMeanwhile, KeyReused, NotAllowed, NotMoved
from tests import factories
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

STAFF = Actor(by=VisitEvent.By.STAFF)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2, notice_hours=0)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book()


def move(visit: Appointment, starts_at: datetime | None = None, **changes: Any) -> Appointment:
    """Move a visit; `changes` alter the call."""
    values: dict[str, Any] = {
        "appointment": visit,
        "seen": str(Appointment.objects.get(pk=visit.pk).sequence),
        "starts_at": starts_at or visit.starts_at,
        "column": None,
        "minutes": None,
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": NOW,
    }
    return moves.move_by_desk(**(values | changes))


def claims_of(visit: Appointment) -> set[tuple[str, datetime, datetime]]:
    rows = visit.allocations.select_related("resource")
    return {(claim.resource.name, claim.span.lower, claim.span.upper) for claim in rows}


def refusal(visit: Appointment, starts_at: datetime | None = None, **changes: Any) -> NotMoved:
    """Move a visit in vain, and return why."""
    with nothing_written(), pytest.raises(NotMoved) as refused:
        move(visit, starts_at, **changes)
    return refused.value


def test_a_move_keeps_length_people_and_rooms_and_the_minutes_kept_free(visit: Appointment) -> None:
    there = MONDAY + minutes(125)
    moved = move(visit, there)
    assert (moved.starts_at, moved.ends_at, moved.sequence) == (there, there + minutes(40), 1)
    assert claims_of(visit) == {(name, there, there + minutes(50)) for name in ("Dr A", "Room 1")}
    event = visit.events.get(action="moved")
    assert (event.by, event.facts["starts_at"]) == ("staff", MONDAY.isoformat())


def test_a_visit_does_not_stand_in_its_own_way(visit: Appointment) -> None:
    assert move(visit, MONDAY + minutes(5)).starts_at == MONDAY + minutes(5)


def test_another_practitioners_column_gives_the_visit_to_them(calendar: Calendar, visit: Appointment) -> None:
    other = calendar.practitioners[1]
    assert move(visit, column=other.resource_id).practitioner == other
    assert {name for name, *_span in claims_of(visit)} == {"Dr B", "Room 1"}


def test_a_rooms_column_puts_the_visit_there(calendar: Calendar, visit: Appointment) -> None:
    moved = move(visit, column=calendar.rooms[1].pk)
    assert moved.practitioner == visit.practitioner
    assert {name for name, *_span in claims_of(visit)} == {"Dr A", "Room 2"}


def test_a_room_that_is_taken_gives_way_to_another(calendar: Calendar, visit: Appointment) -> None:
    calendar.book(MONDAY + minutes(60), now=NOW)  # with Dr A or Dr B, in the first room
    other = Appointment.objects.exclude(pk=visit.pk).get()
    free = next(who for who in calendar.practitioners if who.pk != other.practitioner_id)
    move(visit, MONDAY + minutes(60), column=free.resource_id)
    assert {name for name, *_span in claims_of(visit)} == {free.resource.name, "Room 2"}


def test_longer_and_shorter(visit: Appointment) -> None:
    assert move(visit, minutes=55).ends_at == MONDAY + minutes(55)
    assert claims_of(visit) == {(name, MONDAY, MONDAY + minutes(65)) for name in ("Dr A", "Room 1")}
    assert move(visit, minutes=20).ends_at == MONDAY + minutes(20)
    assert [event.action for event in visit.events.order_by("pk")][-2:] == ["lengthened", "lengthened"]
    assert move(visit, MONDAY + minutes(30)).ends_at == MONDAY + minutes(50)  # its own length stays


def test_where_it_is_already_nothing_happens(visit: Appointment) -> None:
    move(visit)
    assert visit.events.count() == 1


BUSY = "Dr A is busy 10:00 to 10:40. Not moved"


def test_refusals_are_exact(calendar: Calendar, visit: Appointment) -> None:
    doctor, room = calendar.practitioners[0].resource_id, calendar.rooms[0].pk
    other = calendar.book(MONDAY + minutes(60))
    move(other, column=doctor)
    move(other, column=room)
    assert str(refusal(visit, MONDAY + minutes(70))) == BUSY
    assert str(refusal(visit, MONDAY + minutes(60), column=room)) == BUSY
    away = move(visit, column=calendar.practitioners[1].resource_id)
    assert str(refusal(away, MONDAY + minutes(60), column=room)) == "Room 1 is busy 10:00 to 10:40. Not moved"
    assert (
        str(refusal(away, MONDAY + minutes(420), minutes=70))
        == "Outside Dr B’s hours (09:00 to 17:00). Not moved"
    )
    assert str(refusal(away, MONDAY - minutes(30))) == "Outside Dr B’s hours (09:00 to 17:00). Not moved"
    saturday = MONDAY + timedelta(days=5)
    assert str(refusal(away, saturday)) == "Dr B does not work here on this day. Not moved"
    assert str(refusal(away, MONDAY + minutes(3))) == "Visits start at whole five minutes. Not moved"
    assert str(refusal(away, NOW - minutes(20))) == "This time is in the past. Not moved"


def test_what_is_kept_free_around_a_visit_holds(calendar: Calendar, visit: Appointment) -> None:
    other = calendar.book(MONDAY + minutes(60))
    move(other, column=visit.practitioner.resource_id)
    found = refusal(visit, MONDAY + minutes(15))
    assert str(found) == (
        "Dr A is busy 10:00 to 10:40. 10 minutes are kept free around this visit. Not moved"
    )
    assert found.may_override
    after = refusal(visit, MONDAY + minutes(100))
    assert str(after) == "Dr A is busy 10:00 to 10:50, the minutes kept free included. Not moved"
    assert not after.may_override


def test_a_length_is_refused_in_its_own_words(calendar: Calendar, visit: Appointment) -> None:
    other = calendar.book(MONDAY + minutes(60))
    move(other, column=visit.practitioner.resource_id)
    assert str(refusal(visit, minutes=70)) == "Dr A is busy 10:00 to 10:40. Not changed"
    assert "5 to 600" in str(refusal(visit, minutes=603))


def test_time_off_a_closure_and_what_somebody_does_not_do_are_in_the_way(
    calendar: Calendar, visit: Appointment
) -> None:
    doctor = calendar.practitioners[0]
    span = TimestamptzRange(MONDAY + minutes(120), MONDAY + minutes(180))
    TimeOff.objects.create(resource=doctor.resource, span=span)
    assert str(refusal(visit, MONDAY + minutes(130))) == "Dr A is off 11:00 to 12:00. Not moved"
    tuesday = MONDAY + timedelta(days=1)
    factories.ClosureFactory.create(
        site=calendar.site, first_date=date(2026, 11, 24), last_date=date(2026, 11, 24)
    )
    assert str(refusal(visit, tuesday)) == "The site is closed on this day. Not moved"
    stranger = factories.PractitionerFactory.create(short="Dr C", languages=["th"])
    factories.HoursFactory.create(practitioner=stranger, site=calendar.site)
    Appointment.objects.filter(pk=visit.pk).update(spoken_language="en")
    found = refusal(visit, column=stranger.resource_id)
    assert (str(found), found.may_override) == ("Dr C does not normally do this visit. Not moved", True)
    stranger.visit_types.add(visit.visit_type)
    assert "does not speak the language" in str(refusal(visit, column=stranger.resource_id))


def test_a_column_the_visit_has_no_use_for_is_refused(calendar: Calendar, visit: Appointment) -> None:
    nurse = factories.PractitionerFactory.create(short="Nurse N", kind="nurse")
    elsewhere = factories.ResourceFactory.create(name="Far room")
    for column in (nurse.resource_id, elsewhere.pk, 2**31 - 1):
        assert "Not moved" in str(refusal(visit, column=column))


def test_no_room_is_free(calendar: Calendar, visit: Appointment) -> None:
    there = TimestamptzRange(MONDAY + minutes(120), MONDAY + minutes(180))
    for room in calendar.rooms:
        TimeOff.objects.create(resource=room, span=there)
    found = refusal(visit, MONDAY + minutes(120))
    assert str(found) == "Room 1 is off 11:00 to 12:00. Not moved"


def test_the_patients_other_visit_is_in_the_way(calendar: Calendar, visit: Appointment) -> None:
    other = calendar.book(MONDAY + minutes(120))
    Appointment.objects.filter(pk=other.pk).update(patient=visit.patient)
    move(other, column=calendar.practitioners[1].resource_id)
    found = refusal(visit, MONDAY + minutes(110))
    assert str(found) == "The patient has another visit 11:00 to 11:40. Not moved"


def test_only_the_column_of_a_visit_in_the_room_changes(calendar: Calendar, visit: Appointment) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=Status.IN_ROOM)
    assert "in the room" in str(refusal(visit, MONDAY + minutes(60)))
    assert move(visit, column=calendar.rooms[1].pk, now=MONDAY).status == Status.IN_ROOM


@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.NO_SHOW])
def test_a_visit_that_is_over_is_not_moved(visit: Appointment, status: Status) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    with nothing_written(), pytest.raises(NotAllowed, match="Not possible"):
        move(visit, MONDAY + minutes(60))


def test_the_later_of_two_is_told_who_and_where_it_is_now(calendar: Calendar, visit: Appointment) -> None:
    nok = factories.StaffFactory.create(name="Nok")
    move(visit, MONDAY + minutes(60), actor=Actor(VisitEvent.By.STAFF, nok))
    with nothing_written(), pytest.raises(ChangedMeanwhile) as told:
        move(visit, MONDAY + minutes(120), seen="0")
    words = "Nok just changed this visit. It is now: Booked, Mon 23 Nov 2026, 10:00 – 10:40, Dr A."
    assert str(told.value) == f"{words} Your step was not taken."


def test_a_double_click_moves_once(visit: Appointment) -> None:
    key, there = uuid.uuid4(), MONDAY + minutes(60)
    move(visit, there, key=key, seen="0")
    with nothing_written():
        assert move(visit, there, key=key, seen="0").starts_at == there
    with nothing_written(), pytest.raises(KeyReused):
        move(visit, there + minutes(5), key=key)


def test_a_visit_that_stands_outside_hours_may_get_shorter(visit: Appointment) -> None:
    factories.HoursFactory._meta.model.objects.all().delete()
    assert move(visit, minutes=30).ends_at == MONDAY + minutes(30)
    assert "does not work here" in str(refusal(visit, minutes=60))


@pytest.mark.parametrize("steps", [[60], [60, 120], [60, 120, 0]])
def test_undo_takes_back_only_the_last_move(visit: Appointment, steps: list[int]) -> None:
    claimed = claims_of(visit)
    for step in steps:
        before = claims_of(visit)
        move(visit, MONDAY + minutes(step))
    desk.undo_last(appointment=visit, actor=STAFF, now=NOW + minutes(3))
    assert claims_of(visit) == before
    if len(steps) == 1:
        assert before == claimed


def test_a_visit_moved_out_of_time_off_can_be_put_back(calendar: Calendar, visit: Appointment) -> None:
    TimeOff.objects.create(
        resource=calendar.practitioners[0].resource, span=TimestamptzRange(MONDAY, MONDAY + minutes(60))
    )
    before = claims_of(visit)
    move(visit, MONDAY + minutes(120))
    desk.undo_last(appointment=visit, actor=STAFF, now=NOW)
    assert claims_of(visit) == before


def test_a_patients_cancellation_can_be_stepped_back(visit: Appointment) -> None:
    before = claims_of(visit)
    visits.cancel_visit(appointment=visit, actor=PATIENT, reason="time", now=NOW)
    back = desk.step_back(appointment=visit, seen="cancelled", actor=STAFF, now=NOW)
    assert (back.status, back.cancelled_by, claims_of(visit)) == ("booked", "", before)
    assert claims.list_claimed(visit.pk)
