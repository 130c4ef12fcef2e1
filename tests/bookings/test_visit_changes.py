"""Confirming, moving and cancelling a visit: what is written, once, and what a refusal leaves alone."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.life_cycle import Status
from bookings.models import Appointment, TimeOff
from bookings.queries.desk_words import open_cancel_reason
from bookings.queries.offers import get_offers
from bookings.services import visits
from bookings.services.refusals import JustTaken, KeyReused, NotAllowed, NotOffered, TooLate
from clinic.models import OutboxMessage, VisitOffer
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

Change = Callable[[Appointment, datetime], Appointment]


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def move(calendar: Calendar, visit: Appointment, starts_at: datetime, **changes: Any) -> Appointment:
    values: dict[str, Any] = {"search": calendar.search, "key": uuid.uuid4(), "actor": PATIENT, "now": NOW}
    return visits.move_visit(appointment=visit, starts_at=starts_at, **(values | changes))


def cancel(visit: Appointment, now: datetime = NOW) -> Appointment:
    return visits.cancel_visit(appointment=visit, actor=PATIENT, reason="time", now=now)


def claims_of(visit: Appointment) -> set[tuple[str, datetime, datetime, datetime | None]]:
    return {
        (claim.resource.kind, claim.span.lower, claim.span.upper, claim.expires_at)
        for claim in visit.allocations.select_related("resource")
    }


def test_confirming_twice_is_confirming_once(calendar: Calendar) -> None:
    visit = calendar.book()
    confirmed = visits.confirm_visit(appointment=visit, actor=PATIENT, now=NOW)
    assert confirmed.status == Status.CONFIRMED
    with nothing_written():
        visits.confirm_visit(appointment=visit, actor=PATIENT, now=NOW)


def test_a_move_takes_everything_along_and_frees_the_old_time(calendar: Calendar) -> None:
    visit = calendar.book()
    there = MONDAY + timedelta(days=1)
    moved = move(calendar, visit, there)
    assert (moved.starts_at, moved.ends_at) == (there, there + minutes(40))
    assert (moved.sequence, moved.status) == (1, Status.BOOKED)
    end = there + minutes(50)
    assert claims_of(visit) == {("doctor", there, end, None), ("consult_room", there, end, None)}
    assert MONDAY in get_offers(calendar.search, now=NOW).starts
    event = visit.events.get(action="moved")
    assert (event.facts["from"], event.facts["to"]) == (MONDAY.isoformat(), there.isoformat())
    message = OutboxMessage.objects.get(kind="moved")
    assert (message.version, message.facts["sequence"]) == (1, 1)


def test_a_visit_never_blocks_its_own_move(calendar: Calendar) -> None:
    visit = calendar.book()
    assert move(calendar, visit, MONDAY + minutes(30)).starts_at == MONDAY + minutes(30)
    assert visit.allocations.count() == 2


def test_a_move_keeps_its_confirmation_and_raises_the_sequence_each_time(calendar: Calendar) -> None:
    visit = calendar.book()
    visits.confirm_visit(appointment=visit, actor=PATIENT, now=NOW)
    move(calendar, visit, MONDAY + minutes(60))
    moved = move(calendar, visit, MONDAY + minutes(120))
    assert (moved.sequence, moved.status) == (3, Status.CONFIRMED)


def test_the_same_move_twice_is_one_move(calendar: Calendar) -> None:
    visit, key = calendar.book(), uuid.uuid4()
    move(calendar, visit, MONDAY + minutes(60), key=key)
    with nothing_written():
        assert move(calendar, visit, MONDAY + minutes(60), key=key).sequence == 1
    with nothing_written(), pytest.raises(KeyReused):
        move(calendar, visit, MONDAY + minutes(120), key=key)


@pytest.mark.parametrize("shift", [60, 7, -60, 60 * 24 * 90])
def test_a_refused_move_keeps_the_old_time(calendar: Calendar, shift: int) -> None:
    visit = calendar.book()
    calendar.book(MONDAY + minutes(60))
    with nothing_written(), pytest.raises((JustTaken, NotOffered)):
        move(calendar, visit, MONDAY + minutes(shift))


def test_a_move_into_time_off_is_refused(calendar: Calendar) -> None:
    visit = calendar.book()
    span = TimestamptzRange(MONDAY + minutes(60), MONDAY + minutes(120))
    TimeOff.objects.create(resource=calendar.practitioners[0].resource, span=span)
    with nothing_written(), pytest.raises(NotOffered) as refusal:
        move(calendar, visit, MONDAY + minutes(60))
    assert refusal.value.reason == "time_off"


def test_a_move_to_another_person_leaves_nothing_with_the_first() -> None:
    calendar = make_calendar(practitioners=2, rooms=1)
    visit = calendar.book()
    other = next(who for who in calendar.practitioners if who.pk != visit.practitioner_id)
    moved = move(calendar, visit, MONDAY, search=replace(calendar.search, practitioner_id=other.pk))
    assert moved.practitioner == other
    assert set(visit.allocations.values_list("resource", flat=True)) == {
        other.resource_id,
        calendar.rooms[0].pk,
    }


def test_a_move_to_another_site_has_its_price(calendar: Calendar) -> None:
    elsewhere = make_calendar()
    VisitOffer.objects.filter(site=elsewhere.site).update(price_minor=9_000)
    visit = calendar.book()
    assert move(elsewhere, visit, MONDAY).price_minor == 9_000
    VisitOffer.objects.update(price_minor=1)
    assert move(elsewhere, visit, MONDAY + minutes(60)).price_minor == 9_000


def test_cancelling_frees_person_and_room_and_the_time_can_be_booked_again(calendar: Calendar) -> None:
    visit = calendar.book()
    cancelled = cancel(visit)
    assert (cancelled.status, cancelled.cancelled_by, open_cancel_reason(cancelled)) == (
        "cancelled",
        "patient",
        "time",
    )
    assert visit.allocations.count() == 0
    assert visit.patient is not None
    message = OutboxMessage.objects.get(kind="cancelled")
    assert message.facts["sequence"] == 1
    assert calendar.book().status == Status.BOOKED


def test_cancelling_twice_is_cancelling_once(calendar: Calendar) -> None:
    visit = calendar.book()
    cancel(visit)
    with nothing_written():
        assert cancel(visit).status == Status.CANCELLED


@pytest.fixture(params=["confirm", "move", "cancel"])
def change(request: pytest.FixtureRequest, calendar: Calendar) -> Change:
    def confirm(visit: Appointment, now: datetime) -> Appointment:
        return visits.confirm_visit(appointment=visit, actor=PATIENT, now=now)

    def move_away(visit: Appointment, now: datetime) -> Appointment:
        return move(calendar, visit, MONDAY + timedelta(days=2), now=now)

    return {"confirm": confirm, "move": move_away, "cancel": cancel}[request.param]


def test_a_visit_that_has_started_is_not_changed(calendar: Calendar, change: Change) -> None:
    visit = calendar.book()
    with nothing_written(), pytest.raises(TooLate):
        change(visit, MONDAY)


@pytest.mark.parametrize("status", [Status.ARRIVED, Status.IN_ROOM, Status.DONE, Status.NO_SHOW])
def test_a_visit_past_changing_is_not_changed(calendar: Calendar, change: Change, status: Status) -> None:
    visit = calendar.book()
    Appointment.objects.filter(pk=visit.pk).update(status=status.value)
    with nothing_written(), pytest.raises(NotAllowed):
        change(visit, NOW)


def test_a_hold_is_not_changed_as_if_it_were_a_visit(calendar: Calendar, change: Change) -> None:
    hold = calendar.hold()
    with nothing_written(), pytest.raises(NotAllowed):
        change(hold, NOW)
