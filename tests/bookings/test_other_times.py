"""What a request could become: the visit it speaks of, that visit where it stands, and other times."""

from datetime import timedelta

import pytest
from psycopg.types.range import TimestamptzRange
from pytest_django import DjangoAssertNumQueries

from bookings.models import Appointment, TimeOff
from bookings.queries.other_times import DAYS_SHOWN, InPlace, get_in_place, list_other_times
from bookings.queries.requests import Asked, get_asked, list_asked, search_for
from clinic.models import ResourceKind, VisitOffer, VisitType
from patients.models import VisitRequest
from tests.bookings.longer_visits import add_longer_type, ask_longer, change, undo_change
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes
from tests.factories import PatientFactory, ResourceFactory

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def longer(calendar: Calendar) -> VisitType:
    return add_longer_type(calendar)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book()


@pytest.fixture
def request_(visit: Appointment, longer: VisitType) -> VisitRequest:
    return ask_longer(visit, longer)


def asked(request: VisitRequest) -> Asked:
    return get_asked(request, now=NOW)


def in_place(request: VisitRequest) -> InPlace:
    visit = asked(request).visit
    assert visit is not None
    return get_in_place(request, visit, now=NOW)


def test_a_change_speaks_of_the_next_visit(calendar: Calendar, visit: Appointment, longer: VisitType) -> None:
    later = calendar.book(MONDAY + timedelta(days=2))
    past = calendar.book(MONDAY + timedelta(days=1))
    Appointment.objects.filter(pk__in=[later.pk, past.pk]).update(patient=visit.patient)
    Appointment.objects.filter(pk=past.pk).update(starts_at=NOW - minutes(60), ends_at=NOW)

    found = asked(ask_longer(visit, longer))

    assert found.visit == visit
    assert found.rooms == ["Room 1"]


@pytest.mark.parametrize("status", ["arrived", "done", "cancelled", "no_show"])
def test_a_visit_that_cannot_be_changed_is_not_meant(
    visit: Appointment, request_: VisitRequest, status: str
) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=status)

    assert asked(request_).visit is None


def test_a_visit_with_a_nurse_is_not_made_a_visit_with_a_doctor(
    visit: Appointment, request_: VisitRequest
) -> None:
    VisitType.objects.filter(pk=visit.visit_type_id).update(needs=[ResourceKind.NURSE])

    assert asked(request_).visit is None


def test_a_visit_to_book_speaks_of_none(visit: Appointment, longer: VisitType) -> None:
    assert asked(ask_longer(visit, longer, kind=VisitRequest.Kind.NEXT)).visit is None


