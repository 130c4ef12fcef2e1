"""Changing a visit as it was asked for: all at once, once, undone exactly, and refused without a trace."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.life_cycle import Status
from bookings.models import Appointment, TimeOff, VisitEvent
from bookings.queries.offers import get_offers
from bookings.services import claims, visits
from bookings.services.actors import Actor
from bookings.services.refusals import JustTaken, KeyReused, NotAllowed, NotOffered, TooLate
from clinic.models import OutboxMessage, VisitType
from patients.models import VisitRequest
from patients.queries.visit_requests import list_open_requests
from tests.bookings.longer_visits import add_longer_type, ask_longer, change, undo_change
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes
from tests.factories import PractitionerFactory, ResourceFactory, StaffFactory
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
    return calendar.book()


@pytest.fixture
def request_(visit: Appointment, longer: VisitType) -> VisitRequest:
    return ask_longer(visit, longer)


def claims_of(visit: Appointment) -> set[tuple[int, datetime, datetime]]:
    return {(claim.resource_id, claim.span.lower, claim.span.upper) for claim in visit.allocations.all()}


def test_lengthening_in_place_keeps_start_people_and_rooms(
    calendar: Calendar, longer: VisitType, visit: Appointment, request_: VisitRequest
) -> None:
    before = {resource for resource, _start, _end in claims_of(visit)}

    changed = change(calendar, visit, request_, MONDAY)

    assert (changed.visit_type, changed.starts_at, changed.ends_at) == (longer, MONDAY, MONDAY + minutes(60))
    assert claims_of(visit) == {(resource, MONDAY, MONDAY + minutes(70)) for resource in before}
    assert (changed.status, changed.sequence) == (Status.BOOKED, 1)


def test_a_change_keeps_the_price_that_was_agreed(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    assert change(calendar, visit, request_, MONDAY).price_minor == visit.price_minor == 150_000


def test_a_change_closes_its_request_and_no_other(
    calendar: Calendar, visit: Appointment, longer: VisitType, request_: VisitRequest
) -> None:
    other = ask_longer(visit, longer, kind=VisitRequest.Kind.NEXT)
    nok = StaffFactory.create()

    change(calendar, visit, request_, MONDAY, actor=Actor(by=VisitEvent.By.STAFF, user=nok))

    request_.refresh_from_db()
    assert (request_.closed_by, request_.closed_at) == (nok, NOW)
    assert list_open_requests() == [other]


def test_a_change_is_recorded_and_its_message_waits(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    change(calendar, visit, request_, MONDAY)

    event = visit.events.get(action="changed")
    assert (event.by, event.at, event.from_status, event.to_status) == ("staff", NOW, "booked", "booked")
    assert event.facts["request"] == str(request_.pk)
    message = OutboxMessage.objects.get(kind="changed")
    assert (message.version, message.send_after_at) == (1, datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert message.facts["ends_at"] == (MONDAY + minutes(60)).isoformat()
    assert "old_starts_at" not in message.facts


def test_a_change_to_another_time_says_where_it_was(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    there = MONDAY + timedelta(days=1, minutes=20)

    assert change(calendar, visit, request_, there).starts_at == there

    assert OutboxMessage.objects.get(kind="changed").facts["old_starts_at"] == MONDAY.isoformat()
    assert MONDAY in get_offers(calendar.search, now=NOW).starts


def test_a_visit_stays_with_its_own_room_while_that_is_free(calendar: Calendar, longer: VisitType) -> None:
    second = ResourceFactory.create(site=calendar.site, name="Room 0")
    visit = calendar.book()
    had = set(claims.list_claimed(visit.pk))
    assert second.pk in had  # rooms are taken by name

    first = ResourceFactory.create(site=calendar.site, name="A room that comes first")
    change(calendar, visit, ask_longer(visit, longer), MONDAY)

    assert set(claims.list_claimed(visit.pk)) == had
    assert first.pk not in had


def test_a_visit_goes_to_another_room_if_its_own_is_taken(calendar: Calendar, longer: VisitType) -> None:
    visit = calendar.book()
    other = ResourceFactory.create(site=calendar.site, name="Room 2")
    span = TimestamptzRange(MONDAY + minutes(60), MONDAY + minutes(90))
    TimeOff.objects.create(resource=calendar.rooms[0], span=span)

    change(calendar, visit, ask_longer(visit, longer), MONDAY)

    assert set(claims.list_claimed(visit.pk)) == {calendar.practitioners[0].resource_id, other.pk}


def test_a_visit_becomes_a_video_call_and_leaves_its_room(calendar: Calendar, visit: Appointment) -> None:
    request = ask_longer(visit, None, mode="video")

    changed = change(calendar, visit, request, MONDAY, mode="video")

    assert changed.mode == "video"
    assert claims.list_claimed(visit.pk) == [calendar.practitioners[0].resource_id]


def test_a_change_keeps_its_confirmation(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    confirmed = visits.confirm_visit(appointment=visit, actor=PATIENT, now=NOW)

    assert change(calendar, confirmed, request_, MONDAY).status == Status.CONFIRMED


def test_who_asked_for_one_person_and_gets_another_has_anyone(calendar: Calendar, longer: VisitType) -> None:
    visit = calendar.book()
    Appointment.objects.filter(pk=visit.pk).update(any_practitioner=False)
    other = PractitionerFactory.create(short="Dr Z", visit_types=[longer])

    same = change(calendar, visit, ask_longer(visit, longer), MONDAY, practitioner_id=visit.practitioner_id)
    assert same.any_practitioner is False

    later = ask_longer(visit, longer)
    assert change(calendar, same, later, MONDAY + minutes(30)).any_practitioner is True
    assert other.appointments.count() == 0  # works no hours here


def test_the_same_change_twice_is_one_change(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    key = uuid.uuid4()
    change(calendar, visit, request_, MONDAY, key=key)
    with nothing_written():
        assert change(calendar, visit, request_, MONDAY, key=key).sequence == 1
    with nothing_written(), pytest.raises(KeyReused):
        change(calendar, visit, request_, MONDAY + minutes(10), key=key)


def test_a_request_is_answered_once(calendar: Calendar, visit: Appointment, request_: VisitRequest) -> None:
    change(calendar, visit, request_, MONDAY)
    visit.refresh_from_db()
    with nothing_written(), pytest.raises(NotAllowed, match="already"):
        change(calendar, visit, request_, MONDAY + minutes(10))


def test_a_visit_that_is_not_as_it_was_seen_stays(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    visits.move_visit(
        appointment=visit,
        search=calendar.search,
        starts_at=MONDAY + minutes(60),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )
    with nothing_written(), pytest.raises(NotAllowed, match="meanwhile"):
        change(calendar, visit, request_, MONDAY)


@pytest.mark.parametrize("shift", [60, 7, -60, 60 * 24 * 90])
def test_a_refused_change_keeps_everything(
    calendar: Calendar, visit: Appointment, request_: VisitRequest, shift: int
) -> None:
    calendar.book(MONDAY + minutes(60))
    with nothing_written(), pytest.raises((JustTaken, NotOffered)):
        change(calendar, visit, request_, MONDAY + minutes(shift))


def test_what_is_in_the_way_keeps_a_visit_short(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    calendar.book(MONDAY + minutes(60))
    with nothing_written(), pytest.raises(JustTaken):
        change(calendar, visit, request_, MONDAY)


def test_a_gated_type_is_refused(calendar: Calendar, visit: Appointment) -> None:
    request = ask_longer(visit, add_longer_type(calendar, code="GATED", bookable_by="gated"))
    with nothing_written(), pytest.raises(NotOffered) as refusal:
        change(calendar, visit, request, MONDAY)
    assert refusal.value.reason == "gated"


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.DONE, Status.CANCELLED, Status.NO_SHOW])
def test_a_visit_that_is_over_or_under_way_is_not_changed(
    calendar: Calendar, visit: Appointment, request_: VisitRequest, status: Status
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=status.value)
    with nothing_written(), pytest.raises(NotAllowed):
        change(calendar, visit, request_, MONDAY)


def test_a_visit_that_has_started_is_not_changed(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    with nothing_written(), pytest.raises(TooLate):
        change(calendar, visit, request_, MONDAY + minutes(60), now=MONDAY)


def test_everything_offered_for_a_change_is_accepted(calendar: Calendar, longer: VisitType) -> None:
    visit = calendar.book(MONDAY + minutes(60))
    calendar.book(MONDAY + minutes(180))
    request = ask_longer(visit, longer)
    search = replace(calendar.search, visit_type=longer, by_staff=True, moving_id=visit.pk)
    offered = [start for start in get_offers(search, now=NOW).starts if start < MONDAY + timedelta(days=1)]

    for start in offered:
        assert change(calendar, visit, request, start).starts_at == start
        visit = undo_change(visit, NOW)

    assert len(offered) > 20
