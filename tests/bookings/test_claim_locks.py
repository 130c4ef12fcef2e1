"""Which locks a claim takes, and what is told of what a visit claims."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Allocation, Appointment
from bookings.services import claims
from bookings.services.claims import PATIENT_LOCK, Claim, Span
from tests.bookings.blocks import off
from tests.bookings.clock import expire
from tests.bookings.longer_visits import patient_of
from tests.calendars import MONDAY, Calendar, make_calendar, minutes

pytestmark = pytest.mark.django_db

SPAN = Span(MONDAY, MONDAY + minutes(50))
RESOURCE, PLAN = 1, 3


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def held_locks() -> set[tuple[int, int, str]]:
    """Return the advisory locks this connection holds: kind, number, and whether others may share it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT classid::int8, objid::int8, mode FROM pg_locks"
            " WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        )
        return {(kind, number, mode) for kind, number, mode in cursor.fetchall()}


def hash_of(patient_id: uuid.UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtext(%s)::int8 & 4294967295", [str(patient_id)])
        return int(cursor.fetchone()[0])


def test_claims_share_the_plan_and_a_change_of_it_is_alone() -> None:
    claims.share_plan()
    assert held_locks() == {(PLAN, 0, "ShareLock")}
    claims.change_plan()
    assert held_locks() == {(PLAN, 0, "ShareLock"), (PLAN, 0, "ExclusiveLock")}


def test_a_search_comes_back_with_its_visit_type_as_it_is_now(calendar: Calendar) -> None:
    calendar.visit_type.__class__.objects.update(notice_hours=17)

    search = claims.keep_plan(calendar.search)

    assert search.visit_type.notice_hours == 17
    assert (search.site, search.mode) == (calendar.search.site, calendar.search.mode)
    assert held_locks() == {(PLAN, 0, "ShareLock")}


def test_resources_are_locked_one_by_one_and_a_patient_by_their_id() -> None:
    patient_id = uuid.uuid4()

    claims.lock_resources([9, 4, 9])
    claims.lock_patient(patient_id)

    assert held_locks() == {
        (RESOURCE, 4, "ExclusiveLock"),
        (RESOURCE, 9, "ExclusiveLock"),
        (PATIENT_LOCK, hash_of(patient_id), "ExclusiveLock"),
    }


def test_a_claim_is_told_with_its_resources_its_span_and_its_time_off(calendar: Calendar) -> None:
    visit = calendar.book()
    person, room = claims.list_claimed(visit.pk)
    time_off = off(calendar.practitioners[0].resource, MONDAY, 10)

    found = claims.find_claim(visit.pk)

    assert found is not None
    assert found.resources == sorted([person, room])
    assert (found.span.starts_at, found.off) == (MONDAY, [time_off.pk])
    assert found.span.ends_at > MONDAY + minutes(30)
    assert claims.find_claim(uuid.uuid4()) is None
    assert isinstance(found, Claim)


def test_a_visit_claims_again_where_it_stands_and_in_spite_of_what_is_named(calendar: Calendar) -> None:
    visit = calendar.book()
    ids = claims.list_claimed(visit.pk)
    time_off = off(calendar.practitioners[0].resource, MONDAY, 10)
    again = {"ids": ids, "appointment_id": visit.pk, "span": SPAN, "leaving": ids}

    assert claims.reclaim(**again) is False  # type: ignore[arg-type]
    assert claims.list_claimed(visit.pk) == ids
    assert claims.reclaim(**again, despite=[time_off.pk]) is True  # type: ignore[arg-type]
    assert claims.find_claim(visit.pk) == Claim(ids, SPAN, [time_off.pk])


def test_a_hold_is_made_longer_or_a_booking_and_nothing_is_told_of_none(calendar: Calendar) -> None:
    hold = calendar.hold()
    (before,) = set(hold.allocations.values_list("expires_at", flat=True))

    assert before is not None
    assert claims.set_expiry(hold.pk, longer=timedelta(minutes=3)) == before + timedelta(minutes=3)
    assert claims.set_expiry(hold.pk, longer=None) is None
    assert set(hold.allocations.values_list("expires_at", flat=True)) == {None}
    assert claims.set_expiry(uuid.uuid4(), longer=timedelta(minutes=3)) is None


def test_what_is_taken_is_named_but_for_ones_own_visit(calendar: Calendar) -> None:
    visit = calendar.book()
    ids = claims.list_claimed(visit.pk)
    time_off = off(calendar.practitioners[1].resource, MONDAY, 10)
    both = [*ids, calendar.practitioners[1].resource_id]

    taken = claims.list_names_taken(both, SPAN, appointment_id=uuid.uuid4())

    assert taken == sorted(taken)
    assert len(taken) == 3
    assert claims.list_names_taken(both, SPAN, appointment_id=visit.pk) == [
        calendar.practitioners[1].resource.name
    ]
    assert claims.list_names_taken(both, SPAN, appointment_id=visit.pk, despite=[time_off.pk]) == []


def test_a_patient_lock_is_by_patient(calendar: Calendar) -> None:
    visit: Appointment = calendar.book()
    claims.lock_patient(patient_of(visit).pk)

    assert (PATIENT_LOCK, hash_of(patient_of(visit).pk), "ExclusiveLock") in held_locks()


def test_what_expired_in_part_of_a_claim_gives_way_to_all_of_it(calendar: Calendar) -> None:
    """Somebody's hold has ended: the room is still written down as theirs, the person is not."""
    hold = calendar.hold()
    _person, room = ids = claims.list_claimed(hold.pk)
    Allocation.objects.filter(appointment=hold).exclude(resource=room).delete()
    expire(hold)
    visit = calendar.book(MONDAY + timedelta(days=1))

    assert claims.reclaim(ids=ids, appointment_id=visit.pk, span=SPAN) is True
    assert claims.list_claimed(visit.pk) == ids
    assert claims.list_claimed(hold.pk) == []


@pytest.mark.parametrize("keep", [True, False])
def test_a_holds_rows_are_kept_only_if_asked_for(calendar: Calendar, keep: bool) -> None:
    hold = calendar.hold()

    with CaptureQueriesContext(connection) as queries:
        assert claims.is_alive(hold.pk, keep=keep)

    assert ("FOR UPDATE" in queries[0]["sql"]) is keep
