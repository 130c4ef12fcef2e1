"""A small working clinic for tests of availability and booking: one call, plain parts."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from phonenumber_field.phonenumber import PhoneNumber

from bookings.models import Appointment, VisitEvent
from bookings.queries.offers import Search
from bookings.services import holds, visits
from bookings.services.actors import Actor
from clinic.models import Practitioner, Resource, Site, VisitType
from patients.services.people import PersonDetails
from tests import factories

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Friday 20 November 2026, 09:00 in Bangkok."""

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 09:00 in Bangkok: opening time."""

PATIENT = Actor(by=VisitEvent.By.PATIENT)


@dataclass(frozen=True)
class Calendar:
    """One site, one visit type, its practitioners and rooms; everybody works 09:00-17:00 every weekday."""

    site: Site
    visit_type: VisitType
    practitioners: list[Practitioner]
    rooms: list[Resource]

    @property
    def search(self) -> Search:
        """A search for a visit in person with anyone."""
        return Search(visit_type=self.visit_type, site=self.site, mode="in_person")

    def hold(self, starts_at: datetime = MONDAY, *, now: datetime = NOW, **changes: Any) -> Appointment:
        """Hold a time as a patient would; `changes` alter the search."""
        return holds.hold_time(
            search=replace(self.search, **changes),
            starts_at=starts_at,
            key=uuid.uuid4(),
            actor=PATIENT,
            zone="Europe/London",
            been_before=False,
            now=now,
        )

    def book(self, starts_at: datetime = MONDAY, *, now: datetime = NOW, **changes: Any) -> Appointment:
        """Hold and book a time as a patient would; `changes` alter the person."""
        hold = self.hold(starts_at, now=now)
        return visits.book_held_visit(
            appointment_id=hold.pk,
            person=person(**changes),
            key=uuid.uuid4(),
            actor=PATIENT,
            now=now,
        )


def make_calendar(*, practitioners: int = 1, rooms: int = 1, **visit_type: Any) -> Calendar:
    """Create a calendar; keyword arguments alter the visit type."""
    site = factories.SiteFactory.create()
    kind = factories.VisitTypeFactory.create(**visit_type)
    factories.OfferFactory.create(visit_type=kind, site=site)
    people = []
    for number in range(practitioners):
        someone = factories.PractitionerFactory.create(short=f"Dr {chr(65 + number)}", visit_types=[kind])
        for weekday in range(1, 6):
            factories.HoursFactory.create(practitioner=someone, site=site, weekday=weekday)
        people.append(someone)
    places = [
        factories.ResourceFactory.create(site=site, name=f"Room {number + 1}") for number in range(rooms)
    ]
    return Calendar(site, kind, people, places)


def person(**changes: Any) -> PersonDetails:
    """Return somebody's details, as a checked form gives them."""
    values: dict[str, Any] = {
        "booked_for": "self",
        "name": "Hannah Whitfield",
        "contact_name": "",
        "birth_date": None,
        "email": f"{uuid.uuid4().hex[:8]}@example.com",
        "phone": PhoneNumber.from_string("+447700900318"),
        "language": "en",
        "zone": "Europe/London",
        "account": None,
    }
    return PersonDetails(**(values | changes))


def minutes(count: int) -> timedelta:
    """Return a length in minutes."""
    return timedelta(minutes=count)
