"""A tablet in a patient's hands, for tests."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from bookings.models import WalkIn
from clinic.models import Role, Site, User
from patients.models import Patient, TabletPass
from patients.services.tablets import make_pass, token_of
from tests.factories import SiteFactory, StaffFactory, VisitTypeFactory

Holder = TabletPass.Holder


def hand_out(patient: Patient, holder: Holder = Holder.PATIENT, by: User | None = None) -> TabletPass:
    """Make a pass as the desk does, now."""
    nok = by or StaffFactory.create(roles=[Role.FRONT_DESK])
    return make_pass(patient=patient, holder=holder, by=nok, now=timezone.now())


def address_of(found: TabletPass) -> str:
    """Return the address in the QR code of a pass."""
    return f"/tablet/open/{token_of(found)}/"


def form_of(found: TabletPass, page: str = "") -> str:
    """Return the address of a page of the form of a pass."""
    return f"/tablet/{found.pk}/form/" + (f"{page}/" if page else "")


def start_on(tablet: Client, found: TabletPass) -> None:
    """Scan the code of a pass and press Start."""
    answer = tablet.post(address_of(found))
    assert (answer.status_code, answer["Location"]) == (302, form_of(found))


def leave_alone(found: TabletPass, minutes: float) -> None:
    """Let nobody have touched the tablet for so long."""
    TabletPass.objects.filter(pk=found.pk).update(active_at=timezone.now() - timedelta(minutes=minutes))


def wait(found: TabletPass, minutes: float) -> None:
    """Let so much time have passed since the code was shown."""
    row = TabletPass.objects.get(pk=found.pk)
    shift = timedelta(minutes=minutes)
    TabletPass.objects.filter(pk=found.pk).update(
        made_at=row.made_at - shift, scan_before_at=row.scan_before_at - shift
    )


def wait_in_line(patient: Patient) -> WalkIn:
    """Let somebody stand at the desk, without a visit."""
    now = timezone.now()
    return WalkIn.objects.create(
        key=uuid4(),
        site=Site.objects.first() or SiteFactory.create(),
        day=now.date(),
        patient=patient,
        visit_type=VisitTypeFactory.create(),
        came_at=now,
    )
