"""When the demo clinic works: weekly hours, time off, closures, holidays and one extra opening."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.demo.places import BANGKOK, LONDON
from bookings.hours import to_epoch
from bookings.models import Closure, ExceptionalOpening, TimeOff, WorkingHours
from bookings.public_holidays import list_public_holidays
from clinic.models import Practitioner, Resource, Site

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(1, 8)

# practitioner: (site, weekdays, hours of the day)
WEEKLY = {
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
    "sarah": (
        (LONDON, (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), ("09:00-12:30", "13:30-17:00")),
    ),
    "fon": (
        (BANGKOK, (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY), ("09:00-12:00", "13:00-17:30")),
        (BANGKOK, (SATURDAY,), ("10:00-15:00",)),
    ),
}

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
        for slug, weekdays, hours in plan:
            for first, last in periods:
                lines += _lines(people[key], sites[slug], weekdays, hours, first, last)
    fridays_ended = today - timedelta(days=21)
    lines += _lines(
        people["anan"], sites[BANGKOK], (FRIDAY,), ("14:00-18:00",), opened, fridays_ended
    )
    lines += _lines(
        people["mei"],
        sites[LONDON],
        (TUESDAY, WEDNESDAY, THURSDAY),
        ("10:00-13:00",),
        away_from,
        away_to,
    )
    WorkingHours.objects.bulk_create(lines)


def make_exceptions(people: dict[str, Practitioner], sites: dict[str, Site], today: date) -> None:
    """Create some time off, a closed day at each site, and one Sunday Dr Ploy opens."""
    bangkok = sites[BANGKOK]
    room = Resource.objects.get(site=bangkok, name="Room 2")
    device = Resource.objects.get(site=bangkok, name="Needling pen A")
    monday = _monday(today)
    TimeOff.objects.bulk_create(
        [
            _off(people["ploy"].resource, bangkok, monday + timedelta(days=16), 2, "Conference"),
            _off(
                people["anan"].resource,
                bangkok,
                monday + timedelta(days=8),
                1,
                "Staff meeting",
                "10:00-11:30",
            ),
            _off(
                people["mei"].resource,
                bangkok,
                monday + timedelta(days=11),
                1,
                "Leave",
                "13:00-16:00",
            ),
            _off(people["fon"].resource, bangkok, monday - timedelta(days=10), 1, "Training"),
            _off(people["sarah"].resource, sites[LONDON], monday + timedelta(days=24), 5, "Leave"),
            _off(room, bangkok, monday + timedelta(days=9), 1, "New lamp", "09:00-12:00"),
            _off(device, bangkok, monday + timedelta(days=14), 2, "Yearly service"),
        ]
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
        if holiday.day in wanted
        and holiday.name["en"] not in WORKED
        and "in lieu" not in holiday.name["en"]
    ]
    taken = set(Closure.objects.values_list("site_id", "first_date"))
    rows = [row for row in rows if (row.site_id, row.first_date) not in taken]
    Closure.objects.bulk_create(rows)
    return len(rows)


def _monday(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.isoweekday() - 1)


def _lines(
    who: Practitioner,
    site: Site,
    weekdays: tuple[int, ...],
    hours: tuple[str, ...],
    first: date,
    last: date | None,
) -> list[WorkingHours]:
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


def _off(who: Resource, site: Site, day: date, days: int, note: str, hours: str = "") -> TimeOff:
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
