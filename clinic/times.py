"""Instants in words. Every time a person reads is written here, in English or Thai, 24-hour.

English: "Thu 26 Nov, 10:30"; Thai: "พฤ. 26 พ.ย. 2569 10:30 น." (Buddhist years are for display
only; the space before น. does not break). Names of days, months and cities come from
`clinic.calendar_words`, never from the machine's locale.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic import calendar_words as words

BUDDHIST_ERA = 543
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class BothTimes:
    """One instant in the zone that leads and in the other one.

    `lead` is `when` + `zone_words`; `other` is "" when both zones are the same.
    """

    when: str
    zone_words: str
    lead: str
    other: str


def format_clock(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the wall-clock time: "10:30", in Thai "10:30 น."."""
    clock = f"{instant.astimezone(zone):%H:%M}"
    return f"{clock}{NO_BREAK}น." if _is_thai(language) else clock


def format_day(day: date, language: str, *, today: date | None = None) -> str:
    """Return a short date: "Thu 26 Nov" or "พฤ. 26 พ.ย. 2569".

    English names the year when it is not that of `today`, or when `today` is not known.
    """
    weekday, month = words.weekday_short(day, language), words.month_short(day.month, language)
    if _is_thai(language):
        return f"{weekday} {day.day} {month} {day.year + BUDDHIST_ERA}"
    return f"{weekday} {day.day} {month}{_year(day, today)}"


def format_long_day(day: date, language: str, *, today: date | None = None) -> str:
    """Return a date in full: "Thursday 26 November" or "วันพฤหัสบดีที่ 26 พฤศจิกายน 2569"."""
    weekday, month = words.weekday_long(day, language), words.month_long(day.month, language)
    if _is_thai(language):
        return f"วัน{weekday}ที่ {day.day} {month} {day.year + BUDDHIST_ERA}"
    return f"{weekday} {day.day} {month}{_year(day, today)}"


def format_date(day: date, language: str) -> str:
    """Return a date with its year and no weekday: "2 November 2026" or "2 พฤศจิกายน 2569"."""
    year = day.year + BUDDHIST_ERA if _is_thai(language) else day.year
    return f"{day.day} {words.month_long(day.month, language)} {year}"


def format_when(instant: datetime, zone: ZoneInfo, language: str, now: datetime | None = None) -> str:
    """Return day and time in `zone`: "Thu 26 Nov, 10:30" or "พฤ. 26 พ.ย. 2569 10:30 น.".

    With `now`, an English date of the current year (in `zone`) leaves the year out.
    """
    today = now.astimezone(zone).date() if now else None
    day = format_day(instant.astimezone(zone).date(), language, today=today)
    separator = " " if _is_thai(language) else ", "
    return f"{day}{separator}{format_clock(instant, zone, language)}"


def format_both(
    instant: datetime,
    *,
    lead_zone: ZoneInfo,
    lead_city: str,
    other_zone: ZoneInfo,
    other_city: str,
    language: str,
    now: datetime | None = None,
) -> BothTimes:
    """Return one instant in two zones, the leading one in full, the other with its weekday if it differs.

    Where clocks go back and a time comes twice, its distance from UTC is added.
    """
    when = format_when(instant, lead_zone, language, now)
    zone_words = f"เวลา{_after_thai(lead_city)}" if _is_thai(language) else f"{lead_city} time"
    if _comes_twice(instant, lead_zone):
        zone_words = f"{zone_words} ({utc_offset(lead_zone, instant)})"
    other = (
        ""
        if lead_zone.key == other_zone.key
        else _other(instant, lead_zone, other_zone, other_city, language)
    )
    return BothTimes(when, zone_words, f"{when} {zone_words}", other)


def _other(instant: datetime, lead_zone: ZoneInfo, other_zone: ZoneInfo, city: str, language: str) -> str:
    """Return "03:30 in London", or "Wed 22:30 in New York" if it is another day there."""
    there = instant.astimezone(other_zone)
    day = ""
    if there.date() != instant.astimezone(lead_zone).date():
        day = f"{words.weekday_short(there.date(), language)} "
    offset = f" ({utc_offset(other_zone, instant)})" if _comes_twice(instant, other_zone) else ""
    clock = format_clock(instant, other_zone, language)
    return (
        f"{day}{clock} ที่{_after_thai(city)}{offset}"
        if _is_thai(language)
        else f"{day}{clock} in {city}{offset}"
    )


def utc_offset(zone: ZoneInfo, at: datetime) -> str:
    """Return how far `zone` is from UTC at an instant: "UTC+7", "UTC+5:45", "UTC−5"."""
    offset = at.astimezone(zone).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = MINUS if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"


def zone_label(zone: ZoneInfo, at: datetime, language: str = "en") -> str:
    """Return a zone as people choose it: "Bangkok (UTC+7)"."""
    return f"{city_of(zone, language)} ({utc_offset(zone, at)})"


def city_of(zone: ZoneInfo, language: str = "en") -> str:
    """Return the city a zone is named after: "London", "Ho Chi Minh City", in Thai "ลอนดอน"."""
    return words.city(zone.key, language)


def _comes_twice(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock in `zone` shows this time twice, because clocks go back."""
    local = instant.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _year(day: date, today: date | None) -> str:
    return "" if today is not None and day.year == today.year else f" {day.year}"


def _is_thai(language: str) -> bool:
    return language[:2] == "th"


def _after_thai(name: str) -> str:
    """Thai runs on without spaces; a Latin name after it wants one."""
    return f" {name}" if name[:1].isascii() else name
