"""Which sites show treatments in public without a valid advertising approval."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from clinic.models import Site, TreatmentCard
from clinic.models.catalogue import Visibility


@dataclass(frozen=True)
class AdvertisingWarning:
    """A site whose approval is missing or over while a card is public. It warns; it hides nothing."""

    site: Site
    message: str

    def __str__(self) -> str:
        return self.message


def list_advertising_warnings(*, now: datetime) -> list[AdvertisingWarning]:
    """Return a warning for each site in Thailand in use that needs one; none without a public card.

    Advertising of a clinic's treatments needs approval there (Sanatorium Act B.E. 2541, section 38),
    which has a number and ends on a date.
    """
    public = TreatmentCard.objects.filter(visibility=Visibility.PUBLIC, treatment__archived_at__isnull=True)
    sites = list(Site.objects.filter(country="TH", archived_at__isnull=True).order_by("order", "pk"))
    if not sites or not public.exists():
        return []
    warnings = ((site, _what_is_wrong(site, now)) for site in sites)
    return [AdvertisingWarning(site, message) for site, message in warnings if message]


def _what_is_wrong(site: Site, now: datetime) -> str:
    """Say what the site's approval lacks today, by its own date; "" if nothing."""
    ends = site.advertising_approval_expiry_date
    names = {"site": site.name_text}
    if not site.advertising_approval.strip() or ends is None:
        return (
            _(
                "%(site)s: treatment cards are public, but no advertising approval number and end date "
                "are entered. In Thailand advertising needs approval."
            )
            % names
        )
    if ends < now.astimezone(site.tz).date():
        return _("%(site)s: the advertising approval has ended, and treatment cards are public.") % names
    return ""
