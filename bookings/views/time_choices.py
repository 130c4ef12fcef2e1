"""From what somebody asked for to a search that makes sense, and the choices beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf.locale import LANG_INFO
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bookings.forms.choose_time import Wanted
from bookings.models import Appointment
from bookings.queries import catalogue
from bookings.queries.offers import Search
from clinic import times
from clinic.models import Practitioner, Site, VisitMode, VisitType
from clinic.models.visit_types import BookableBy

COMMON_ZONES = (
    (
        gettext_lazy("Asia"),
        "Asia/Bangkok Asia/Singapore Asia/Hong_Kong Asia/Tokyo Asia/Seoul Asia/Shanghai Asia/Taipei"
        " Asia/Manila Asia/Jakarta Asia/Kuala_Lumpur Asia/Ho_Chi_Minh Asia/Yangon Asia/Kolkata Asia/Dubai",
    ),
    (
        gettext_lazy("Europe"),
        "Europe/London Europe/Dublin Europe/Lisbon Europe/Paris Europe/Berlin Europe/Zurich Europe/Amsterdam"
        " Europe/Madrid Europe/Rome Europe/Stockholm Europe/Helsinki Europe/Moscow",
    ),
    (
        gettext_lazy("Australia and New Zealand"),
        "Australia/Perth Australia/Brisbane Australia/Sydney Australia/Melbourne Pacific/Auckland",
    ),
    (
        gettext_lazy("America"),
        "America/New_York America/Toronto America/Chicago America/Denver America/Los_Angeles"
        " America/Vancouver America/Sao_Paulo Pacific/Honolulu",
    ),
    (gettext_lazy("Africa"), "Africa/Johannesburg Africa/Cairo Africa/Lagos Africa/Nairobi"),
)
"""Zones to pick from a list; the address of the page takes any other."""

ANYONE = 0
"""What the doctor field says for anyone, where leaving it empty means the visit's own doctor."""

Option = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """What can be chosen, and what is. `zone` is the zone times are shown in, `usual_zone` the one they
    are shown in unless somebody asks for another. `home` is the person's own, "" while nobody told us.
    `anyone` is what the doctor field says for anyone.
    `wanted` is what was asked, without what the catalogue does not know; links are made of it. `notices`
    say what was not understood.
    """

    search: Search
    wanted: Wanted
    zone: ZoneInfo
    usual_zone: str
    home: str
    visit_types: Sequence[VisitType] = ()
    sites: Sequence[Site] = ()
    practitioners: Sequence[Practitioner] = ()
    notices: list[str] = field(default_factory=list)
    anyone: str = ""

    @property
    def patient_zone(self) -> ZoneInfo:
        """The zone to write the patient's times in: their own, else the one shown."""
        return ZoneInfo(self.home) if self.home else self.zone

    @property
    def doctor(self) -> Practitioner | None:
        """The doctor asked for, or None for anyone."""
        return next((who for who in self.practitioners if who.pk == self.search.practitioner_id), None)

    @property
    def mode_options(self) -> list[Option]:
        """How the visit may happen."""
        return [
            (mode, str(VisitMode(mode).label))
            for mode in VisitMode.values
            if mode in self.search.visit_type.modes
        ]

    @property
    def visit_options(self) -> list[Option]:
        """The visits a patient may book, in plain words while there is one of each sort."""
        sorts = [visit_type.bookable_by for visit_type in self.visit_types]
        plain = {BookableBy.ANYONE.value: _("First visit"), BookableBy.RETURNING.value: _("I’ve been before")}
        return [
            (kind.code, plain[kind.bookable_by] if sorts.count(kind.bookable_by) == 1 else kind.name_text)
            for kind in self.visit_types
        ]

    @property
    def doctor_options(self) -> list[Option]:
        """The doctors to choose from, those who speak the language asked for."""
        spoken = self.search.language
        return [
            (str(who.pk), who.name_text)
            for who in self.practitioners
            if not spoken or spoken in who.languages
        ]

    @property
    def language_options(self) -> list[Option]:
        """The languages somebody here speaks, by name."""
        codes = sorted({code for who in self.practitioners for code in who.languages})
        return [(code, _language_name(code)) for code in codes]

    @property
    def doctor_value(self) -> str:
        """What the doctor field says now."""
        return str(self.search.practitioner_id or self.anyone)

    def own_zones(self, now: datetime) -> list[tuple[str, str, bool]]:
        """Return the zones at the top of the list: the clinic's, the person's, the one shown (marked).

        The usual zone's value is empty, so that it still follows from the mode when that changes.
        """
        site = self.search.site
        names = dict.fromkeys([site.zone, self.home or self.zone.key, self.zone.key])
        return [
            ("" if name == self.usual_zone else name, _zone_label(name, site, now), name == self.zone.key)
            for name in names
        ]


