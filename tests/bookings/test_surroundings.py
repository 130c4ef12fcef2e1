"""What is read around a place: only what is of its site and its day, in the order people expect."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.models import Appointment, TimeOff
from bookings.queries.fitting import find_fit
from clinic.models import Resource, ResourceKind
from tests import factories
from tests.bookings.clock import expire
from tests.bookings.fits import against, names_of, place_in
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SATURDAY = MONDAY + 5 * DAY
THAT_DAY = date(2026, 11, 28)
NOT_HERE = [("hours", "Dr A does not work here on this day.")]


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, notice_hours=0)


def test_a_place_costs_nine_queries_however_much_stands_there(
    calendar: Calendar, django_assert_num_queries: Any
) -> None:
    visit = calendar.book()
    for number in range(3):
        factories.ResourceFactory.create(site=calendar.site, name=f"Room {number + 2}")
    with django_assert_num_queries(9):
        find_fit(place_in(calendar, MONDAY + minutes(5), patient_id=visit.patient_id), now=NOW)


def test_the_first_room_by_name_is_taken_of_those_that_are_of_its_kind_and_here(calendar: Calendar) -> None:
    here, there = calendar.site, factories.SiteFactory.create()
    factories.ResourceFactory.create(site=there, name="Room 0")
    factories.ResourceFactory.create(site=here, name="Room 0", archived_at=NOW)
    factories.ResourceFactory.create(site=here, name="Room 0", kind=ResourceKind.TREATMENT_ROOM)
    assert names_of(find_fit(place_in(calendar), now=NOW)) == ["Dr A", "Room 1"]
    factories.ResourceFactory.create(site=here, name="Bay")
    assert names_of(find_fit(place_in(calendar), now=NOW)) == ["Bay", "Dr A"]


def test_a_room_that_is_archived_is_not_spoken_of(calendar: Calendar) -> None:
    factories.ResourceFactory.create(site=calendar.site, name="Room 0", archived_at=NOW)
    calendar.book()
    for who in calendar.practitioners:
        words = [words for _code, words in against(calendar, wanted=frozenset({who.resource_id}))]
        assert words[-1] == "Room 1 is busy 09:00 to 09:40."


def test_of_two_rooms_of_one_name_it_is_always_the_older(calendar: Calendar) -> None:
    elsewhere = factories.SiteFactory.create()
    older, newer = [factories.ResourceFactory.create(site=calendar.site, name="Bay") for _n in range(2)]
    for edited in (older, newer):
        for site in (elsewhere, calendar.site):
            Resource.objects.filter(pk=edited.pk).update(site=site)
        assert older.pk in find_fit(place_in(calendar), now=NOW).resources


def test_only_a_closure_of_this_site_on_this_day_closes_it(calendar: Calendar) -> None:
    elsewhere = factories.SiteFactory.create()
    for site, first, last in (
        (calendar.site, THAT_DAY - 3 * DAY, THAT_DAY - DAY),
        (calendar.site, THAT_DAY + DAY, THAT_DAY + 3 * DAY),
        (elsewhere, THAT_DAY, THAT_DAY),
    ):
        factories.ClosureFactory.create(site=site, first_date=first, last_date=last)
    assert against(calendar, SATURDAY) == NOT_HERE
    factories.ClosureFactory.create(site=calendar.site, first_date=THAT_DAY - 9 * DAY, last_date=THAT_DAY)
    assert against(calendar, SATURDAY) == [("closed", "The site is closed on this day.")]


def test_hours_count_at_their_site_and_between_their_first_and_last_day(calendar: Calendar) -> None:
    doctor, elsewhere = calendar.practitioners[0], factories.SiteFactory.create()
    saturdays: dict[str, Any] = {"practitioner": doctor, "weekday": 6}
    factories.HoursFactory.create(site=elsewhere, **saturdays)
    factories.HoursFactory.create(site=calendar.site, **saturdays, valid_to_date=THAT_DAY - DAY)
    factories.HoursFactory.create(site=calendar.site, **saturdays, valid_from_date=THAT_DAY + DAY)
    assert against(calendar, SATURDAY) == NOT_HERE
    for first, last in ((date(2026, 1, 1), THAT_DAY), (THAT_DAY, THAT_DAY + DAY), (THAT_DAY, None)):
        row = factories.HoursFactory.create(
            site=calendar.site, **saturdays, valid_from_date=first, valid_to_date=last
        )
        assert against(calendar, SATURDAY) == []
        row.delete()


def test_extra_hours_count_for_their_person_at_their_site_on_their_day(calendar: Calendar) -> None:
    doctor, colleague = calendar.practitioners
    elsewhere = factories.SiteFactory.create()
    for who, site, day in (
        (colleague, calendar.site, THAT_DAY),
        (doctor, elsewhere, THAT_DAY),
        (doctor, calendar.site, THAT_DAY - DAY),
        (doctor, calendar.site, THAT_DAY + DAY),
    ):
        factories.OpeningFactory.create(practitioner=who, site=site, date=day, starts=time(9), ends=time(17))
    assert against(calendar, SATURDAY) == NOT_HERE
    factories.OpeningFactory.create(
        practitioner=doctor, site=calendar.site, date=THAT_DAY, starts=time(10), ends=time(14)
    )
    factories.ClosureFactory.create(site=calendar.site, first_date=THAT_DAY, last_date=THAT_DAY)
    assert against(calendar, SATURDAY + minutes(60)) == []
    assert against(calendar, SATURDAY) == [("hours", "Outside Dr A’s hours (10:00 to 14:00).")]
    assert against(calendar, SATURDAY + minutes(270)) == [("hours", "Outside Dr A’s hours (10:00 to 14:00).")]


def test_time_off_is_told_by_time_whenever_it_was_entered_and_only_that_of_whoever_is_asked_for(
    calendar: Calendar,
) -> None:
    doctor, colleague = calendar.practitioners
    for who, first, last in ((doctor, 30, 60), (doctor, 0, 10), (colleague, 0, 60)):
        span = TimestamptzRange(MONDAY + minutes(first), MONDAY + minutes(last))
        TimeOff.objects.create(resource=who.resource, span=span)
    assert [words for _code, words in against(calendar)] == [
        "Dr A is off 09:00 to 09:10.",
        "Dr A is off 09:30 to 10:00.",
    ]


def test_a_hold_is_in_the_way_until_its_minutes_are_over(calendar: Calendar) -> None:
    hold = calendar.hold(practitioner_id=calendar.practitioners[0].pk)
    assert [words for _code, words in against(calendar)] == [
        "Dr A is busy 09:00 to 09:40.",
        "Room 1 is busy 09:00 to 09:40.",
    ]
    expire(hold)
    assert against(calendar) == []


@pytest.mark.parametrize(
    ("shift", "status", "is_told"),
    [
        (-40, "booked", False),
        (-35, "booked", True),
        (35, "booked", True),
        (40, "booked", False),
        (300, "booked", False),
        (0, "arrived", True),
        (0, "cancelled", False),
        (0, "no_show", False),
    ],
)
def test_a_patient_is_elsewhere_only_while_another_visit_of_theirs_lasts(
    calendar: Calendar, shift: int, status: str, is_told: bool
) -> None:
    there = MONDAY + minutes(120)
    visit = calendar.book(there)
    visit.allocations.all().delete()
    Appointment.objects.filter(pk=visit.pk).update(status=status)
    found = against(calendar, there + minutes(shift), patient_id=visit.patient_id)
    words = "The patient has another visit 11:00 to 11:40."
    assert found == ([("patient", words)] if is_told else [])
