"""Which month and day the choose-a-time page looks at, and how much is asked for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from bookings.queries.outlook import Outlook
from bookings.views.time_choices import Choices
from bookings.views.time_words import both_times

FORTNIGHT = 14


@dataclass(frozen=True)
class Shown:
    """Which month and day are looked at, and which start is chosen. Dates are of the shown zone.

    `day` is None where the month has no free time. `today` to `last` can be looked at; from `earliest`
    on a time may be free.
    """

    today: date
    earliest: date
    last: date
    month: date
    day: date | None
    chosen: datetime | None
    counts: Mapping[date, int]
    zone: ZoneInfo
    note: str = ""

    @property
    def first_monday(self) -> date:
        """The Monday of the first week with a free time; weeks before it are not worth a look."""
        first = next(iter(self.counts), self.earliest)
        return first - timedelta(days=first.weekday())

    def days_to_ask(self, start: datetime | None) -> set[date]:
        """Return the days that must be as of now: to the first free time, those looked at, and a start's."""
        month_after = (self.month.replace(day=28) + timedelta(days=4)).replace(day=1)
        zone_day = {start.astimezone(self.zone).date()} if start else set()
        until_first = _days(self.today, next(iter(self.counts), self.earliest))
        fortnight = _days(self.first_of_fortnight, self.first_of_fortnight + timedelta(days=FORTNIGHT - 1))
        days = zone_day.union(until_first, fortnight, _days(self.month, month_after - timedelta(days=1)))
        return {day for day in days if self.today <= day <= self.last}

    @property
    def first_of_fortnight(self) -> date:
        """The Monday from which two weeks are shown; they do not move when a day in them is chosen."""
        monday = self.first_monday
        return monday + timedelta(days=((self.day or self.month) - monday).days // FORTNIGHT * FORTNIGHT)


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1)]


def look_out(choices: Choices, *, now: datetime) -> tuple[Outlook, Shown]:
    """Return what is on offer and what to show of it. Two to four queries.

    A remembered search says where to look; then those days are asked for, and all of them if these turn out
    not to be the days to look at.
    """
    outlook = Outlook(choices.search, choices.zone, now=now)
    shown = look(choices, outlook, now=now)
    if shown.day is not None:
        outlook.ask(shown.days_to_ask(choices.wanted.start))
        shown = look(choices, outlook, now=now)
    days = shown.days_to_ask(choices.wanted.start)
    if shown.day is None or not shown.counts.get(shown.day) or not outlook.has_asked(days):
        outlook.ask_all()
        shown = look(choices, outlook, now=now)
    return outlook, shown


def look(choices: Choices, outlook: Outlook, *, now: datetime) -> Shown:
    """Return what to show: the chosen start's day, else what was asked for, else the first free day."""
    zone, wanted, offers, counts = choices.zone, choices.wanted, outlook.offers, outlook.counts
    today = now.astimezone(zone).date()
    notice = timedelta(hours=choices.search.visit_type.notice_hours)
    last = max([offers.horizon_date, *counts])
    chosen = wanted.start if wanted.start and int(wanted.start.timestamp()) in set(offers.epochs) else None
    note = ""
    if wanted.start and not chosen:
        when = both_times(choices, wanted.start, now=now).lead
        note = _("%(when)s is not free for what you chose. These times are.") % {"when": when}
    start_day = wanted.start.astimezone(zone).date() if wanted.start else None
    day = start_day if chosen else wanted.day or (start_day if start_day in counts else None)
    month = wanted.month
    if day and not today <= day <= last:
        note, day = _("That day can’t be booked online. Here are the next free times."), None
    if month and not today.replace(day=1) <= month <= last:
        month = None
    if day is None:
        day = next((free for free in counts if not month or free.replace(day=1) == month), None)
    month = day.replace(day=1) if day else month or today.replace(day=1)
    return Shown(today, (now + notice).astimezone(zone).date(), last, month, day, chosen, counts, zone, note)