@pytest.mark.parametrize("count", [1, 3])
def test_everything_asked_is_three_queries(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    longer = add_longer_type(calendar)
    for _number in range(count):
        ask_longer(calendar.book(), longer)

    with django_assert_num_queries(3):
        found = list_asked(now=NOW)
        assert all(each.visit is not None and each.rooms for each in found)
    assert len(found) == count


@pytest.mark.parametrize(
    ("columns", "settled"),
    [
        ({}, True),
        ({"mode": "in_person"}, True),
        ({"mode": "video"}, False),
        ({"from_date": MONDAY.date()}, True),
        ({"from_date": MONDAY.date() + timedelta(days=1)}, False),
        ({"to_date": MONDAY.date()}, True),
        ({"to_date": MONDAY.date() - timedelta(days=1)}, False),
    ],
)
def test_a_visit_that_is_as_asked_is_settled(
    visit: Appointment, columns: dict[str, object], settled: bool
) -> None:
    assert asked(ask_longer(visit, None, **columns)).is_settled is settled


def test_a_visit_is_settled_once_it_is_as_long_as_asked(
    calendar: Calendar, visit: Appointment, longer: VisitType, request_: VisitRequest
) -> None:
    assert asked(request_).is_settled is False

    change(calendar, visit, request_, MONDAY)

    assert asked(ask_longer(visit, longer)).is_settled is True


def test_nothing_is_settled_without_a_visit(longer: VisitType) -> None:
    request = VisitRequest.objects.create(patient=PatientFactory.create(), kind="change", asked_at=NOW)

    assert asked(request).is_settled is False


def test_a_visit_can_be_lengthened_where_it_stands(request_: VisitRequest) -> None:
    found = in_place(request_)

    assert (found.why_not, found.ends_at) == (None, MONDAY + minutes(60))
    assert (found.rooms, found.keeps_rooms) == (("Room 1",), True)


def test_a_visit_whose_room_is_taken_after_it_goes_to_another(
    calendar: Calendar, request_: VisitRequest
) -> None:
    TimeOff.objects.create(
        resource=calendar.rooms[0], span=TimestamptzRange(MONDAY + minutes(60), MONDAY + minutes(90))
    )

    found = in_place(request_)

    assert (found.why_not, found.rooms, found.keeps_rooms) == (None, ("Room 2",), False)


def test_the_minutes_kept_free_after_count(calendar: Calendar, request_: VisitRequest) -> None:
    doctor = calendar.practitioners[0].resource
    span = TimestamptzRange(MONDAY + minutes(65), MONDAY + minutes(90))
    TimeOff.objects.create(resource=doctor, span=span)

    found = in_place(request_)

    assert found.why_not is not None
    assert (found.why_not.code, found.is_barred) == ("time_off", False)
    assert "Dr A" in found.why_not.words


@pytest.mark.parametrize("code", ["gated", "site", "mode", "archived"])
def test_what_no_time_can_help_is_said(
    calendar: Calendar, visit: Appointment, longer: VisitType, code: str
) -> None:
    request = ask_longer(visit, longer)
    if code == "site":
        VisitOffer.objects.filter(visit_type=longer).delete()
    longer.bookable_by = "gated" if code == "gated" else "staff"
    longer.modes = ["video"] if code == "mode" else longer.modes
    longer.archived_at = NOW if code == "archived" else None
    longer.save()
    request.refresh_from_db()

    found = in_place(request)

    assert found.why_not is not None
    assert (found.why_not.code, found.is_barred) == (code, True)


def test_a_video_call_needs_no_room(calendar: Calendar, visit: Appointment) -> None:
    found = in_place(ask_longer(visit, None, mode="video"))

    assert (found.why_not, found.rooms, found.keeps_rooms) == (None, (), True)


def test_other_times_are_with_the_same_person_first(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    times = list_other_times(request_, visit, first=None, now=NOW)
    day = MONDAY.date()
    doctor = calendar.practitioners[0].resource
    assert MONDAY + minutes(60) in times.same_on(day)
    assert times.others_on(day) == []

    TimeOff.objects.create(
        resource=doctor, span=TimestamptzRange(MONDAY + minutes(60), MONDAY + minutes(240))
    )
    times = list_other_times(request_, visit, first=None, now=NOW)

    assert MONDAY + minutes(60) not in times.same_on(day)
    assert MONDAY + minutes(60) in times.others_on(day)


def test_the_visits_own_start_is_no_other_time(visit: Appointment, request_: VisitRequest) -> None:
    times = list_other_times(request_, visit, first=None, now=NOW)

    assert MONDAY in times.with_same.starts
    assert MONDAY not in times.same_on(MONDAY.date())
    assert dict(times.days)[MONDAY.date()] == len(times.same_on(MONDAY.date()))


def test_times_are_shown_for_two_weeks_and_on(visit: Appointment, request_: VisitRequest) -> None:
    times = list_other_times(request_, visit, first=None, now=NOW)

    assert (times.first, times.before) == (TODAY, None)
    assert times.after == TODAY + timedelta(days=DAYS_SHOWN)
    later = list_other_times(request_, visit, first=times.after, now=NOW)
    assert (later.before, later.days[0][0]) == (TODAY, TODAY + timedelta(days=DAYS_SHOWN))
    assert {day for day, _count in times.days}.isdisjoint({day for day, _count in later.days})


def test_the_last_days_that_can_be_booked_lead_no_further(visit: Appointment, request_: VisitRequest) -> None:
    last = search_for(request_, visit, practitioner_id=None).horizon_date(NOW)

    times = list_other_times(request_, visit, first=last - timedelta(days=3), now=NOW)

    assert times.after is None
    assert times.before is not None


def test_a_requests_own_days_are_the_limit(visit: Appointment, longer: VisitType) -> None:
    first, last = MONDAY.date() + timedelta(days=8), MONDAY.date() + timedelta(days=10)
    request = ask_longer(visit, longer, from_date=first, to_date=last)

    times = list_other_times(request, visit, first=None, now=NOW)

    assert [day for day, _count in times.days] == [first, first + timedelta(days=1), last]
    assert (times.first, times.before, times.after) == (first, None, None)
    assert times.nearest_day() == first


def test_days_that_are_over_have_no_times(visit: Appointment, longer: VisitType) -> None:
    request = ask_longer(visit, longer, to_date=TODAY - timedelta(days=1))

    times = list_other_times(request, visit, first=None, now=NOW)

    assert (times.days, times.nearest_day()) == ([], None)


def test_everything_shown_is_accepted(calendar: Calendar, visit: Appointment, request_: VisitRequest) -> None:
    doctor = calendar.practitioners[0].resource
    span = TimestamptzRange(MONDAY + minutes(60), MONDAY + minutes(240))
    TimeOff.objects.create(resource=doctor, span=span)
    times = list_other_times(request_, visit, first=None, now=NOW)
    shown = times.same_on(MONDAY.date())[::8], times.others_on(MONDAY.date())[::8]

    for starts, who in zip(shown, (visit.practitioner_id, None), strict=True):
        for start in starts:
            moved = change(calendar, visit, request_, start, practitioner_id=who)
            assert (moved.starts_at, moved.practitioner_id == visit.practitioner_id) == (
                start,
                who is not None,
            )
            visit = undo_change(visit, NOW)


def test_rooms_of_other_sites_do_not_count(calendar: Calendar, request_: VisitRequest) -> None:
    ResourceFactory.create(name="Elsewhere")
    for room in calendar.rooms:
        span = TimestamptzRange(MONDAY + minutes(60), MONDAY + minutes(90))
        TimeOff.objects.create(resource=room, span=span)

    found = in_place(request_)

    assert found.why_not is not None
    assert found.why_not.code == "room"
