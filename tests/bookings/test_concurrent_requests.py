"""Two desks with one request, a change against a claim, and undoing meanwhile, on real connections."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from bookings.models import Appointment
from bookings.services import claims, holds
from bookings.services.refusals import JustTaken, NotAllowed
from clinic.models import VisitType
from patients.models import VisitRequest
from patients.queries.visit_requests import list_open_requests
from patients.services.visit_requests import close_request
from tests.bookings.longer_visits import add_longer_type, ask_longer, change, undo_change
from tests.bookings.test_concurrency import count_overlaps, lock_nothing, refused, without_the_constraint
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes
from tests.patients.health_records import send_form, sign_form
from tests.race.together import Outcome, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=3, rooms=3)


@pytest.fixture
def longer(calendar: Calendar) -> VisitType:
    return add_longer_type(calendar)


def read_without_lock(appointment_id: uuid.UUID) -> Appointment:
    """Stand where the appointment's row is locked, and only read it."""
    return Appointment.objects.select_related("visit_type", "site").get(pk=appointment_id)


def slowly(function: Callable[[uuid.UUID], list[int]]) -> Callable[[uuid.UUID], list[int]]:
    """Give the other one time to come as far as this."""

    def run(appointment_id: uuid.UUID) -> list[int]:
        result = function(appointment_id)
        time.sleep(0.5)
        return result

    return run


def change_twice_at_once(
    calendar: Calendar, longer: VisitType, *, rounds: int, one_request: bool
) -> list[tuple[Appointment, list[Outcome]]]:
    """Let two desks change one visit at once, for one request or for two; return what came of each round."""
    one, other = (who.pk for who in calendar.practitioners[1:3])
    results = []
    for day in range(rounds):
        start = MONDAY + timedelta(days=day)
        visit = calendar.book(start)
        first = ask_longer(visit, longer)
        second = first if one_request else ask_by_review(visit, longer)
        outcomes = all_at_once(
            [
                partial(change, calendar, visit, first, start + minutes(60), practitioner_id=one),
                partial(change, calendar, visit, second, start + minutes(180), practitioner_id=other),
            ]
        )
        visit.refresh_from_db()
        results.append((visit, outcomes))
    return results


def ask_by_review(visit: Appointment, longer: VisitType) -> VisitRequest:
    """Ask the same once more, from a signed review."""
    assert visit.patient is not None
    return ask_longer(visit, longer, review=sign_form(send_form(visit.patient)))


@pytest.mark.parametrize("one_request", [True, False])
def test_of_two_desks_one_changes_the_visit_and_the_other_is_told(
    calendar: Calendar, longer: VisitType, one_request: bool
) -> None:
    rounds = 5
    for visit, outcomes in change_twice_at_once(calendar, longer, rounds=rounds, one_request=one_request):
        assert sum(outcome.won for outcome in outcomes) == 1
        assert refused(outcomes) == [NotAllowed]
        assert (visit.allocations.count(), visit.sequence) == (2, 1)
        doctor = visit.allocations.get(resource__kind="doctor")
        assert (doctor.span.lower, doctor.resource) == (visit.starts_at, visit.practitioner.resource)
    assert len(list_open_requests()) == (0 if one_request else rounds)


def test_without_the_row_lock_both_desks_believe_they_changed_it(
    calendar: Calendar, longer: VisitType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "lock_appointment", read_without_lock)
    monkeypatch.setattr(claims, "list_claimed", slowly(claims.list_claimed))

    results = change_twice_at_once(calendar, longer, rounds=3, one_request=False)

    assert max(sum(outcome.won for outcome in outcomes) for _visit, outcomes in results) == 2


def test_without_any_lock_two_changes_leave_four_allocations(
    calendar: Calendar, longer: VisitType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "lock_appointment", read_without_lock)
    monkeypatch.setattr(claims, "list_claimed", slowly(claims.list_claimed))
    monkeypatch.setattr(claims, "lock_resources", lock_nothing)

    results = change_twice_at_once(calendar, longer, rounds=4, one_request=False)

    assert max(visit.allocations.count() for visit, _outcomes in results) == 4


def lengthen_against_claims(rounds: int) -> list[tuple[Outcome, list[Outcome]]]:
    """Lengthen a visit over 10:00 while three patients want 10:00 with the one doctor; return who got it."""
    calendar = make_calendar()
    longer = add_longer_type(calendar)
    results = []
    for day in range(rounds):
        start = MONDAY + timedelta(days=day % 5, weeks=day // 5)
        visit = calendar.book(start)
        request = ask_longer(visit, longer)
        calls = [partial(change, calendar, visit, request, start)]
        changed, *held = all_at_once([*calls, *[partial(calendar.hold, start + minutes(60))] * 3])
        results.append((changed, held))
    return results


def test_a_change_and_claims_of_the_same_time_have_one_winner() -> None:
    for changed, held in lengthen_against_claims(rounds=8):
        assert sum(outcome.won for outcome in [changed, *held]) == 1
        assert set(refused([changed, *held])) == {JustTaken}
        assert max(outcome.seconds for outcome in [changed, *held]) < 5
    assert count_overlaps() == 0
    for visit in Appointment.objects.filter(status="booked"):
        assert {claim.span.lower for claim in visit.allocations.all()} == {visit.starts_at}


def test_without_locks_and_constraint_a_change_and_a_claim_share_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claims, "lock_resources", lock_nothing)
    with without_the_constraint():
        results = lengthen_against_claims(rounds=8)

    assert max(sum(outcome.won for outcome in [changed, *held]) for changed, held in results) > 1


def test_a_request_is_changed_or_closed_never_both(calendar: Calendar, longer: VisitType) -> None:
    for day in range(6):
        start = MONDAY + timedelta(days=day % 5, weeks=day // 5)
        visit = calendar.book(start)
        request = ask_longer(visit, longer)
        changed, closed = all_at_once(
            [
                partial(change, calendar, visit, request, start),
                partial(close_request, request_id=request.pk, by=None, now=NOW),
            ]
        )
        visit.refresh_from_db()
        assert closed.error is None
        assert changed.won is not closed.value
        assert visit.sequence == int(changed.won)


def test_changes_undone_among_claims_never_deadlock(calendar: Calendar, longer: VisitType) -> None:
    for day in range(4):
        start = MONDAY + timedelta(days=day)
        booked = [calendar.book(start + minutes(60 * (n % 3))) for n in range(5)]
        done = [changed_or_as_it_was(calendar, visit, longer, start) for visit in booked]
        undos = [partial(undo_change, visit) for visit in done]
        takers = [partial(calendar.hold, start + minutes(30 * n)) for n in range(6)]
        outcomes = all_at_once([call for pair in zip(undos, takers, strict=False) for call in pair])
        assert max(outcome.seconds for outcome in outcomes) < 5
        assert {type(outcome.error).__name__ for outcome in outcomes} <= {
            *("NoneType", "JustTaken", "Clash", "NotAllowed")
        }
    assert count_overlaps() == 0
    for visit in Appointment.objects.filter(status="booked"):
        assert {claim.span.lower for claim in visit.allocations.all()} == {visit.starts_at}
        assert visit.allocations.count() == 2


def changed_or_as_it_was(
    calendar: Calendar, visit: Appointment, longer: VisitType, start: datetime
) -> Appointment:
    """Change a visit to the afternoon, if there is room for it."""
    request = ask_longer(visit, longer)
    for later in range(240, 420, 70):
        try:
            return change(calendar, visit, request, start + minutes(later))
        except JustTaken:
            continue
    return visit
