"""Booked visits outside what is open: what is found, and what is not."""

from datetime import date, time, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, ExceptionalOpening, WorkingHours
from bookings.queries.stranded import (
    find_stranded,
    list_visits_at,
    list_visits_of_types,
    list_visits_with,
)
from tests.bookings.clock import expire
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes
from tests.factories import ClosureFactory, OpeningFactory, SiteFactory

pytestmark = pytest.mark.django_db

MONDAYS_DATE = date(2026, 11, 23)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def let_work(starts: time, ends: time) -> None:
    """Change everybody's hours."""
    WorkingHours.objects.update(starts=starts, ends=ends)


def test_a_visit_within_hours_is_not_stranded(calendar: Calendar) -> None:
    calendar.book()

    assert find_stranded(now=NOW) == []


def test_a_visit_that_begins_too_early_is_stranded(calendar: Calendar) -> None:
    visit = calendar.book()
    let_work(time(9, 15), time(17))

    assert find_stranded(now=NOW) == [visit]


def test_only_the_visit_counts_not_what_is_kept_free_after_it(calendar: Calendar) -> None:
    calendar.book()
    let_work(time(9), time(9, 40))
    assert find_stranded(now=NOW) == []

    let_work(time(9), time(9, 39))
    assert len(find_stranded(now=NOW)) == 1


def test_blocks_that_touch_are_one_stretch(calendar: Calendar) -> None:
    calendar.book()
    let_work(time(9), time(9, 20))
    for row in WorkingHours.objects.filter(weekday=1):
        WorkingHours.objects.create(
            practitioner=row.practitioner,
            site=row.site,
            weekday=1,
            starts=time(9, 20),
            ends=time(12),
            valid_from_date=row.valid_from_date,
        )

    assert find_stranded(now=NOW) == []


def test_a_closed_day_strands_unless_an_opening_holds(calendar: Calendar) -> None:
    visit = calendar.book()
    ClosureFactory.create(site=calendar.site, first_date=date(2026, 11, 1), last_date=MONDAYS_DATE)
    assert find_stranded(now=NOW) == [visit]

    OpeningFactory.create(
        practitioner=visit.practitioner,
        site=calendar.site,
        date=MONDAYS_DATE,
        starts=time(9),
        ends=time(10),
    )
    assert find_stranded(now=NOW) == []


def test_a_closed_day_of_another_site_does_not(calendar: Calendar) -> None:
    calendar.book()
    ClosureFactory.create(site=SiteFactory.create(), first_date=MONDAYS_DATE, last_date=MONDAYS_DATE)

    assert find_stranded(now=NOW) == []


def test_validity_dates_count(calendar: Calendar) -> None:
    visit = calendar.book()
    WorkingHours.objects.update(valid_to_date=MONDAYS_DATE)
    assert find_stranded(now=NOW) == []

    WorkingHours.objects.update(valid_to_date=MONDAYS_DATE - timedelta(days=1))
    assert find_stranded(now=NOW) == [visit]


def test_hours_at_another_site_do_not_open_this_one(calendar: Calendar) -> None:
    visit = calendar.book()
    WorkingHours.objects.update(site=SiteFactory.create())

    assert find_stranded(now=NOW) == [visit]


def test_everybody_a_visit_claims_counts(calendar: Calendar) -> None:
    visit = calendar.book()
    other = make_calendar().practitioners[0]
    WorkingHours.objects.filter(practitioner=other).update(site=calendar.site)
    span = visit.allocations.get(resource__kind="doctor").span
    Allocation.objects.create(appointment=visit, resource=other.resource, span=span)
    assert find_stranded(now=NOW) == []

    WorkingHours.objects.filter(practitioner=other).delete()
    assert find_stranded(now=NOW) == [visit]
    assert find_stranded(now=NOW, practitioner_ids=[other.pk]) == [visit]
    assert find_stranded(now=NOW, practitioner_ids=[visit.practitioner_id]) == []


def test_a_held_time_counts_while_it_is_held(calendar: Calendar) -> None:
    hold = calendar.hold()
    WorkingHours.objects.all().delete()
    assert find_stranded(now=NOW) == [hold]
    assert list_visits_at(calendar.site.pk, now=NOW) == [hold]

    expire(hold)
    assert find_stranded(now=NOW) == []
    assert list_visits_at(calendar.site.pk, now=NOW) == []


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.DONE, Status.NO_SHOW])
def test_what_does_not_come_any_more_does_not_count(calendar: Calendar, status: Status) -> None:
    calendar.book()
    Appointment.objects.update(status=status)
    WorkingHours.objects.all().delete()

    assert find_stranded(now=NOW) == []
    assert list_visits_at(calendar.site.pk, now=NOW) == []


def test_the_past_does_not_count(calendar: Calendar) -> None:
    calendar.book()
    WorkingHours.objects.all().delete()

    assert find_stranded(now=MONDAY) == []
    assert find_stranded(now=MONDAY - minutes(1)) != []


def test_another_site_is_not_asked_about(calendar: Calendar) -> None:
    visit = calendar.book()
    WorkingHours.objects.all().delete()

    assert find_stranded(now=NOW, site_ids=[calendar.site.pk]) == [visit]
    assert find_stranded(now=NOW, site_ids=[SiteFactory.create().pk]) == []


@pytest.mark.parametrize("visits", [1, 3])
def test_it_asks_as_often_for_many_visits(
    calendar: Calendar, visits: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(visits):
        calendar.book(MONDAY + minutes(60 * number))
    ExceptionalOpening.objects.all().delete()
    let_work(time(6), time(6, 30))

    with django_assert_num_queries(5):
        assert len(find_stranded(now=NOW)) == visits


def test_visits_of_a_room_and_of_a_type_are_found_until_they_end(calendar: Calendar) -> None:
    visit = calendar.book()
    person, room = calendar.practitioners[0].resource_id, calendar.rooms[0].pk

    assert list_visits_with([room], now=MONDAY + minutes(39)) == [visit]
    assert list_visits_with([room], now=MONDAY + minutes(40)) == []
    assert list_visits_with([room + 1000], now=NOW) == []
    assert list_visits_of_types(person, [calendar.visit_type.pk], now=NOW) == [visit]
    assert list_visits_of_types(person, [], now=NOW) == []
