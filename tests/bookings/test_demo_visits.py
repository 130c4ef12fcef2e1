"""The demo's visits, as set up at 11:36 on Wednesday 25 November 2026 in Bangkok."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db.models import Max, Min
from django.test import TestCase

from bookings.demo.calendar import Calendar, days_between
from bookings.demo.seed import seed
from bookings.hours import pieces_of_day
from bookings.life_cycle import Status, may_follow
from bookings.models import Allocation, Appointment, TimeOff
from clinic.models import (
    Practitioner,
    Site,
)

BANGKOK = ZoneInfo("Asia/Bangkok")
NOW = datetime(2026, 11, 25, 4, 36, tzinfo=UTC)
TODAY = date(2026, 11, 25)


def list_visits() -> list[Appointment]:
    """Return every visit with what the tests look at."""
    return list(
        Appointment.objects.select_related("visit_type", "site", "patient", "practitioner__resource")
        .prefetch_related("allocations__resource", "events")
        .order_by("starts_at", "pk")
    )


def is_under_way(site: Site, moment: datetime, starts: list[datetime]) -> bool:
    """Whether a site's local day has visits that began before a moment, and some still to begin."""
    day = moment.astimezone(site.tz).date()
    today = [start for start in starts if start.astimezone(site.tz).date() == day]
    return any(start <= moment for start in today) and any(start > moment for start in today)


class TestDemoVisits(TestCase):
    """Ten weeks of visits that obey the rules of the clinic they are in."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Set the demo up once; each test starts from there."""
        seed(now=NOW)

    def test_visits_fill_ten_weeks_around_today(self) -> None:
        span = Appointment.objects.aggregate(first=Min("starts_at"), last=Max("starts_at"))

        first, last = (span[name].astimezone(BANGKOK).date() for name in ("first", "last"))
        assert (first - TODAY).days in range(-35, -32)
        assert (last - TODAY).days in range(30, 43)

    def test_days_are_about_60_percent_full(self) -> None:
        days = days_between(TODAY - timedelta(days=35), TODAY + timedelta(days=35))
        calendar = Calendar(list(Site.objects.all()), days[0], days[-1])
        shifts = [
            shift for site in Site.objects.all() for day in days for shift in calendar.shifts(site, day)
        ]
        people = {person.resource_id for person in Practitioner.objects.all()}
        taken = sum(
            (row.span.upper - row.span.lower).total_seconds()
            for row in Allocation.objects.filter(resource__in=people)
        )

        assert 0.45 < taken / sum(shift.end - shift.start for shift in shifts) < 0.7

    def test_every_visit_claims_what_its_type_needs_for_its_buffered_span(self) -> None:
        for visit in list_visits():
            claims = list(visit.allocations.all())
            expected = (
                sorted(visit.visit_type.needs_in(visit.mode)) if visit.status != Status.CANCELLED else []
            )
            assert sorted(claim.resource.kind for claim in claims) == expected
            after = timedelta(minutes=visit.visit_type.buffer_after_minutes)
            assert {(c.span.lower, c.span.upper) for c in claims} <= {
                (visit.starts_at, visit.ends_at + after)
            }

    def test_every_room_is_at_the_site_of_its_visit(self) -> None:
        claims = Allocation.objects.exclude(resource__site=None).select_related("appointment", "resource")

        assert all(claim.resource.site_id == claim.appointment.site_id for claim in claims)

    def test_every_visit_stands_in_hours_on_the_grid_and_clear_of_time_off(self) -> None:
        days = days_between(TODAY - timedelta(days=36), TODAY + timedelta(days=50))
        calendar = Calendar(list(Site.objects.all()), days[0], days[-1])
        off = list(TimeOff.objects.values_list("resource_id", "span"))
        for visit in list_visits():
            local = visit.starts_at.astimezone(visit.site.tz)
            shifts = [
                (shift.start, shift.end)
                for shift in calendar.shifts(visit.site, local.date())
                if shift.practitioner == visit.practitioner
            ]
            starts, ends = int(visit.starts_at.timestamp()), int(visit.ends_at.timestamp())
            assert any(begin <= starts and ends <= end for begin, end in shifts), visit
            assert (local.hour * 60 + local.minute) % visit.visit_type.grid_minutes == 0
            assert pieces_of_day(local.date().toordinal(), visit.site.tz)
            assert not any(
                claim.resource_id == resource
                and claim.span.lower < span.upper
                and span.lower < claim.span.upper
                for claim in visit.allocations.all()
                for resource, span in off
            )

    def test_patch_tests_go_on_on_mondays_and_are_read_on_time(self) -> None:
        steps = [visit for visit in list_visits() if visit.visit_type.code.startswith("PATCH")]
        days = {(v.visit_type.code, v.starts_at.astimezone(BANGKOK).isoweekday()) for v in steps}

        assert days == {("PATCH_D0", 1), ("PATCH_D2", 3), ("PATCH_D34", 5)}

    def test_practitioners_do_only_what_they_do(self) -> None:
        does = {person.pk: set(person.visit_types.all()) for person in Practitioner.objects.all()}

        assert all(visit.visit_type in does[visit.practitioner_id] for visit in list_visits())

    def test_statuses_follow_the_clock(self) -> None:
        over = {Status.DONE, Status.NO_SHOW, Status.CANCELLED}
        here = {Status.ARRIVED, Status.IN_ROOM, Status.DONE, Status.NO_SHOW}
        for visit in list_visits():
            if visit.ends_at < NOW - timedelta(hours=1):
                assert visit.status in over
            if visit.starts_at > NOW + timedelta(minutes=30):
                assert visit.status not in here

    def test_today_shows_every_stage_of_a_day(self) -> None:
        today = {v.status for v in list_visits() if v.starts_at.astimezone(BANGKOK).date() == TODAY}

        assert {Status.DONE, Status.CONFIRMED} <= today
        assert today & {Status.ARRIVED, Status.IN_ROOM}

    def test_day_is_in_progress_somewhere_at_every_hour(self) -> None:
        midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
        starts: dict[Site, list[datetime]] = defaultdict(list)
        for visit in list_visits():
            if visit.status != Status.CANCELLED:
                starts[visit.site].append(visit.starts_at)

        for hour in range(24):
            moment = midnight + timedelta(hours=hour, minutes=10)
            assert any(is_under_way(site, moment, starts[site]) for site in starts), hour

    def test_events_tell_how_each_visit_got_where_it_is(self) -> None:
        for visit in list_visits():
            events = sorted(visit.events.all(), key=lambda event: (event.at, event.pk))
            assert (events[0].to_status, events[-1].to_status) == (Status.BOOKED, visit.status)
            assert all(may_follow(Status(a.to_status), Status(b.to_status)) for a, b in pairwise(events))
            assert events[-1].at <= NOW
            assert visit.created_at == events[0].at < visit.starts_at

    def test_demo_patient_has_two_visits_behind_and_one_ahead(self) -> None:
        visits = Appointment.objects.filter(patient__account__email="patient@demo.nuan.example")

        assert visits.filter(status=Status.DONE, starts_at__lt=NOW).count() == 2
        assert visits.filter(status__in=[Status.BOOKED, Status.CONFIRMED], starts_at__gt=NOW).count() == 1
