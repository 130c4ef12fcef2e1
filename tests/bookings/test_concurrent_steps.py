"""Receptionists at the same moment, on real connections: the later one is told, and nothing is lost."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bookings.models import Appointment
from bookings.services import desk, moves, telling
from bookings.services.refusals import ChangedMeanwhile, Clash, NotAllowed, NotMoved, Refusal
from clinic.models import OutboxMessage
from clinic.services import delivery
from tests.bookings.steps import STAFF, move
from tests.bookings.test_concurrent_changes import count_overlaps
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes
from tests.race.together import Outcome, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=3, notice_hours=0)


def errors(outcomes: list[Outcome]) -> list[type[BaseException]]:
    return [type(outcome.error) for outcome in outcomes if outcome.error is not None]


def moving(visit: Appointment, starts_at: datetime, **changes: Any) -> Callable[[], Appointment]:
    """Return a move as two pages that show the same visit would send it."""
    return partial(move, visit, starts_at, **{"seen": "0", "now": NOW, **changes})


def test_two_move_one_visit_and_the_later_one_is_told(calendar: Calendar) -> None:
    for day in range(ROUNDS):
        start = MONDAY + timedelta(days=day)
        visit = calendar.book(start)
        outcomes = all_at_once([moving(visit, start + minutes(60)), moving(visit, start + minutes(120))])
        assert errors(outcomes) == [ChangedMeanwhile]
        visit.refresh_from_db()
        won = next(outcome.value for outcome in outcomes if outcome.won)
        assert (visit.starts_at, visit.sequence) == (won.starts_at, 1)
        assert visit.allocations.count() == 2
    assert count_overlaps() == 0


def two_moves_without(calendar: Calendar) -> list[int]:
    """Let two move one visit, four times; return the sequences it ends with."""
    sequences = []
    for day in range(ROUNDS):
        start = MONDAY + timedelta(days=day)
        visit = calendar.book(start)
        all_at_once([moving(visit, start + minutes(60)), moving(visit, start + minutes(120))])
        visit.refresh_from_db()
        sequences.append(visit.sequence)
    return sequences


def test_without_looking_at_what_was_seen_one_move_is_lost(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moves, "check_seen", lambda _visit, _seen: None)
    assert 2 in two_moves_without(calendar)


def test_two_visits_into_one_place_and_one_gets_it(calendar: Calendar) -> None:
    doctor = calendar.practitioners[0].resource_id
    for day in range(ROUNDS):
        start = MONDAY + timedelta(days=day)
        first, second = calendar.book(start), calendar.book(start)
        there = start + minutes(120)
        outcomes = all_at_once([moving(visit, there, column=doctor) for visit in (first, second)])
        assert errors(outcomes) == [NotMoved]
        refused = next(str(outcome.error) for outcome in outcomes if outcome.error)
        assert refused == "Dr A is busy 11:00 to 11:40. Not moved"
    assert count_overlaps() == 0


def test_two_visits_into_one_room_and_each_gets_one(calendar: Calendar) -> None:
    for day in range(ROUNDS):
        start = MONDAY + timedelta(days=day)
        first, second = calendar.book(start), calendar.book(start + minutes(60))
        columns = [who.resource_id for who in calendar.practitioners]
        there = start + minutes(180)
        outcomes = all_at_once(
            [
                moving(visit, there, column=column)
                for visit, column in zip((first, second), columns, strict=True)
            ]
        )
        assert errors(outcomes) == []
        assert {visit.allocations.count() for visit in (first, second)} == {2}
    assert count_overlaps() == 0


def test_visits_that_change_places_never_deadlock(calendar: Calendar) -> None:
    booked = [calendar.book(MONDAY + minutes(60 * (n // 2))) for n in range(8)]
    columns = [who.resource_id for who in calendar.practitioners]
    calls = [
        moving(visit, MONDAY + minutes(60 * ((n + 1) % 5)), column=columns[n % 2])
        for n, visit in enumerate(booked)
    ]
    outcomes = all_at_once(calls)
    assert set(errors(outcomes)) <= {NotMoved}
    assert max(outcome.seconds for outcome in outcomes) < 5
    assert count_overlaps() == 0


def test_a_double_click_is_one_step(calendar: Calendar) -> None:
    visit, key = calendar.book(), uuid.uuid4()
    outcomes = all_at_once([moving(visit, MONDAY + minutes(60), key=key)] * 2)
    assert errors(outcomes) == []
    assert visit.events.filter(action="moved").count() == 1
    cancel = partial(desk.cancel_by_desk, appointment=visit, actor=STAFF, reason="", now=NOW, seen="1")
    assert errors(all_at_once([cancel] * 2)) == []
    assert visit.events.filter(action="cancelled").count() == 1
    back = partial(desk.step_back, appointment=visit, seen="2", actor=STAFF, now=NOW)
    assert errors(all_at_once([back] * 2)) == [ChangedMeanwhile]
    visit.refresh_from_db()
    assert (visit.status, visit.allocations.count()) == ("booked", 2)


def test_an_undo_and_somebody_who_takes_the_place(calendar: Calendar) -> None:
    for day in range(ROUNDS):
        start = MONDAY + timedelta(days=day)
        visit, other = calendar.book(start), calendar.book(start + minutes(120))
        move(visit, start + minutes(240), now=NOW)
        undoing, taking = all_at_once(
            [
                partial(desk.undo_last, appointment=visit, actor=STAFF, now=NOW),
                moving(other, start, column=visit.practitioner.resource_id),
            ]
        )
        assert isinstance(undoing.error, Clash | None)
        assert isinstance(taking.error, NotMoved | None)
        assert undoing.won != taking.won
    assert count_overlaps() == 0


def undo_while_sending(visit: Appointment) -> tuple[bool, str]:
    """Undo a move while a worker sends its message; return whether it was undone, and the message's end."""
    message = OutboxMessage.objects.get(kind="moved", subject_id=visit.pk)
    OutboxMessage.objects.filter(pk=message.pk).update(send_after_at=NOW)
    undoing, _sending = all_at_once(
        [
            partial(desk.undo_last, appointment=visit, actor=STAFF, now=NOW),
            partial(delivery.deliver, message_id=message.pk, now=NOW),
        ]
    )
    assert isinstance(undoing.error, NotAllowed | None)
    message.refresh_from_db()
    return undoing.won, message.status


