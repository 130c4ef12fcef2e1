"""Reading the clinic, its sites and its people."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from phonenumber_field.phonenumber import PhoneNumber

from clinic.models import Clinic, Practitioner, Site
from clinic.queries.advertising import AdvertisingWarning, list_advertising_warnings


@dataclass
class LastKnown:
    """What this process last read of the clinic, for the page shown when the database does not answer."""

    phone: PhoneNumber | None = None


last_known = LastKnown()


def get_clinic() -> Clinic:
    """Return the clinic's one row, or an unsaved default on an empty database."""
    clinic = Clinic.objects.filter(pk=1).first() or Clinic(pk=1)
    last_known.phone = clinic.phone or None
    return clinic


def list_sites() -> list[Site]:
    """Return the sites in use, in their order."""
    return list(Site.objects.filter(archived_at__isnull=True).order_by("order", "pk"))


def list_licensed_practitioners() -> list[Practitioner]:
    """Return practitioners with a licence number, for the footer."""
    return list(
        Practitioner.objects.filter(resource__archived_at__isnull=True)
        .exclude(licence_number="")
        .select_related("resource")
        .order_by("resource__name", "pk")
    )


class PageFacts:
    """The clinic as page templates see it; each part is read at most once, and only if shown."""

    def __init__(self, now: datetime) -> None:
        """Remember the instant at which the page is made."""
        self.now = now

    @cached_property
    def about(self) -> Clinic:
        """The clinic's row."""
        return get_clinic()

    @cached_property
    def sites(self) -> list[Site]:
        """The sites in use."""
        return list_sites()

    @cached_property
    def licensed(self) -> list[Practitioner]:
        """Practitioners with a licence number."""
        return list_licensed_practitioners()

    @cached_property
    def advertising_warnings(self) -> list[AdvertisingWarning]:
        """What owners are told about advertising approvals; never shown to patients."""
        return list_advertising_warnings(now=self.now)
