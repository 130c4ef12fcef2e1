"""What is offered. The pages ask here what to show, and every claim asks here what it may accept."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from math import ceil
from uuid import UUID
from zoneinfo import ZoneInfo

from bookings.availability import Rules, Window, merge, offered_starts
from bookings.hours import pieces_between, pieces_of_day, to_epoch
from bookings.queries.free_time import Calendar, get_calendar
from bookings.queries.plans import Candidate, Plan, SiteOffer, get_plan
from clinic import prepared
from clinic.models import Practitioner, Resource, Site, VisitType
from clinic.models.places import PRACTITIONER_KINDS

_WHO = prepared.Rows(
    """
  FROM clinic_practitioner p JOIN clinic_resource r ON r.id = p.resource_id
 WHERE p.id = %(practitioner)s::int8
""",
    p=Practitioner,
    r=Resource,
)

FIRST_AVAILABLE_DAYS = (1, 4, 14)
"""How far the search for the first available time looks before it asks for the whole horizon."""


@dataclass(frozen=True)
class Search:
    """What somebody is looking for. Dates are the site's, inclusive.

    `people` are ids of practitioners who are taken to do the visit type, for a preview; None: who does it.
    `desk_grid` is for the front desk: it needs no notice, and starts lie so many minutes apart; 0 keeps the
    notice and the grid of the visit type.
    """

    visit_type: VisitType
    site: Site
    mode: str
    practitioner_id: int | None = None
    language: str = ""
    first_date: date | None = None
    last_date: date | None = None
    moving_id: UUID | None = None
    by_staff: bool = False
    people: tuple[int, ...] | None = None
    desk_grid: int = 0

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of resource a visit needs in this mode; none, and so no times, if none is a person."""
        kinds = self.visit_type.needs_in(self.mode)
        return kinds if PRACTITIONER_KINDS.intersection(kinds) else []

    def horizon_date(self, now: datetime) -> date:
        """Return the last site date that can be booked."""
        return now.astimezone(self.site.tz).date() + timedelta(days=self.visit_type.horizon_days)

    def span_of_days(self, now: datetime) -> tuple[date, date]:
        """Return the first and last site date on which a start may fall; empty if the last is before."""
        today = now.astimezone(self.site.tz).date()
        return max(today, self.first_date or today), min(
            self.horizon_date(now), self.last_date or self.horizon_date(now)
        )

    def rules(self, now: datetime) -> Rules:
        """Return the visit type's rules as the engine reads them."""
        first, last = self.span_of_days(now)
        kind = self.visit_type
        notice = now + timedelta(hours=0 if self.desk_grid else kind.notice_hours)
        return Rules(
            before=kind.buffer_before_minutes * 60,
            length=kind.minutes * 60,
            after=kind.buffer_after_minutes * 60,
            grid=(self.desk_grid or kind.grid_minutes) * 60,
            earliest=max(
                ceil(notice.timestamp()), int(now.timestamp()) + 1, to_epoch(first, time(0), self.site.tz)
            ),
            until=to_epoch(last + timedelta(days=1), time(0), self.site.tz),
            weekdays=frozenset(kind.weekdays or ()),
        )

    def plan(self, first: date, last: date) -> Plan:
        """Return who could do the visit between two site dates. One query."""
        return get_plan(
            visit_type_id=self.visit_type.pk,
            site_id=self.site.pk,
            zone=self.site.tz,
            kinds=self.kinds,
            practitioner_id=self.practitioner_id,
            language=self.language,
            first=first,
            last=last,
            people=self.people,
        )


@dataclass(frozen=True)
class FirstOffer:
    """The earliest time on offer and who it would be with."""

    starts_at: datetime
    practitioner: Practitioner


