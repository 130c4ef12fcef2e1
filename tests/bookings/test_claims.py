"""Claiming time, step by step, and what Postgres refuses whatever the code above does."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import TimestamptzRange

from bookings.models import Allocation, Appointment
from bookings.queries.offers import Choice, get_choice
from bookings.queries.plans import Candidate
from bookings.services import claims
from bookings.services.claims import Span
from tests.bookings.clock import expire
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes

pytestmark = pytest.mark.django_db

SPAN = Span(MONDAY, MONDAY + minutes(50))


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def choose(calendar: Calendar) -> Choice:
    return get_choice(calendar.search, starts_at=MONDAY, now=NOW)


def count_locks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return int(cursor.fetchone()[0])


def names(chosen: list[Candidate] | None) -> list[str]:
    return [candidate.name for candidate in chosen or []]


def test_the_freest_person_comes_first_then_the_name(calendar: Calendar) -> None:
    assert (
        names(claims.claim(choose(calendar), appointment_id=uuid.uuid4(), span=SPAN, hold=None))[0] == "Dr A"
    )
    Allocation.objects.all().delete()
    calendar.hold(MONDAY + timedelta(hours=3), practitioner_id=calendar.practitioners[0].pk)
    assert (
        names(claims.claim(choose(calendar), appointment_id=uuid.uuid4(), span=SPAN, hold=None))[0] == "Dr B"
    )
    Allocation.objects.all().delete()


def test_a_stale_choice_moves_on_to_who_is_still_free(calendar: Calendar) -> None:
    stale = choose(calendar)
    calendar.hold()
    hold = calendar.hold(MONDAY + timedelta(days=1))
    claims.release(hold.pk)
    assert names(claims.claim(stale, appointment_id=hold.pk, span=SPAN, hold=None)) == ["Dr B", "Room 2"]


def test_a_lost_claim_leaves_neither_rows_nor_locks(calendar: Calendar) -> None:
    stale = choose(calendar)
    calendar.hold()
    calendar.hold()
    before, locks = Allocation.objects.count(), count_locks()
    assert claims.claim(stale, appointment_id=uuid.uuid4(), span=SPAN, hold=None) is None
    assert (Allocation.objects.count(), count_locks()) == (before, locks)


def test_a_claim_holds_the_locks_of_what_it_took(calendar: Calendar) -> None:
    before = count_locks()
    claims.claim(choose(calendar), appointment_id=uuid.uuid4(), span=SPAN, hold=None)
    assert count_locks() == before + 2
    Allocation.objects.all().delete()


def test_a_lost_move_keeps_the_old_claims(calendar: Calendar) -> None:
    visit = calendar.book(MONDAY + timedelta(hours=2))
    stale, mine = choose(calendar), claims.list_claimed(visit.pk)
    calendar.hold()
    calendar.hold()
    assert claims.claim(stale, appointment_id=visit.pk, span=SPAN, hold=None, leaving=mine) is None
    assert claims.list_claimed(visit.pk) == mine
    assert {claim.span.lower for claim in visit.allocations.all()} == {MONDAY + timedelta(hours=2)}


def test_claiming_again_is_all_or_nothing(calendar: Calendar) -> None:
    visit = calendar.book()
    mine = claims.list_claimed(visit.pk)
    claims.release(visit.pk)
    calendar.hold(practitioner_id=visit.practitioner_id)
    assert claims.reclaim(ids=mine, appointment_id=visit.pk, span=SPAN) is False
    assert claims.list_claimed(visit.pk) == []
    assert claims.list_names_taken(mine, SPAN, appointment_id=visit.pk) == ["Dr A", "Room 1"]


def test_expired_claims_elsewhere_are_left_alone(calendar: Calendar) -> None:
    stale = calendar.hold(MONDAY + timedelta(hours=5))
    expire(stale)
    calendar.hold()
    assert stale.allocations.count() == 2


@pytest.mark.parametrize(("seconds_ago", "alive"), [(-60, True), (0, False), (60, False)])
def test_a_hold_is_alive_until_its_time_by_the_database(
    calendar: Calendar, seconds_ago: float, alive: bool
) -> None:
    hold = calendar.hold()
    expire(hold, seconds_ago=seconds_ago)
    assert claims.is_alive(hold.pk, keep=False) is alive


def test_a_hold_without_claims_is_not_alive(calendar: Calendar) -> None:
    hold = calendar.hold()
    claims.release(hold.pk)
    assert claims.is_alive(hold.pk, keep=False) is False


@pytest.mark.parametrize(
    ("start", "end", "constraint"),
    [
        (0, 50, "allocation_no_overlap"),
        (49, 60, "allocation_no_overlap"),
        (-10, 1, "allocation_no_overlap"),
        (60, 60 + 24 * 60 + 1, "allocation_within_a_day"),
        (60, 60, "allocation_within_a_day"),
    ],
)
def test_postgres_refuses_what_no_code_may_write(start: int, end: int, constraint: str) -> None:
    calendar = make_calendar()
    hold = calendar.hold()
    span = TimestamptzRange(MONDAY + minutes(start), MONDAY + minutes(end))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Allocation.objects.create(appointment=hold, resource=calendar.rooms[0], span=span)


def test_postgres_lets_visits_touch() -> None:
    calendar = make_calendar()
    hold = calendar.hold()
    for start, end in ((50, 60), (-10, 0)):
        span = TimestamptzRange(MONDAY + minutes(start), MONDAY + minutes(end))
        Allocation.objects.create(appointment=hold, resource=calendar.rooms[0], span=span)
    assert hold.allocations.count() == 4


def test_postgres_wants_a_patient_once_booked(calendar: Calendar) -> None:
    hold = calendar.hold()
    with pytest.raises(IntegrityError, match="visit_has_patient_once_booked"), transaction.atomic():
        Appointment.objects.filter(pk=hold.pk).update(status="booked")
