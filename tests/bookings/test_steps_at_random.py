"""Steps and undos in any order, against a model of the day: nothing overlaps, an undo restores exactly."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bookings.desk_actions import TABLE, Action
from bookings.life_cycle import CLAIMING, UNDO, Status
from bookings.services import desk, restoring
from bookings.services.placing import Over
from bookings.services.refusals import Clash, NotAllowed, Refusal
from clinic.models import OutboxMessage
from tests.bookings.steps import STAFF, TAKE, move, stand_of
from tests.bookings.test_concurrent_changes import count_overlaps
from tests.calendars import MONDAY, NOW, make_calendar, minutes

VISITS = st.integers(0, 3)
STATUS_STEPS = [action for action in TAKE if action not in {Action.MOVE, Action.LENGTH, Action.OVERRIDE}]
EVERYTHING = Over("At random", frozenset({"hours", "buffer", "type", "busy", "patient", "room"}))


class Day(RuleBasedStateMachine):
    """A day of four visits, two practitioners and two rooms. The model is where each visit stood before."""

    @initialize()
    def open(self) -> None:
        """Book the day."""
        self.point = transaction.savepoint()
        self.now = MONDAY - minutes(30)
        self.calendar = make_calendar(practitioners=2, rooms=2, notice_hours=0)
        self.visits = [self.calendar.book(MONDAY + minutes(60 * n), now=NOW) for n in range(4)]
        self.columns = [who.resource_id for who in self.calendar.practitioners]
        self.columns += [room.pk for room in self.calendar.rooms]
        self.stands = [stand_of(visit) for visit in self.visits]
        self.undoable: dict[int, tuple[dict[str, Any], datetime]] = {}

    @contextmanager
    def step(self, n: int) -> Iterator[None]:
        """Take a step in a transaction of its own; what is refused must change nothing, for any visit."""
        before = self.stands[n]
        try:
            with transaction.atomic():
                yield
        except Refusal:
            assert stand_of(self.visits[n]) == before
            return
        now = stand_of(self.visits[n])
        if now != before:
            self.stands[n], self.undoable[n] = now, (before, self.now)

    @rule(n=VISITS, action=st.sampled_from(STATUS_STEPS))
    def press(self, n: int, action: Action) -> None:
        """Press a button."""
        status = Status(self.stands[n]["status"])
        with self.step(n):
            TAKE[action](self.visits[n], STAFF, self.now)
            after = stand_of(self.visits[n])["status"]
            backs = {Status.BOOKED, Status.CONFIRMED, Status.ARRIVED, Status.IN_ROOM}
            assert after in {status, TABLE[action].leads.get(status)} | (
                backs if action == Action.STEP_BACK else set()
            )

    @rule(n=VISITS, slot=st.integers(-3, 50), column=st.integers(-1, 3), over=st.booleans())
    def drag(self, n: int, slot: int, column: int, over: bool) -> None:
        """Drop a visit somewhere."""
        with self.step(n):
            move(
                self.visits[n],
                MONDAY + minutes(10 * slot),
                column=None if column < 0 else self.columns[column],
                now=self.now,
                over=EVERYTHING if over else None,
            )

    @rule(n=VISITS, length=st.integers(1, 12))
    def resize(self, n: int, length: int) -> None:
        """Pull at the end of a visit."""
        with self.step(n):
            move(self.visits[n], minutes=10 * length, now=self.now)

    @rule(n=VISITS)
    def undo(self, n: int) -> None:
        """Take the last step back: exactly, or not at all and only for a reason."""
        before, at = self.undoable.pop(n, (None, self.now))
        in_time = before is not None and self.now - at <= UNDO
        try:
            with transaction.atomic():
                desk.undo_last(appointment=self.visits[n], actor=STAFF, now=self.now)
        except Clash:
            assert in_time
            self.undoable[n] = (before or {}, at)
        except NotAllowed:
            assert not in_time
        else:
            assert in_time
            assert stand_of(self.visits[n]) == before
            self.stands[n] = before or {}

    @rule(seconds=st.sampled_from([20, 120, 600, 1800]))
    def wait(self, seconds: int) -> None:
        """Let time pass; messages that are due leave."""
        self.now += timedelta(seconds=seconds)
        OutboxMessage.objects.filter(status="waiting", send_after_at__lt=self.now).update(status="sent")

    @invariant()
    def nothing_overlaps_and_nothing_is_lost(self) -> None:
        """Compare every visit with the model."""
        if not hasattr(self, "visits"):
            return
        assert count_overlaps() == 0
        for visit, stand in zip(self.visits, self.stands, strict=True):
            assert stand_of(visit) == stand
            if stand["status"] in CLAIMING:
                spans = {claim[1:] for claim in stand["claims"]}
                assert len(stand["claims"]) == 2
                assert all(lower <= stand["starts_at"] < stand["ends_at"] <= upper for lower, upper in spans)
        held = OutboxMessage.objects.filter(status="waiting", facts__has_key="known")
        assert held.count() == len(set(held.values_list("subject_id", flat=True)))

    def teardown(self) -> None:
        """Forget the day."""
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)


RANDOM = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_steps_and_undos_in_any_order() -> None:
    run_state_machine_as_test(Day, settings=RANDOM)


@pytest.mark.django_db
def test_the_model_sees_an_undo_that_forgets_what_was_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "claim_as_noted", lambda _visit, _facts: None)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Day, settings=RANDOM)