@dataclass(frozen=True)
class Offers:
    """Every start on offer: epoch seconds, sorted. `open_days` are site dates on which somebody works."""

    epochs: tuple[int, ...]
    open_days: frozenset[date]
    horizon_date: date

    @cached_property
    def starts(self) -> tuple[datetime, ...]:
        """The starts as aware UTC datetimes, sorted."""
        return tuple(to_instant(epoch) for epoch in self.epochs)

    def counts(self, zone: ZoneInfo) -> dict[date, int]:
        """Return how many starts fall on each date as seen in `zone`; days without any are absent."""
        counts: dict[date, int] = {}
        index = 0
        while index < len(self.epochs):
            ordinal = _date_of(self.epochs[index], zone).toordinal()
            after = bisect_left(self.epochs, pieces_of_day(ordinal, zone)[-1].end, index)
            counts[date.fromordinal(ordinal)] = after - index
            index = after
        return counts

    def month_counts(self, zone: ZoneInfo) -> dict[date, int]:
        """Return how many starts fall in each month as seen in `zone`, keyed by its first day."""
        months: Counter[date] = Counter()
        for day, count in self.counts(zone).items():
            months[day.replace(day=1)] += count
        return dict(months)

    def on_day(self, day: date, zone: ZoneInfo) -> list[datetime]:
        """Return the starts on one date as seen in `zone`; none on dates that no calendar reaches."""
        if not self.epochs or not _date_of(self.epochs[0], zone) <= day <= _date_of(self.epochs[-1], zone):
            return []
        pieces = pieces_of_day(day.toordinal(), zone)
        if not pieces:
            return []
        first, after = (bisect_left(self.epochs, bound) for bound in (pieces[0].start, pieces[-1].end))
        return [to_instant(epoch) for epoch in self.epochs[first:after]]

    def by_day(self, zone: ZoneInfo) -> dict[date, list[datetime]]:
        """Return the starts of every date as seen in `zone`."""
        return {day: self.on_day(day, zone) for day in self.counts(zone)}


def to_instant(epoch: int) -> datetime:
    """Return epoch seconds as an aware UTC datetime."""
    return datetime.fromtimestamp(epoch, tz=UTC)


def get_offers(search: Search, *, now: datetime) -> Offers:
    """Return everything on offer up to the horizon. Two queries, whatever the calendar."""
    first, last = search.span_of_days(now)
    if last < first:
        return Offers((), frozenset(), search.horizon_date(now))
    plan = search.plan(first, last)
    rules = search.rules(now)
    starts = list_offered(search, plan, rules, (rules.earliest, rules.until))
    return Offers(tuple(starts), plan.open_days(first, last), search.horizon_date(now))


def list_offered(search: Search, plan: Plan, rules: Rules, span: Window) -> list[int]:
    """Return every start on offer in a half-open span of epoch seconds, sorted. One query."""
    first, until = span
    if first >= until:
        return []
    calendar = calendar_for(search, plan, rules, first, until)
    return _starts(search, plan, replace(rules, earliest=first, until=until), calendar)


def find_first_available(search: Search, *, now: datetime) -> FirstOffer | None:
    """Return the earliest time on offer, looking a little ahead first. Three to six queries."""
    first, last = search.span_of_days(now)
    if last < first:
        return None
    plan = search.plan(first, last)
    rules = search.rules(now)
    looked_until = rules.earliest
    for days in (*FIRST_AVAILABLE_DAYS, None):
        until = rules.until if days is None else min(rules.until, rules.earliest + days * 86_400)
        if looked_until < until:
            calendar = calendar_for(search, plan, rules, looked_until, until)
            starts = _starts(search, plan, replace(rules, earliest=looked_until, until=until), calendar)
            if starts:
                return _first_offer(_choice(search, plan, rules, calendar, starts[0]))
        looked_until = until
    return None


def list_alternatives(search: Search, *, near: datetime, now: datetime, limit: int = 6) -> list[datetime]:
    """Return the offered starts nearest to `near`, in order of time. Two queries."""
    wanted = int(near.timestamp())
    nearest = sorted(get_offers(search, now=now).epochs, key=lambda epoch: abs(epoch - wanted))
    return [to_instant(epoch) for epoch in sorted(nearest[:limit])]


