"""Words and addresses the choose-a-time pages share: both zones, days, counts, and the page's own links."""

from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bookings.forms.choose_time import write_search
from bookings.views.time_choices import Choices
from clinic import calendar_words, times
from clinic.models import VisitMode


def address(choices: Choices, **more: str) -> str:
    """Return the page's query string for the same search with something else; "" removes a part."""
    parts = {**write_search(choices.wanted), **more}
    return "?" + urlencode({name: value for name, value in parts.items() if value})


def both_times(choices: Choices, start: datetime, *, now: datetime) -> times.BothTimes:
    """Return a start in both zones; a visit at the clinic leads with its zone, others with the patient's."""
    site = choices.search.site
    here = (site.tz, site.city_text)
    zone = choices.patient_zone
    there = here if zone.key == site.zone else (zone, times.city_of(zone, language()))
    lead, other = (here, there) if choices.search.mode == VisitMode.IN_PERSON else (there, here)
    return times.format_both(
        start,
        lead_zone=lead[0],
        lead_city=lead[1],
        other_zone=other[0],
        other_city=other[1],
        language=language(),
        now=now,
    )


def zone_words(choices: Choices, zone: ZoneInfo) -> str:
    """Return "Bangkok time" for a zone, by the site's own city where it is the site's."""
    site = choices.search.site
    city = site.city_text if zone.key == site.zone else times.city_of(zone, language())
    return _("%(city)s time") % {"city": city}


def month_name(month: date) -> str:
    """Return "November"."""
    return calendar_words.month_long(month.month, language())


def short_date(day: date) -> str:
    """Return "26 Nov"."""
    return f"{day.day} {calendar_words.month_short(day.month, language())}"


def long_day(day: date) -> str:
    """Return "Thursday 26 November", in Thai with its year."""
    return times.format_long_day(day, language(), today=day)


def count_of_times(count: int) -> str:
    """Return "7 times"."""
    return ngettext("%(count)d time", "%(count)d times", count) % {"count": count}


def language() -> str:
    """Return the active language's code."""
    return get_language() or "en"
