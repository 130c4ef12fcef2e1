"""Every visit that must move: in time off, on closed days, outside hours; and where it could go."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.life_cycle import Status
from bookings.models import Appointment, Closure, TimeOff, VisitEvent, WorkingHours
from bookings.queries.suggestions import suggest_times
from bookings.queries.to_move import list_to_move
from bookings.services import moves, visits
from bookings.services.actors import Actor
from bookings.services.placing import Over
from tests.bookings.blocks import DAY, block_of, enter, off
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes
from tests.factories import ClosureFactory, OpeningFactory

pytestmark = pytest.mark.django_db

STAFF = Actor(by=VisitEvent.By.STAFF)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def found() -> dict[Appointment, tuple[str, ...]]:
    return {each.visit: each.reasons for each in list_to_move(now=NOW)}


def test_nothing_is_to_move_where_nothing_is_off(calendar: Calendar) -> None:
    calendar.book()

    assert list_to_move(now=NOW) == []


def test_visits_come_by_start_with_who_is_off_and_why(calendar: Calendar) -> None:
    later, first = calendar.book(MONDAY + DAY), calendar.book()
    room = first.allocations.get(resource__site__isnull=False).resource
    enter(block_of(room), note="Painting")
    off(later.practitioner.resource, MONDAY + DAY)

    assert list(found().items()) == [
        (first, (f"{room.name}: time off, Painting",)),
        (later, (f"{later.practitioner.resource.name}: time off",)),
    ]


def test_a_closed_day_and_changed_hours_are_named(calendar: Calendar) -> None:
    closed, outside = calendar.book(), calendar.book(MONDAY + DAY)
    ClosureFactory.create(site=calendar.site, first_date=date(2026, 11, 23), last_date=date(2026, 11, 23))
    WorkingHours.objects.filter(practitioner=outside.practitioner, weekday=2).delete()

    assert found() == {closed: ("Holiday",), outside: ("Outside working hours",)}


def test_an_exceptional_opening_holds_on_a_closed_day(calendar: Calendar) -> None:
    visit = calendar.book()
    day = date(2026, 11, 23)
    ClosureFactory.create(site=calendar.site, first_date=day, last_date=day)
    OpeningFactory.create(
        practitioner=visit.practitioner, site=calendar.site, date=day, starts="08:00", ends="12:00"
    )

    assert found() == {}


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.ARRIVED, Status.DONE, Status.NO_SHOW])
def test_only_visits_to_come_are_meant(calendar: Calendar, status: Status) -> None:
    visit = calendar.book()
    off(visit.practitioner.resource)
    Appointment.objects.update(status=status)

    assert found() == {}
    assert list_to_move(now=MONDAY) == []


def test_what_staff_put_into_time_off_on_purpose_stays_until_more_is_off(calendar: Calendar) -> None:
    visit = calendar.book(MONDAY + DAY)
    row = off(visit.practitioner.resource)
    TimeOff.objects.update(created_at=NOW - minutes(1))
    override(visit, "time_off", MONDAY)
    assert found() == {}

    off(row.resource, MONDAY, length=30)

    assert list(found()) == [visit]


def test_what_staff_put_outside_hours_on_purpose_stays(calendar: Calendar) -> None:
    visit = calendar.book()

    override(visit, "hours", MONDAY + minutes(9 * 60))
    assert found() == {}
    ClosureFactory.create(site=calendar.site, first_date=date(2026, 11, 23), last_date=date(2026, 11, 23))

    assert found() == {visit: ("Holiday",)}


def override(visit: Appointment, code: str, starts_at: object) -> None:
    moves.move_by_desk(
        appointment=visit,
        seen="",
        starts_at=starts_at,  # type: ignore[arg-type]
        column=visit.practitioner.resource_id,
        minutes=None,
        key=uuid.uuid4(),
        actor=STAFF,
        now=NOW,
        over=Over("Asked for it", frozenset({code, "buffer"})),
    )


def test_queries_do_not_grow_with_visits(calendar: Calendar) -> None:
    for doctor in calendar.practitioners:
        off(doctor.resource, MONDAY, length=480)
    ClosureFactory.create(site=calendar.site, first_date=date(2026, 11, 24), last_date=date(2026, 11, 24))
    counts = []
    for start in (MONDAY + DAY, MONDAY + DAY + minutes(60), MONDAY + DAY + minutes(120)):
        book_anyway(calendar, start)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            listed = [each.visit for each in list_to_move(now=NOW)]
            suggest_times(listed, now=NOW)
        counts.append(len(asked))

    assert len(listed) == 3
    assert counts[0] == counts[2] == 10


def book_anyway(calendar: Calendar, start: object) -> Appointment:
    """Book while the day was still open."""
    rows = list(Closure.objects.all())
    Closure.objects.all().delete()
    visit = calendar.book(start)  # type: ignore[arg-type]
    Closure.objects.bulk_create(rows)
    return visit


def test_the_same_person_is_suggested_first_and_what_is_suggested_is_free(calendar: Calendar) -> None:
    visit = calendar.book(MONDAY + minutes(120))
    other = next(who for who in calendar.practitioners if who != visit.practitioner)
    off(visit.practitioner.resource, MONDAY + minutes(60), length=180)

    suggested = suggest_times([visit], now=NOW)[visit.pk]

    assert {place.practitioner_id for place in suggested.same} == {visit.practitioner_id}
    assert {place.practitioner_id for place in suggested.others} == {other.pk}
    starts = [(place.starts_at - MONDAY).total_seconds() / 60 for place in suggested.same]
    assert starts == [0, 10, 240]  # the buffer ends as the time off begins
    for number, place in enumerate([*suggested.same, *suggested.others]):
        moved = moves.move_by_desk(
            appointment=visit,
            seen=str(number),
            starts_at=place.starts_at,
            column=place.resource_id,
            minutes=None,
            key=uuid.uuid4(),
            actor=STAFF,
            now=NOW,
        )
        assert (moved.starts_at, moved.practitioner_id) == (place.starts_at, place.practitioner_id)


def test_time_off_that_is_about_to_be_entered_is_left_out(calendar: Calendar) -> None:
    visit = calendar.book()
    both = [block_of(who.resource, MONDAY, 24 * 60) for who in calendar.practitioners]

    suggested = suggest_times([visit], now=NOW, also_off=both)[visit.pk]

    assert suggested
    assert all(not MONDAY <= place.starts_at < MONDAY + DAY for place in [*suggested.same, *suggested.others])


def test_a_moved_visit_is_off_the_list(calendar: Calendar) -> None:
    visit = calendar.book()
    off(visit.practitioner.resource)

    visits.move_visit(
        appointment=visit,
        search=calendar.search,
        starts_at=MONDAY + DAY,
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )

    assert found() == {}


def test_nothing_free_suggests_nothing(calendar: Calendar) -> None:
    visit = calendar.book()
    WorkingHours.objects.all().delete()

    assert not suggest_times([visit], now=NOW)[visit.pk]