def choose_for_booking(wanted: Wanted) -> Choices | None:
    """Return the choices for a new visit, or None if nothing can be booked online. Two queries.

    What the catalogue does not know, or patients may not book, falls back to its first entry and is named
    in the notices.
    """
    offered = catalogue.list_patient_offers()
    if not offered:
        return None
    notices: list[str] = []
    kinds = list({offer.visit_type_id: offer.visit_type for offer in offered}.values())
    kind = next((kind for kind in kinds if kind.code == wanted.visit), None)
    if wanted.visit and kind is None:
        notices.append(_("That visit can’t be booked online. Choose one here, or call us."))
    kind = kind or kinds[0]
    sites = [offer.site for offer in offered if offer.visit_type_id == kind.pk]
    site = next((site for site in sites if site.slug == wanted.where), None)
    if wanted.where and site is None:
        notices.append(
            _("That clinic doesn’t offer this visit. These are times in %(city)s.")
            % {"city": sites[0].city_text}
        )
    site = site or sites[0]
    mode = wanted.mode if wanted.mode in kind.modes else kind.modes[0]
    if wanted.mode and mode != wanted.mode:
        notices.append(
            _("This visit isn’t offered that way. These are times for: %(mode)s.")
            % {"mode": VisitMode(mode).label}
        )
    wanted = replace(
        wanted,
        visit=kind.code if wanted.visit else "",
        where=site.slug if wanted.where else "",
        mode=mode if wanted.mode else "",
        doctor=wanted.doctor or None,
    )
    choices = _complete(wanted, kind, site, mode)
    return replace(choices, visit_types=kinds, sites=sites, notices=notices + choices.notices)


def choose_for_move(wanted: Wanted, visit: Appointment) -> Choices:
    """Return the choices for moving a visit: its kind, clinic and mode stay. One query."""
    asked_for = None if visit.any_practitioner else visit.practitioner_id
    wanted = replace(
        wanted,
        visit="",
        where="",
        mode="",
        doctor=asked_for if wanted.doctor is None else wanted.doctor,
        home=wanted.home or visit.patient_zone,
    )
    choices = _complete(wanted, visit.visit_type, visit.site, visit.mode)
    return replace(choices, search=replace(choices.search, moving_id=visit.pk), anyone=str(ANYONE))


def _complete(wanted: Wanted, kind: VisitType, site: Site, mode: str) -> Choices:
    """Return the choices once visit, site and mode are known. One query."""
    notices: list[str] = []
    people = catalogue.list_practitioners(kind, site)
    language = wanted.language if any(wanted.language in who.languages for who in people) else ""
    if wanted.language and not language:
        notices.append(
            _("Nobody here speaks that language at this visit. Call us and we help to find an interpreter.")
        )
    doctor = next((who.pk for who in people if who.pk == wanted.doctor), None)
    if wanted.doctor and doctor is None:
        notices.append(_("That doctor can’t be chosen for this visit. These are times with anyone."))
    home = wanted.home or (wanted.zone if wanted.zone != site.zone else "")
    usual_zone = site.zone if mode == VisitMode.IN_PERSON else home or site.zone
    search = Search(
        visit_type=kind,
        site=site,
        mode=mode,
        practitioner_id=doctor,
        language=language,
        first_date=wanted.first_date,
        last_date=wanted.last_date,
    )
    wanted = replace(
        wanted,
        doctor=doctor or (ANYONE if wanted.doctor is not None else None),
        language=language,
        zone="" if wanted.zone == usual_zone else wanted.zone,
        home=home,
    )
    zone = ZoneInfo(wanted.zone or usual_zone)
    notices.extend(_unreadable(wanted, site))
    return Choices(search, wanted, zone, usual_zone, home, practitioners=people, notices=notices)


def _unreadable(wanted: Wanted, site: Site) -> list[str]:
    """Return a sentence for what was sent and made no sense, each once."""
    fields = wanted.unreadable
    said = []
    if fields & {"zone", "home"}:
        said.append(
            _("We don’t know that time zone. Times are shown in %(city)s time.") % {"city": site.city_text}
        )
    if fields & {"first_date", "last_date"}:
        said.append(_("We couldn’t read those dates, so every day is shown."))
    if fields & {"day", "month"}:
        said.append(_("We couldn’t read that date. Here are the next free times."))
    if "start" in fields:
        said.append(_("We couldn’t read that time. Please choose one here."))
    if fields & {"visit", "where", "mode", "doctor", "language"}:
        said.append(_("We couldn’t read part of that address. Please check what is chosen below."))
    return said


@lru_cache(maxsize=64)
def common_zones(hour: int, language: str) -> SafeString:
    """Return the options of the common zones, with their distances from UTC at an hour since the epoch.

    They are a third of the page's parts and the same for everybody, so they are drawn once an hour.
    """
    at = datetime.fromtimestamp(hour * 3600, tz=UTC)
    groups = [
        (str(group), [(name, times.zone_label(ZoneInfo(name), at, language)) for name in names.split()])
        for group, names in COMMON_ZONES
    ]
    return render_to_string("bookings/_zones.html", {"groups": groups})


def _zone_label(name: str, site: Site, now: datetime) -> str:
    """Return "Bangkok (UTC+7)", by the site's own city where it is the site's zone."""
    if name == site.zone:
        return f"{site.city_text} ({times.utc_offset(site.tz, now)})"
    return times.zone_label(ZoneInfo(name), now, get_language() or "en")


def _language_name(code: str) -> str:
    """Return a language's name in the active language."""
    if code == "zh":
        return _("Chinese")
    return _(str(LANG_INFO[code]["name"])) if code in LANG_INFO else code
