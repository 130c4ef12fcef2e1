"""Reading the clinic, its sites and its people."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from phonenumber_field.phonenumber import PhoneNumber

from clinic import prepared
from clinic.models import Clinic, Practitioner, ResourceKind, Site
from clinic.queries.advertising import AdvertisingWarning, list_advertising_warnings

# Every page shows these, so they are prepared. The clinic's row comes along with each site, or alone.
_PLACES = prepared.Rows(
    """
  FROM (VALUES (1)) AS the(one)
  LEFT JOIN clinic_clinic c ON c.id = the.one
  LEFT JOIN clinic_site s ON s.archived_at IS NULL
 ORDER BY s."order", s.id
""",
    c=Clinic,
    s=Site,
)
_LICENSED = prepared.Rows(
    """
  FROM clinic_practitioner p JOIN clinic_resource r ON r.id = p.resource_id
 WHERE r.archived_at IS NULL AND p.licence_number <> ''
 ORDER BY r.name, p.id
""",
    p=Practitioner,
)


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


def get_places() -> tuple[Clinic, list[Site]]:
    """Return the clinic and the sites in use, in their order. One query."""
    rows = _PLACES.fetch()
    clinic = rows[0][0] or Clinic(pk=1)
    last_known.phone = clinic.phone or None
    return clinic, [site for _clinic, site in rows if site is not None]


def list_sites() -> list[Site]:
    """Return the sites in use, in their order."""
    return list(Site.objects.filter(archived_at__isnull=True).order_by("order", "pk"))


def get_clinics_zone() -> ZoneInfo:
    """Return the zone of the first site, for what belongs to none; UTC while there is no site."""
    return next((site.tz for site in list_sites()), ZoneInfo("UTC"))


def list_doctors() -> list[Practitioner]:
    """Return the doctors in use, by name. One query."""
    doctors = Practitioner.objects.filter(resource__kind=ResourceKind.DOCTOR, resource__archived_at=None)
    return list(doctors.order_by("resource__name", "pk"))


def list_licensed_practitioners() -> list[Practitioner]:
    """Return practitioners with a licence number, for the footer."""
    return [person for (person,) in _LICENSED.fetch()]


class PageFacts:
    """The clinic as page templates see it; each part is read at most once, and only if shown."""

    def __init__(self, now: datetime) -> None:
        """Remember the instant at which the page is made."""
        self.now = now

    @cached_property
    def about(self) -> Clinic:
        """The clinic's row."""
        return self._places[0]

    @cached_property
    def sites(self) -> list[Site]:
        """The sites in use."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[Clinic, list[Site]]:
        return get_places()

    @cached_property
    def licensed(self) -> list[Practitioner]:
        """Practitioners with a licence number."""
        return list_licensed_practitioners()

    @cached_property
    def advertising_warnings(self) -> list[AdvertisingWarning]:
        """What owners are told about advertising approvals; never shown to patients."""
        return list_advertising_warnings(now=self.now)
