"""Visits that stand in time off or on a closed day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, TimeOff
from bookings.queries.to_move import list_visits_in_closure, list_visits_in_time_off
from clinic.models import Resource, Role, Site
from tests.bookings.pages import book_for
from tests.calendars import make_calendar
from tests.clinic.admin_pages import address, by_language, signed_in
from tests.factories import (
    ClosureFactory,
    HoursFactory,
    OpeningFactory,
    PatientFactory,
    PractitionerFactory,
    SiteFactory,
    VisitTypeFactory,
    both,
)

pytestmark = pytest.mark.django_db

TEN = datetime(2026, 11, 30, 3, tzinfo=UTC)  # 10:00 in Bangkok


@pytest.fixture
def visit() -> Appointment:
    """A booked visit at 10:00 on 30 November 2026, whose practitioner is claimed."""
    return make_visit(TEN)


def make_visit(starts_at: datetime, status: Status = Status.BOOKED) -> Appointment:
    """Return a visit of 40 minutes with a practitioner of its own."""
    person = PractitionerFactory.create()
    made = Appointment.objects.create(
        reference=f"T{Appointment.objects.count()}",
        status=status,
        visit_type=VisitTypeFactory.create(),
        site=SiteFactory.create(),
        practitioner=person,
        patient=PatientFactory.create(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=40),
    )
    span = DateTimeTZRange(starts_at, starts_at + timedelta(minutes=50))
    Allocation.objects.create(appointment=made, resource=person.resource, span=span)
    return made


def time_off(visit: Appointment, hours_after: int) -> TimeOff:
    """Return an hour off for the visit's practitioner, so many hours after its start."""
    begins = visit.starts_at + timedelta(hours=hours_after)
    span = DateTimeTZRange(begins, begins + timedelta(hours=1))
    return TimeOff(resource=visit.practitioner.resource, span=span)


def test_visit_in_time_off_of_its_practitioner_is_to_move(visit: Appointment) -> None:
    assert list_visits_in_time_off(time_off(visit, 0)) == [visit]


def test_visit_beside_time_off_is_not(visit: Appointment) -> None:
    assert list_visits_in_time_off(time_off(visit, 1)) == []


def test_visit_that_is_done_is_not() -> None:
    assert list_visits_in_time_off(time_off(make_visit(TEN, Status.DONE), 0)) == []


def test_visit_of_somebody_else_is_not(visit: Appointment) -> None:
    other = PractitionerFactory.create().resource

    assert list_visits_in_time_off(TimeOff(resource=other, span=time_off(visit, 0).span)) == []


@pytest.mark.parametrize(("day", "found"), [(29, False), (30, True)])
def test_visit_on_a_closed_day_of_its_site_is_to_move(visit: Appointment, day: int, found: bool) -> None:
    closed = date(2026, 11, day)
    closure = ClosureFactory.create(site=visit.site, first_date=closed, last_date=closed)

    assert list_visits_in_closure(closure) == ([visit] if found else [])


def test_closed_day_is_the_sites_own() -> None:
    before_dawn = make_visit(datetime(2026, 11, 29, 17, 30, tzinfo=UTC))  # 00:30 on the 30th in Bangkok
    day = date(2026, 11, 30)

    assert list_visits_in_closure(
        ClosureFactory.create(site=before_dawn.site, first_date=day, last_date=day)
    ) == [before_dawn]


def test_visit_in_an_exceptional_opening_stays(visit: Appointment) -> None:
    day = date(2026, 11, 30)
    OpeningFactory.create(
        practitioner=visit.practitioner, site=visit.site, date=day, starts=time(9), ends=time(12)
    )

    assert list_visits_in_closure(ClosureFactory.create(site=visit.site, first_date=day, last_date=day)) == []


@pytest.fixture
def desk() -> Client:
    """A browser of the front desk."""
    return signed_in(Role.FRONT_DESK)


def test_entering_time_off_names_the_visits_and_keeps_them(desk: Client, visit: Appointment) -> None:
    data = {"resource": visit.practitioner.resource_id, "first_date": "2026-11-30", "clock_of": visit.site_id}

    page = desk.post(address("bookings.timeoff", "add"), data, follow=True).content.decode()

    visit.refresh_from_db()
    assert "1 visit must be moved:<br>Mon 30 Nov 2026, 10:00" in page
    assert visit.reference in page
    assert visit.status == Status.BOOKED


def test_entering_a_closure_names_the_visits(desk: Client, visit: Appointment) -> None:
    days = {"first_date": "2026-11-30", "last_date": "2026-11-30"}
    data = {"site": visit.site_id, **days, **by_language("name", both("Flood"))}

    page = desk.post(address("bookings.closure", "add"), data, follow=True).content.decode()

    assert "1 visit must be moved" in page


def test_choosing_a_holiday_names_the_visits(desk: Client) -> None:
    visit = make_visit(datetime(2026, 12, 10, 3, tzinfo=UTC))
    data = {"year": "2026", "days": ["2026-12-10"]}

    page = desk.post(address("clinic.site", "holidays", visit.site_id), data, follow=True).content.decode()

    assert "1 visit must be moved" in page
    assert visit.reference in page


def test_time_off_page_lists_the_visits_in_it(desk: Client, visit: Appointment) -> None:
    row = time_off(visit, 0)
    row.save()

    page = desk.get(address("bookings.timeoff", "change", row.pk)).content.decode()

    assert "1 visit to move" in page
    assert visit.reference in page


def test_changing_hours_names_the_visits_outside_them(desk: Client, visit: Appointment) -> None:
    hours = HoursFactory.create(
        practitioner=visit.practitioner, site=visit.site, valid_from_date=date(2026, 1, 1)
    )
    Appointment.objects.update(
        starts_at=TEN + timedelta(days=3650), ends_at=TEN + timedelta(days=3650, hours=1)
    )

    page = desk.post(
        address("bookings.workinghours", "delete", hours.pk), {"post": "yes"}, follow=True
    ).content.decode()

    assert "1 visit must be moved" in page
    assert visit.reference in page


@pytest.mark.parametrize("what", ["site", "practitioner", "resource"])
def test_the_admin_archives_nothing_that_a_booked_visit_needs(what: str) -> None:
    calendar = make_calendar()
    visit = book_for(calendar)
    rows = {"site": calendar.site, "practitioner": calendar.practitioners[0], "resource": calendar.rooms[0]}
    data = {"action": "archive", "_selected_action": [rows[what].pk]}

    page = signed_in(Role.OWNER).post(address(f"clinic.{what}", "changelist"), data, follow=True)

    assert visit.reference in page.content.decode()
    assert not Site.objects.exclude(archived_at=None).exists()
    assert not Resource.objects.exclude(archived_at=None).exists()
