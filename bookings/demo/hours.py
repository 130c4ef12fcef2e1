"""When the demo clinic works: weekly hours, time off, closures, holidays and one extra opening."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.demo.places import BANGKOK, LONDON, LOS_ANGELES
from bookings.hours import to_epoch
from bookings.models import Closure, ExceptionalOpening, TimeOff, WorkingHours
from bookings.public_holidays import list_public_holidays
from clinic.models import Practitioner, Resource, Site

Week = tuple[str, tuple[int, ...], tuple[str, ...]]
"""A site, weekdays and the hours of such a day."""

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(1, 8)

# practitioner: (site, weekdays, hours of the day)
WEEKLY: dict[str, tuple[Week, ...]] = {
    "ploy": (
        (BANGKOK, (MONDAY, TUESDAY, WEDNESDAY, FRIDAY), ("09:00-12:30", "13:30-17:30")),
        (BANGKOK, (THURSDAY,), ("10:00-13:00", "14:00-19:00")),
    ),
    "anan": (
        (BANGKOK, (TUESDAY, WEDNESDAY, THURSDAY), ("10:00-13:00", "14:00-18:00")),
        (BANGKOK, (SATURDAY, SUNDAY), ("10:00-13:00", "14:00-17:00")),
    ),
    "mei": (
        (BANGKOK, (MONDAY, WEDNESDAY, FRIDAY), ("09:00-12:00", "13:00-16:00")),
        (BANGKOK, (SATURDAY, SUNDAY), ("10:00-14:00",)),
    ),
    "sarah": ((LONDON, (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), ("09:00-12:30", "13:30-17:00")),),
    "fon": (
        (BANGKOK, (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), ("09:00-12:00", "13:00-17:30")),
        (BANGKOK, (SATURDAY,), ("10:00-15:00",)),
    ),
    "omar": (
        (LONDON, (MONDAY, WEDNESDAY, THURSDAY, FRIDAY), ("10:00-13:00", "14:00-18:00")),
        (LONDON, (SATURDAY, SUNDAY), ("09:30-13:00", "13:30-17:00")),
    ),
    "grace": ((LONDON, (TUESDAY, WEDNESDAY, FRIDAY, SATURDAY, SUNDAY), ("10:00-12:30", "13:30-17:30")),),
    "elena": ((LOS_ANGELES, (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), ("09:00-12:00", "13:00-18:00")),),
    "james": (
        (LOS_ANGELES, (TUESDAY, WEDNESDAY, THURSDAY, SATURDAY, SUNDAY), ("09:30-13:00", "14:00-19:00")),
    ),
    "ines": ((LOS_ANGELES, (MONDAY, WEDNESDAY, THURSDAY, SATURDAY, SUNDAY), ("09:00-12:30", "13:30-18:00")),),
}

ANANS_FRIDAYS = (BANGKOK, (FRIDAY,), ("14:00-18:00",))
MEIS_FORTNIGHT = (LONDON, (TUESDAY, WEDNESDAY, THURSDAY), ("10:00-13:00",))

# Holidays on which the demo clinic works all the same.
WORKED = ("Constitution Day", "National Children's Day", "Bridge Public Holiday")


def make_hours(people: dict[str, Practitioner], sites: dict[str, Site], today: date) -> None:
    """Create the weekly hours, with validity dates.

    Dr Anan's Fridays ended three weeks ago, and Dr Mei spends the fortnight from the third Monday
    from now in London: her Bangkok hours stop and start again around it.
    """
    opened = today - timedelta(days=400)
    away_from = _monday(today) + timedelta(weeks=3)
    away_to = away_from + timedelta(days=13)
    lines: list[WorkingHours] = []
    for key, plan in WEEKLY.items():
        periods: list[tuple[date, date | None]] = [(opened, None)]
        if key == "mei":
            periods = [(opened, away_from - timedelta(days=1)), (away_to + timedelta(days=1), None)]
        for week in plan:
            for first, last in periods:
                lines += _lines(people[key], sites[week[0]], week, first, last)
    lines += _lines(people["anan"], sites[BANGKOK], ANANS_FRIDAYS, opened, today - timedelta(days=21))
    lines += _lines(people["mei"], sites[LONDON], MEIS_FORTNIGHT, away_from, away_to)
    WorkingHours.objects.bulk_create(lines)


def make_exceptions(people: dict[str, Practitioner], sites: dict[str, Site], today: date) -> None:
    """Create some time off, a closed day at each site, and one Sunday Dr Ploy opens."""
    bangkok = sites[BANGKOK]
    room = Resource.objects.get(site=bangkok, name="Room 2")
    device = Resource.objects.get(site=bangkok, name="Needling pen A")
    monday = _monday(today)
    days_off = (
        (people["ploy"].resource, BANGKOK, 16, 2, "", "Conference"),
        (people["anan"].resource, BANGKOK, 8, 1, "10:00-11:30", "Staff meeting"),
        (people["mei"].resource, BANGKOK, 11, 1, "13:00-16:00", "Leave"),
        (people["fon"].resource, BANGKOK, -10, 1, "", "Training"),
        (people["sarah"].resource, LONDON, 24, 5, "", "Leave"),
        (room, BANGKOK, 9, 1, "09:00-12:00", "New lamp"),
        (device, BANGKOK, 14, 2, "", "Yearly service"),
    )
    TimeOff.objects.bulk_create(
        _off(who, sites[slug], monday + timedelta(days=offset), note, days=days, hours=hours)
        for who, slug, offset, days, hours, note in days_off
    )
    Closure.objects.create(
        site=bangkok,
        first_date=monday + timedelta(days=23),
        last_date=monday + timedelta(days=23),
        name={"en": "Staff training day", "th": "ปิดเพื่ออบรมพนักงาน"},
    )
    Closure.objects.create(
        site=sites[LONDON],
        first_date=monday + timedelta(days=17),
        last_date=monday + timedelta(days=18),
        name={"en": "Repainting", "th": "ปิดเพื่อทาสี"},
    )
    ExceptionalOpening.objects.create(
        practitioner=people["ploy"],
        site=bangkok,
        date=monday + timedelta(days=13),
        starts=time(10),
        ends=time(14),
    )


def close_on_holidays(sites: dict[str, Site], days: list[date], today: date) -> int:
    """Close each site on its country's holidays among `days`, but never today; return how many rows.

    The demo has something to show on every day it is set up, so today's holiday is worked.
    """
    wanted = set(days) - {today}
    rows = [
        Closure(
            site=site,
            first_date=holiday.day,
            last_date=holiday.day,
            name=holiday.name,
            is_public_holiday=True,
        )
        for site in sites.values()
        for year in sorted({day.year for day in wanted})
        for holiday in list_public_holidays(site.country, year)
        if holiday.day in wanted and holiday.name["en"] not in WORKED and "in lieu" not in holiday.name["en"]
    ]
    taken = set(Closure.objects.values_list("site_id", "first_date"))
    rows = [row for row in rows if (row.site_id, row.first_date) not in taken]
    Closure.objects.bulk_create(rows)
    return len(rows)


def _monday(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.isoweekday() - 1)


def _lines(who: Practitioner, site: Site, week: Week, first: date, last: date | None) -> list[WorkingHours]:
    """Make the lines of a weekly plan; the week's site name is for the reader."""
    _slug, weekdays, hours = week
    return [
        WorkingHours(
            practitioner=who,
            site=site,
            weekday=weekday,
            starts=starts,
            ends=ends,
            valid_from_date=first,
            valid_to_date=last,
        )
        for weekday in weekdays
        for starts, ends in map(_clocks, hours)
    ]


def _clocks(hours: str) -> tuple[time, time]:
    starts, ends = hours.split("-")
    return time.fromisoformat(starts), time.fromisoformat(ends)


def _off(who: Resource, site: Site, day: date, note: str, *, days: int = 1, hours: str = "") -> TimeOff:
    """Make time off: whole days of the site, or part of one."""
    starts, ends = _clocks(hours) if hours else (time(0), time(0))
    last = day if hours else day + timedelta(days=days)
    return TimeOff(
        resource=who,
        span=DateTimeTZRange(_at(day, starts, site.tz), _at(last, ends, site.tz)),
        note=note,
    )


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(to_epoch(day, clock, zone), tz=UTC)
