"""A day as full as the largest clinic's: 20 practitioners with 20 visits each."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from psycopg.types.range import Range

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment
from clinic.models import Clinic, Practitioner, Site, VisitType
from tests import factories

PEOPLE = 20
VISITS_EACH = 20
LENGTH = timedelta(minutes=10)
APART = timedelta(minutes=30)
STATUSES = (Status.BOOKED, Status.CONFIRMED)


@dataclass(frozen=True)
class BusyDay:
    """A site, its day, and the references of the visits, one practitioner's after the other's."""

    site: Site
    date: date
    references: list[str]

    @property
    def address(self) -> str:
        """The address of the day's board."""
        return f"/desk/?site={self.site.slug}&date={self.date}"


def make_busy_day() -> BusyDay:
    """Create the clinic and next week's Monday, 08:00 to 18:00; every half hour begins with a visit."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    site = factories.SiteFactory.create()
    kind = factories.VisitTypeFactory.create(minutes=10, buffer_after_minutes=0, grid_minutes=5)
    factories.OfferFactory.create(visit_type=kind, site=site)
    today = timezone.now().astimezone(site.tz).date()
    monday = today + timedelta(days=7 - today.weekday())
    made = [
        visit
        for number in range(PEOPLE)
        for visit in _visits_of(_practitioner(number, site, kind), site, kind, monday)
    ]
    Appointment.objects.bulk_create(made)
    Allocation.objects.bulk_create(
        Allocation(
            appointment=visit,
            resource=visit.practitioner.resource,
            span=Range(visit.starts_at, visit.ends_at),
        )
        for visit in made
    )
    return BusyDay(site, monday, [visit.reference for visit in made])


def _practitioner(number: int, site: Site, kind: VisitType) -> Practitioner:
    someone = factories.PractitionerFactory.create(short=f"Dr {number + 1:02}", visit_types=[kind])
    factories.HoursFactory.create(practitioner=someone, site=site, weekday=1, starts=time(8), ends=time(18))
    return someone


def _visits_of(someone: Practitioner, site: Site, kind: VisitType, day: date) -> list[Appointment]:
    opening = datetime.combine(day, time(8), tzinfo=site.tz)
    return [
        Appointment(
            reference=f"D{someone.pk:03}{number:02}",
            status=STATUSES[number % 2],
            visit_type=kind,
            site=site,
            practitioner=someone,
            patient=factories.PatientFactory.create(name=f"Patient {someone.pk} {number}"),
            mode="video",
            starts_at=opening + number * APART,
            ends_at=opening + number * APART + LENGTH,
        )
        for number in range(VISITS_EACH)
    ]