def test_a_move_is_undone_or_told_never_both(calendar: Calendar) -> None:
    for n in range(8):
        visit = calendar.book(MONDAY + timedelta(days=n % 5, weeks=n // 5))
        move(visit, visit.starts_at + minutes(60), now=NOW)
        undone, status = undo_while_sending(visit)
        assert undone == (status != "sent")


class Crash(Exception):
    """The process dies here."""


@pytest.mark.parametrize("where", ["tell", "drop_held"])
def test_a_crash_in_the_middle_leaves_everything_as_it_was(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    visit, key = calendar.book(), uuid.uuid4()
    before = set(visit.allocations.values_list("resource_id", "span"))

    def crash(*_anything: Any, **_more: Any) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(telling, where, crash)
        for step in (
            moving(visit, MONDAY + minutes(60), key=key),
            partial(desk.cancel_by_desk, appointment=visit, actor=STAFF, reason="", now=NOW),
        ):
            with pytest.raises(Crash):
                step()
    visit.refresh_from_db()
    assert (visit.status, visit.starts_at, visit.sequence) == ("booked", MONDAY, 0)
    assert set(visit.allocations.values_list("resource_id", "span")) == before
    assert moving(visit, MONDAY + minutes(60), key=key)().starts_at == MONDAY + minutes(60)


def test_everybody_at_once_leaves_a_day_without_overlaps(calendar: Calendar) -> None:
    booked = [calendar.book(MONDAY + minutes(60 * n)) for n in range(4)]
    calls: list[Callable[[], Any]] = []
    for n, visit in enumerate(booked):
        calls += [
            moving(visit, MONDAY + minutes(60 * ((n + 2) % 6)), column=calendar.rooms[n % 3].pk),
            partial(desk.cancel_by_desk, appointment=visit, actor=STAFF, reason="", now=NOW, seen="0"),
            partial(desk.undo_last, appointment=visit, actor=STAFF, now=NOW),
        ]
    outcomes = all_at_once(calls)
    assert all(issubclass(error, Refusal) for error in errors(outcomes))
    assert count_overlaps() == 0
    for visit in Appointment.objects.all():
        assert visit.allocations.count() == (0 if visit.status == "cancelled" else 2)
