"""One site with all that its addresses can name: twice in the world, so that no page confuses two sites."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from bookings.models import Closure, ExceptionalOpening, ImportBatch, RunningLate, TimeOff, WalkIn
from bookings.services.import_batches import keep_file
from clinic.access.fields import Field
from clinic.models import ProductGate, Role, Site, Treatment, TrustedComputer, User
from tests.access.canaries import canary
from tests.bookings.blocks import block_of, enter
from tests.bookings.desk_lists import add_waiting, say_late
from tests.calendars import Calendar, make_calendar
from tests.clinic.admin_pages import open_gate
from tests.factories import ClosureFactory, OpeningFactory, StaffFactory, both

FILE = b"Name,Phone,Email\nSomchai Dee,081 234 5678,somchai@example.com\n"


@dataclass(frozen=True)
class House:
    """A site and what belongs to it; the treatment is the whole clinic's, but another one in each house."""

    name: str
    calendar: Calendar
    member: User
    closure: Closure
    opening: ExceptionalOpening
    time_off: TimeOff
    waiting: WalkIn
    said: RunningLate
    batch: ImportBatch
    treatment: Treatment
    gate: ProductGate
    computer: TrustedComputer


def make_house(name: str, zone: str, treatment: Treatment, **site: Any) -> House:
    """Open a site with everything in it; its name stands in its canaries."""
    calendar = _open(name, zone, **site)
    doctor, now = calendar.practitioners[0], timezone.now()
    member = StaffFactory.create(
        roles=[Role.FRONT_DESK],
        name=f"Nok {name}",
        email=f"{canary(Field.STAFF_CONTACT, name)}@example.com",
    )
    far = now + timedelta(days=40)
    return House(
        name=name,
        calendar=calendar,
        member=member,
        closure=ClosureFactory.create(site=calendar.site, first_date=far.date(), last_date=far.date()),
        opening=OpeningFactory.create(
            site=calendar.site, practitioner=doctor, date=date(2030, 1, 1), starts=time(9), ends=time(12)
        ),
        time_off=enter(
            block_of(calendar.practitioners[1].resource, far), note=canary(Field.DESK_NOTES, name), now=now
        ).rows[0],
        waiting=add_waiting(calendar, now=now),
        said=say_late(calendar, now=now),
        batch=keep_file(raw=FILE, file_name="old.csv", site=calendar.site, by=member, now=now),
        treatment=treatment,
        gate=open_gate(treatment),
        computer=TrustedComputer.objects.create(
            token_hash=name, trusted_by=member, trusted_at=now, ends_at=now + timedelta(hours=9)
        ),
    )


def _open(name: str, zone: str, **site: Any) -> Calendar:
    calendar = make_calendar(practitioners=2, rooms=2, code=f"CONS_{name[:3].upper()}")
    values = {"zone": zone, "city": both(name), "name": both(f"Mali {name}"), **site}
    Site.objects.filter(pk=calendar.site.pk).update(**values)
    return replace(calendar, site=Site.objects.get(pk=calendar.site.pk))
