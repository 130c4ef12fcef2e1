"""Who works when: the weekly plans of practitioners, and how many hours the next weeks offer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bookings.hours import Opening, OpenSpan, WeeklyHours, open_spans
from bookings.models import Closure, ExceptionalOpening, WorkingHours
from bookings.week_plans import DatedHours, DrawnHours, Period, list_periods
from clinic.models import Practitioner, Site

WEEKS_AHEAD = 4


@dataclass(frozen=True)
class Plan:
    """A practitioner with the periods of their plan."""

    practitioner: Practitioner
    periods: list[Period]

    def now(self, today: date) -> Period | None:
        """Return the period that holds today."""
        return next((period for period in self.periods if _holds(period, today)), None)

    def later(self, today: date) -> list[Period]:
        """Return what begins after today."""
        return [period for period in self.periods if period.first_date > today]

    def earlier(self, today: date) -> list[Period]:
        """Return what ended before today, the latest first."""
        ended = [period for period in self.periods if period.last_date and period.last_date < today]
        return ended[::-1]


@dataclass(frozen=True)
class WeekAhead:
    """One of the next weeks: its Monday, the minutes it offers, and those it offers as things stand."""

    monday: date
    minutes: int
    was_minutes: int


def list_practitioners() -> list[Practitioner]:
    """Return the practitioners in use, by name. One query."""
    people = Practitioner.objects.filter(resource__archived_at=None).select_related("resource")
    return list(people.order_by("resource__name", "pk"))


def list_plans() -> list[Plan]:
    """Return everybody's plan, by name. Two queries."""
    people = list_practitioners()
    lines: dict[int, list[DatedHours]] = defaultdict(list)
    for row in WorkingHours.objects.filter(practitioner__in=people).order_by("pk"):
        lines[row.practitioner_id].append(dated(row))
    return [Plan(person, list_periods(lines[person.pk])) for person in people]


def list_lines(practitioner_id: int) -> list[DatedHours]:
    """Return the stored lines of one practitioner. One query."""
    rows = WorkingHours.objects.filter(practitioner=practitioner_id)
    return [dated(row) for row in rows.order_by("valid_from_date", "weekday", "starts", "pk")]


def dated(row: WorkingHours) -> DatedHours:
    """Return a stored line as a plain one."""
    drawn = DrawnHours(row.weekday, row.starts, row.ends, row.site_id)
    return DatedHours(drawn, row.valid_from_date, row.valid_to_date)


def count_weeks_ahead(
    practitioner: Practitioner, lines: Iterable[DatedHours], *, today: date
) -> list[WeekAhead]:
    """Return how long somebody would work in this week from today on and in the three after it.

    Closed days are left out, and exceptional openings counted. Four queries.
    """
    sites = list(Site.objects.order_by("pk"))
    monday = today - timedelta(days=today.isoweekday() - 1)
    last = monday + timedelta(days=7 * WEEKS_AHEAD - 1)
    calendar = _Calendar(practitioner, today, last)
    then = calendar.minutes_by_day(lines, sites)
    now = calendar.minutes_by_day(list_lines(practitioner.pk), sites)
    weeks = []
    for number in range(WEEKS_AHEAD):
        first = monday + timedelta(days=7 * number)
        days = [first + timedelta(days=day) for day in range(7)]
        weeks.append(WeekAhead(first, sum(then[day] for day in days), sum(now[day] for day in days)))
    return weeks


class _Calendar:
    """What changes a weekly plan between two days, inclusive. Two queries."""

    def __init__(self, practitioner: Practitioner, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.openings: dict[int, list[Opening]] = defaultdict(list)
        openings = ExceptionalOpening.objects.filter(practitioner=practitioner, date__range=(first, last))
        for opening in openings.order_by("pk"):
            self.openings[opening.site_id].append(Opening(0, opening.date, opening.starts, opening.ends))
        self.closed: dict[int, set[date]] = defaultdict(set)
        closures = Closure.objects.filter(first_date__lte=last, last_date__gte=first)
        for closure in closures.order_by("pk"):
            begins, ends = max(closure.first_date, first), min(closure.last_date, last)
            days = (begins + timedelta(days=number) for number in range((ends - begins).days + 1))
            self.closed[closure.site_id].update(days)

    def minutes_by_day(self, lines: Iterable[DatedHours], sites: list[Site]) -> dict[date, int]:
        """Return the minutes worked on each day."""
        minutes: dict[date, int] = defaultdict(int)
        lines = list(lines)
        for site in sites:
            for span in self._spans(lines, site):
                day = datetime.fromtimestamp(span.start, tz=ZoneInfo(site.zone)).date()
                minutes[day] += (span.end - span.start) // 60
        return minutes

    def _spans(self, lines: list[DatedHours], site: Site) -> list[OpenSpan]:
        weekly = [
            WeeklyHours(0, d.weekday, d.starts, d.ends, line.first_date, line.last_date)
            for line in lines
            if (d := line.drawn).site_id == site.pk
        ]
        openings, closed = self.openings[site.pk], frozenset(self.closed[site.pk])
        return open_spans(weekly, openings, closed, site.tz, self.first, self.last)


def _holds(period: Period, day: date) -> bool:
    return period.first_date <= day and (period.last_date is None or day <= period.last_date)
