"""What somebody can do when a month has no free time: always a few ways on, never a dead end."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from bookings.queries.offers import Offers, get_offers, to_instant
from bookings.views.time_choices import Choices
from bookings.views.time_shown import Shown
from bookings.views.time_words import address, both_times, month_name
from clinic.models import VisitMode

MOST_WAYS = 3


@dataclass(frozen=True, slots=True)
class WayOn:
    """One way on: an address of this page, and the first time there if we looked."""

    icon: str
    title: str
    text: str
    url: str


def title_of_none(choices: Choices, shown: Shown) -> str:
    """Return the heading: "No video times with Dr Anan in November"."""
    if choices.search.first_date or choices.search.last_date:
        return _("No times on these dates")
    words = {"doctor": choices.doctor.name_text if choices.doctor else "", "month": month_name(shown.month)}
    if choices.search.mode == VisitMode.VIDEO:
        if choices.doctor:
            return _("No video times with %(doctor)s in %(month)s") % words
        return _("No video times in %(month)s") % words
    if choices.doctor:
        return _("No times with %(doctor)s in %(month)s") % words
    return _("No times in %(month)s") % words


def list_ways_on(choices: Choices, offers: Offers, shown: Shown, *, now: datetime) -> list[WayOn]:
    """Return up to three ways on, most useful first. Two queries if a doctor was asked for, else none."""
    ways = [
        _another_doctor(choices, now),
        _wait(choices, offers, shown, now),
        *_looser(choices),
        *_elsewhere(choices),
    ]
    return [way for way in ways if way is not None][:MOST_WAYS]


def _another_doctor(choices: Choices, now: datetime) -> WayOn | None:
    if choices.search.practitioner_id is None:
        return None
    anyone = get_offers(replace(choices.search, practitioner_id=None), now=now)
    if not anyone.epochs:
        return None
    by_video = choices.search.mode == VisitMode.VIDEO
    title = _("See another doctor by video") if by_video else _("See another doctor")
    text = _first(choices, to_instant(anyone.epochs[0]), now)
    return WayOn("users", title, text, address(choices, doctor=choices.anyone))


def _wait(choices: Choices, offers: Offers, shown: Shown, now: datetime) -> WayOn | None:
    """The next free time after the month, or the first there is if the month is the last with any."""
    if not offers.epochs:
        return None
    later = (day for day in shown.counts if day > shown.month)
    day = next(later, None) or next(iter(shown.counts))
    start = offers.on_day(day, choices.zone)[0]
    name = choices.doctor.name_text if choices.doctor else ""
    title = (
        _("Wait for %(doctor)s") % {"doctor": name}
        if name
        else _("Look at %(month)s") % {"month": month_name(day)}
    )
    return WayOn("calendar", title, _first(choices, start, now), address(choices, day=day.isoformat()))


def _looser(choices: Choices) -> list[WayOn]:
    """The same search without the dates or the language that narrow it."""
    search, ways = choices.search, []
    if search.first_date or search.last_date:
        text = _("You asked for certain dates only.")
        ways.append(
            WayOn("calendar", _("Look at all dates"), text, address(choices, **{"from": "", "to": ""}))
        )
    if search.language:
        text = _("We can help to find an interpreter.")
        ways.append(
            WayOn(
                "languages",
                _("See a doctor who speaks another language"),
                text,
                address(choices, language=""),
            )
        )
    return ways


def _elsewhere(choices: Choices) -> list[WayOn]:
    """The other ways to have this visit, and the other clinics that offer it."""
    titles = {
        VisitMode.IN_PERSON.value: ("map-pin", _("Come to the clinic instead")),
        VisitMode.VIDEO.value: ("video", _("Have a video call instead")),
        VisitMode.PHONE.value: ("phone", _("Have a phone call instead")),
    }
    ways = []
    if choices.search.moving_id is None or choices.sites:
        for mode, _label in choices.mode_options:
            if mode != choices.search.mode:
                icon, title = titles[mode]
                ways.append(WayOn(icon, title, "", address(choices, mode=mode)))
    for site in choices.sites:
        if site.pk != choices.search.site.pk:
            title = _("See us in %(city)s") % {"city": site.city_text}
            ways.append(WayOn("map-pin", title, site.name_text, address(choices, where=site.slug, doctor="")))
    return ways


def _first(choices: Choices, start: datetime, now: datetime) -> str:
    """Return "First: Fri 13 Nov, 07:00 London time (14:00 in Bangkok)"."""
    both = both_times(choices, start, now=now)
    time = f"{both.lead} ({both.other})" if both.other else both.lead
    return _("First: %(time)s") % {"time": time}