@dataclass(frozen=True)
class Choice:
    """Who and what is free for one start, best first of each needed kind, and what the site offers."""

    starts_at: datetime
    needs: tuple[tuple[Candidate, ...], ...]
    offer: SiteOffer | None

    @property
    def is_offered(self) -> bool:
        """Whether every needed kind has somebody or something free."""
        return bool(self.needs) and all(self.needs)

    def keeping(self, claimed: Collection[int]) -> "Choice":
        """Return the same candidates, with the resources that a visit claims already first of their kind."""
        needs = (sorted(need, key=lambda who: who.resource_id not in claimed) for need in self.needs)
        return replace(self, needs=tuple(tuple(need) for need in needs))


def get_choice(search: Search, *, starts_at: datetime, now: datetime) -> Choice:
    """Return who could take a visit at one start, by the same engine the pages use. Two queries.

    People come fairly: fewest claimed minutes that day first, then by name (architecture, "Claims").
    """
    day = starts_at.astimezone(search.site.tz).date()
    plan, rules, start = search.plan(day, day), search.rules(now), int(starts_at.timestamp())
    return _choice(search, plan, rules, calendar_for(search, plan, rules, start, start + 1), start)


def calendar_for(search: Search, plan: Plan, rules: Rules, first: int, until: int) -> Calendar:
    """Return the candidates' calendar for starts in `[first, until)`, and for all of its days. One query.

    Whole days, because who is asked first depends on what they have that day.
    """
    first_date, last_date = _date_of(first, plan.zone), _date_of(until - 1, plan.zone)
    margin = timedelta(days=1)
    return get_calendar(
        plan.open_spans(first_date - margin, last_date + margin),
        first=min(first - rules.before, to_epoch(first_date, time(0), plan.zone)),
        until=max(until + rules.length + rules.after, to_epoch(last_date + margin, time(0), plan.zone)),
        moving_id=search.moving_id,
    )


def _starts(search: Search, plan: Plan, rules: Rules, calendar: Calendar) -> list[int]:
    """Return the starts on offer from `rules.earliest` on, before `rules.until`, for anyone in the plan."""
    needs: list[list[Window]] = [[] for _ in search.kinds]
    for resource_id, windows in calendar.windows(rules).items():
        needs[search.kinds.index(plan.candidates[resource_id].kind)].extend(windows)
    zone = search.site.tz
    pieces = pieces_between(_date_of(rules.earliest, zone), _date_of(rules.until, zone), zone)
    return offered_starts([merge(need) for need in needs], pieces, rules)


def _choice(search: Search, plan: Plan, rules: Rules, calendar: Calendar, start: int) -> Choice:
    """Return who is free at `start`, best first; the calendar covers its whole day. No query."""
    pieces = pieces_of_day(_date_of(start, search.site.tz).toordinal(), search.site.tz)
    free: list[Candidate] = []
    if offered_starts([[(start, start)]], pieces, rules):
        free = [
            plan.candidates[resource_id]
            for resource_id, windows in calendar.windows(rules).items()
            if any(lowest <= start <= highest for lowest, highest in windows)
        ]
    first, until = pieces[0].start, pieces[-1].end

    def turn(who: Candidate) -> tuple[int, str, int]:
        claimed = calendar.claimed_seconds(who.resource_id, first, until) if who.practitioner_id else 0
        return claimed, who.name, who.resource_id

    free.sort(key=turn)
    needs = tuple(tuple(c for c in free if c.kind == kind) for kind in search.kinds)
    return Choice(to_instant(start), needs, plan.offer)


def _first_offer(choice: Choice) -> FirstOffer | None:
    """Return the offer with the practitioner a claim would try first. One query."""
    people = [c.practitioner_id for need in choice.needs for c in need if c.practitioner_id is not None]
    if not (choice.is_offered and people):
        return None
    practitioner, practitioner.resource = _WHO.fetch(practitioner=people[0])[0]
    return FirstOffer(choice.starts_at, practitioner)


def _date_of(epoch: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(epoch, tz=zone).date()
