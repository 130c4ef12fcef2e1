"""Which site's day a page of the desk shows, and how: asked for in the address, else where one was last."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bookings.forms.desk import DayForm
from bookings.queries.open_sites import find_open_site
from clinic.models import Site
from clinic.queries.places import list_sites

LAST_SITE = "desk_site"
"""The session's memory of the site one was at."""


@dataclass(frozen=True)
class DayShown:
    """A site's local day, its columns (`by`: practitioner or room) and the filter in use (`show`, or "")."""

    sites: list[Site]
    site: Site
    day: date
    today: date
    by: str
    show: str

    @property
    def query(self) -> str:
        """What the address says of this day, without a visit."""
        asked = {"site": self.site.slug, "date": self.day.isoformat(), "by": self.by}
        return urlencode(asked | ({"show": self.show} if self.show else {}))

    @property
    def facts(self) -> dict[str, Any]:
        """What the templates of a day show in their top bar."""
        return {
            "shown": self,
            "sites": self.sites,
            "site": self.site,
            "day": self.day,
            "today": self.today,
            "before": self.day - timedelta(days=1),
            "after": self.day + timedelta(days=1),
        }


def read_day(request: HttpRequest, now: datetime, *, quietly: bool = False) -> DayShown | None:
    """Return which day to show; None if the clinic has no site. Nonsense in the address is left out.

    `quietly` writes nothing to the session: a page that asks by itself must not extend it.
    """
    sites = list_sites()
    if not sites:
        return None
    form = DayForm(request.GET, sites=sites)
    if not form.is_valid() and not quietly:
        messages.warning(request, _("We couldn’t read that date or site. This is what we show instead."))
    asked = getattr(form, "cleaned_data", {})
    site = asked.get("site") or _usual_site(request, sites, now)
    if not quietly and asked.get("site") and request.session.get(LAST_SITE) != site.slug:
        request.session[LAST_SITE] = site.slug
    today = now.astimezone(site.tz).date()
    return DayShown(
        sites=sites,
        site=site,
        day=asked.get("date") or today,
        today=today,
        by=asked.get("by") or "practitioner",
        show=asked.get("show") or "",
    )


def _usual_site(request: HttpRequest, sites: list[Site], now: datetime) -> Site:
    """Return the site somebody was at last, else one that is open now, else the first."""
    last = next((site for site in sites if site.slug == request.session.get(LAST_SITE)), None)
    if last is not None or len(sites) == 1:
        return last or sites[0]
    return find_open_site(sites, now) or sites[0]
