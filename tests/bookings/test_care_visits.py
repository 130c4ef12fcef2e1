"""Who is on shift where, and whose visits that brings along."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from bookings.life_cycle import Status
from bookings.models import Appointment, TimeOff
from bookings.queries.care_visits import list_sites_on_shift, list_ties_by_visits
from clinic.models import User
from tests.calendars import MONDAY, NOW, Calendar, make_calendar
from tests.factories import ClosureFactory, HoursFactory, OpeningFactory, SiteFactory
from tests.patients.care_team import on_staff_of, outsider, visit_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2)


@pytest.fixture
def doctor(calendar: Calendar) -> User:
    return on_staff_of(calendar)


def cared_for(user: User, now: datetime) -> set[UUID]:
    """Return the patients whose visits tie somebody to them."""
    return {patient for ties in list_ties_by_visits(user, now) for patient in ties}


def take_off(calendar: Calendar, start: datetime, end: datetime) -> None:
    TimeOff.objects.create(resource=calendar.practitioners[0].resource, span=DateTimeTZRange(start, end))


@pytest.mark.parametrize(
    ("now", "is_on"),
    [
        (MONDAY - HOUR - timedelta(microseconds=1), False),
        (MONDAY - HOUR, True),
        (MONDAY + 8 * HOUR, True),
        (MONDAY + 10 * HOUR - timedelta(microseconds=1), True),
        (MONDAY + 10 * HOUR, False),
        (SATURDAY, False),
    ],
)
def test_a_shift_is_the_days_hours_with_an_hour_before_and_two_after(
    calendar: Calendar, doctor: User, now: datetime, is_on: bool
) -> None:
    assert list_sites_on_shift(doctor, now) == ([calendar.site.pk] if is_on else [])


def test_hours_are_those_of_the_sites_own_clock(doctor: User, calendar: Calendar) -> None:
    away = SiteFactory.create(zone="America/Los_Angeles")
    HoursFactory.create(practitioner=calendar.practitioners[0], site=away, weekday=1)
    nine_there = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)

    assert list_sites_on_shift(doctor, nine_there) == [away.pk]


def test_closed_days_have_no_shift_but_their_openings_do(calendar: Calendar, doctor: User) -> None:
    day = date(2026, 11, 23)
    ClosureFactory.create(site=calendar.site, first_date=day, last_date=day)
    closed = list_sites_on_shift(doctor, MONDAY)
    OpeningFactory.create(
        practitioner=calendar.practitioners[0], site=calendar.site, date=day, starts=time(9), ends=time(12)
    )

    assert closed == []
    assert list_sites_on_shift(doctor, MONDAY) == [calendar.site.pk]


@pytest.mark.parametrize(
    ("start", "end", "now", "is_on"),
    [
        (MONDAY, MONDAY + 8 * HOUR, MONDAY - HOUR / 2, False),  # the whole shift: nothing is left of it
        (MONDAY, MONDAY + 8 * HOUR, MONDAY + 9 * HOUR, False),
        (MONDAY + 4 * HOUR, MONDAY + 8 * HOUR, MONDAY + HOUR, True),
        (MONDAY + 4 * HOUR, MONDAY + 8 * HOUR, MONDAY + 5 * HOUR, False),  # at home, in time off
        (MONDAY + 4 * HOUR, MONDAY + 5 * HOUR, MONDAY + 6 * HOUR, True),
    ],
)
def test_time_off_is_taken_out_of_a_shift(
    calendar: Calendar, doctor: User, start: datetime, end: datetime, now: datetime, is_on: bool
) -> None:
    take_off(calendar, start, end)

    assert bool(list_sites_on_shift(doctor, now)) is is_on


def test_who_is_archived_or_has_no_hours_is_on_no_shift(calendar: Calendar, doctor: User) -> None:
    calendar.practitioners[0].resource.archived_at = NOW
    calendar.practitioners[0].resource.save()

    assert list_sites_on_shift(doctor, MONDAY) == []
    assert list_sites_on_shift(outsider(), MONDAY) == []


def test_an_archived_site_has_no_shift(calendar: Calendar, doctor: User) -> None:
    calendar.site.archived_at = NOW
    calendar.site.save()

    assert list_sites_on_shift(doctor, MONDAY) == []


@pytest.mark.parametrize(
    ("starts_at", "is_cared_for"),
    [
        (MONDAY + timedelta(days=14) - timedelta(seconds=1), True),
        (MONDAY + timedelta(days=14), False),
        (MONDAY - timedelta(days=30), True),
        (MONDAY - timedelta(days=30, seconds=1), False),
    ],
)
def test_a_shift_brings_patients_with_a_visit_about_now(
    calendar: Calendar, starts_at: datetime, is_cared_for: bool
) -> None:
    _visit, patient = visit_of(calendar, starts_at=starts_at, ends_at=starts_at + HOUR)
    colleague = on_staff_of(calendar, 1)

    assert cared_for(colleague, MONDAY) == ({patient.pk} if is_cared_for else set())


def test_a_shift_at_one_site_brings_nobody_of_another(calendar: Calendar) -> None:
    visit, _patient = visit_of(calendar)
    colleague = on_staff_of(calendar, 1)
    other = SiteFactory.create()
    Appointment.objects.filter(pk=visit.pk).update(site=other)

    assert cared_for(colleague, MONDAY) == set()


@pytest.mark.parametrize(
    ("status", "is_cared_for"),
    [
        (Status.BOOKED, True),
        (Status.CONFIRMED, True),
        (Status.ARRIVED, True),
        (Status.IN_ROOM, True),
        (Status.DONE, True),
        (Status.NO_SHOW, True),
        (Status.CANCELLED, False),
        (Status.EXPIRED, False),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_what_was_cancelled_brings_nobody(
    calendar: Calendar, status: Status, is_cared_for: bool, number: int
) -> None:
    visit_of(calendar, status=status.value)
    user = on_staff_of(calendar, number)

    assert bool(cared_for(user, MONDAY)) is is_cared_for


def test_ones_own_patients_are_cared_for_at_any_time(calendar: Calendar, doctor: User) -> None:
    visit, patient = visit_of(calendar)
    Appointment.objects.filter(pk=visit.pk).update(practitioner=calendar.practitioners[0])
    years_later = MONDAY + timedelta(days=1000)

    assert cared_for(doctor, years_later) == {patient.pk}


def test_shifts_cost_one_query_whatever_there_is(calendar: Calendar, doctor: User) -> None:
    take_off(calendar, MONDAY, MONDAY + HOUR)
    ClosureFactory.create(site=calendar.site, first_date=date(2026, 11, 24), last_date=date(2026, 11, 24))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        list_sites_on_shift(doctor, MONDAY)

    assert len(queries) == 1


def test_without_the_window_a_shift_would_bring_everybody(calendar: Calendar, settings: Any) -> None:
    """The negative control: the window is what keeps last year's patients out."""
    long_ago = MONDAY - timedelta(days=400)
    visit_of(calendar, starts_at=long_ago, ends_at=long_ago + HOUR)
    colleague = on_staff_of(calendar, 1)
    assert not cared_for(colleague, MONDAY)

    settings.CARE_AFTER = timedelta(days=500)

    assert cared_for(colleague, MONDAY)
