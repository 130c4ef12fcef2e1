"""What the choose-a-time page shows: months, days and times, ready for a lean template. No queries here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bookings.forms.choose_time import write_instant
from bookings.queries.offers import Offers, to_instant
from bookings.views.time_choices import Choices
from bookings.views.time_shown import FORTNIGHT, Shown
from bookings.views.time_words import (
    address,
    both_times,
    count_of_times,
    language,
    long_day,
    short_date,
    zone_words,
)
from clinic import calendar_words, times

MONTHS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the strip; `url` is "" where nothing can be booked yet."""

    name: str
    note: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day; `words` is its whole accessible name, `url` is "" unless a time is free."""

    number: int
    weekday: str
    note: str
    words: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Time:
    """One start: `value` for the form, `label` in the shown zone, `when` and `where` for the sticky bar."""

    value: str
    label: str
    when: str
    where: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """The times of one part of the day, by the shown zone."""

    name: str
    icon: str
    times: list[Time]


@dataclass(frozen=True)
class Page:
    """Everything below the filters. Addresses are query strings of this page, "" where there is nothing."""

    months: list[Month]
    days: list[Day]
    span: str
    parts: list[PartOfDay]
    first: Time | None
    first_url: str
    earlier_url: str
    later_url: str
    title: str
    count: str
    zone: str
    announcement: str
    next_free: str
    next_free_url: str
    chosen: Time | None


def build(choices: Choices, offers: Offers, shown: Shown, *, now: datetime) -> Page:
    """Return the page for what is looked at."""
    parts = list_parts(choices, offers, shown, now=now)
    first = to_instant(offers.epochs[0]) if offers.epochs else None
    title = long_day(shown.day) if shown.day else ""
    count = count_of_times(shown.counts.get(shown.day, 0)) if shown.day else ""
    monday, fortnight = shown.first_of_fortnight, timedelta(days=FORTNIGHT)
    next_free = next((day for day in shown.counts if shown.day and day > shown.day), None)
    announcement = _("%(count)s on %(day)s") % {"count": count, "day": title} if shown.day else ""
    return Page(
        months=list_months(choices, offers, shown),
        days=list_days(choices, offers, shown) if shown.day else [],
        span=f"{short_date(monday)} – {short_date(monday + timedelta(days=FORTNIGHT - 1))}",
        parts=parts,
        first=time_of(choices, first, "", chosen=shown.chosen, now=now) if first else None,
        first_url=address(choices, start=write_instant(first)) if first else "",
        earlier_url=step(choices, shown, monday - fortnight),
        later_url=step(choices, shown, monday + fortnight),
        title=title,
        count=count,
        zone=zone_words(choices, choices.zone),
        announcement=announcement,
        next_free=long_day(next_free) if next_free and not parts else "",
        next_free_url=address(choices, day=next_free.isoformat()) if next_free else "",
        chosen=next((time for part in parts for time in part.times if time.is_chosen), None),
    )


def list_months(choices: Choices, offers: Offers, shown: Shown) -> list[Month]:
    """Return four months around the one looked at, each with its free count or why there is none."""
    free: dict[date, int] = {}
    for day, count in shown.counts.items():
        free[day.replace(day=1)] = free.get(day.replace(day=1), 0) + count
    open_months = {day.replace(day=1) for day in offers.open_days}
    first = shown.today.replace(day=1)
    behind = (shown.month.year - first.year) * 12 + shown.month.month - first.month
    ahead = (shown.last.year - shown.month.year) * 12 + shown.last.month - shown.month.month
    offset = max(0, min(behind - 1, behind + ahead - MONTHS_SHOWN + 1))
    prefix = address(choices, month="-").removesuffix("-")
    months = []
    for n in range(offset, offset + MONTHS_SHOWN):
        month = date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        is_open, count = month <= shown.last, free.get(month, 0)
        none = pgettext("a month", "Full") if month in open_months else pgettext("a month", "None")
        note = count_of_times(count) if count else none if is_open else _("Not open")
        url = f"{prefix}{month:%Y-%m}" if is_open else ""
        name = calendar_words.month_short(month.month, language())
        months.append(Month(name, note, url, month == shown.month))
    return months


def list_days(choices: Choices, offers: Offers, shown: Shown) -> list[Day]:
    """Return fourteen days from a Monday, each with its free count or why there is none."""
    prefix = address(choices, day="-").removesuffix("-")
    days = []
    for n in range(FORTNIGHT):
        day = shown.first_of_fortnight + timedelta(days=n)
        count = shown.counts.get(day, 0)
        name, weekday = long_day(day), calendar_words.weekday_short(day, language())
        if count:
            words = ngettext("%(day)s, %(count)d time free", "%(day)s, %(count)d times free", count)
            words %= {"day": name, "count": count}
            days.append(
                Day(day.day, weekday, str(count), words, f"{prefix}{day.isoformat()}", day == shown.day)
            )
        else:
            note, reason = _why_none(day, choices, offers, shown)
            days.append(Day(day.day, weekday, note, f"{name}, {reason}", "", day == shown.day))
    return days


def _why_none(day: date, choices: Choices, offers: Offers, shown: Shown) -> tuple[str, str]:
    """Return why a day has no free time, in short and in words."""
    search = choices.search
    if day < shown.today:
        return "–", _("in the past")
    if day > shown.last:
        return "–", _("not open yet")
    if (search.first_date and day < search.first_date) or (search.last_date and day > search.last_date):
        return "–", _("outside your dates")
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=choices.zone)
    if noon.astimezone(search.site.tz).date() not in offers.open_days:
        return pgettext("a day", "Shut"), pgettext("a day", "shut")
    if day <= shown.earliest:
        return "–", _("too soon to book online")
    return pgettext("a day", "Full"), pgettext("a day", "full")


def list_parts(choices: Choices, offers: Offers, shown: Shown, *, now: datetime) -> list[PartOfDay]:
    """Return the times of the day looked at by part of day, empty parts left out."""
    if shown.day is None:
        return []
    parts = (
        (6, pgettext("part of the day", "Early"), "moon"),
        (12, pgettext("part of the day", "Morning"), "sunrise"),
        (17, pgettext("part of the day", "Afternoon"), "sun"),
        (24, pgettext("part of the day", "Evening"), "sunset"),
    )
    starts = offers.on_day(shown.day, choices.zone)
    clocks = [f"{start.astimezone(choices.zone):%H:%M}" for start in starts]
    groups: dict[int, list[Time]] = {}
    for start, clock in zip(starts, clocks, strict=True):
        label = f"{clock} ({times.utc_offset(choices.zone, start)})" if clocks.count(clock) > 1 else clock
        until = next(until for until, _name, _icon in parts if int(clock[:2]) < until)
        groups.setdefault(until, []).append(time_of(choices, start, label, chosen=shown.chosen, now=now))
    return [PartOfDay(name, icon, groups[until]) for until, name, icon in parts if until in groups]


def time_of(choices: Choices, start: datetime, label: str, *, chosen: datetime | None, now: datetime) -> Time:
    """Return one start as the page shows it."""
    both = both_times(choices, start, now=now)
    words = {"zone": both.zone_words, "other": both.other}
    where = _("%(zone)s. %(other)s") % words if both.other else both.zone_words
    return Time(write_instant(start), label, both.when, where, start == chosen)


def list_times(choices: Choices, starts: Iterable[datetime], *, day: date, now: datetime) -> list[Time]:
    """Return starts, labelled with their day too unless it is `day` for all of them."""
    found, zone = list(starts), choices.zone
    on_day = all(start.astimezone(zone).date() == day for start in found)
    labels = [
        f"{start.astimezone(zone):%H:%M}" if on_day else times.format_when(start, zone, language(), now)
        for start in found
    ]
    return [
        time_of(choices, start, label, chosen=None, now=now)
        for start, label in zip(found, labels, strict=True)
    ]


def step(choices: Choices, shown: Shown, weeks_from: date) -> str:
    """Return the address of the two weeks from a Monday, by their first free day; "" if out of reach."""
    days = [weeks_from + timedelta(days=n) for n in range(FORTNIGHT)]
    if days[-1] < shown.first_monday or days[0] > shown.last:
        return ""
    day = next((day for day in days if shown.counts.get(day)), max(days[0], shown.today))
    return address(choices, day=day.isoformat())
