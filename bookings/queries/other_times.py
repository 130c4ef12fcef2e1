"""What a requested change could become: the visit where it stands, or at another time around it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from bookings.models import Appointment
from bookings.queries.offers import Offers, get_choice, get_offers
from bookings.queries.reasons import Reason, find_calendar_reason, find_rule_reason
from bookings.queries.requests import search_for
from patients.models import VisitRequest

DAYS_SHOWN = 14
"""How many days are shown at once."""

AROUND = timedelta(days=6)
"""How long before the visit they begin, if nobody says otherwise."""

BARRED = frozenset({"archived", "gated", "mode", "site"})
"""Codes of rules that refuse what is asked for at any time."""


@dataclass(frozen=True)
class InPlace:
    """Whether a visit can become what is asked for where it stands, with the practitioner it has.

    `why_not` is None if it can. `rooms` are those it would have then; `keeps_rooms` is whether it has them
    already.
    """

    ends_at: datetime
    why_not: Reason | None = None
    rooms: tuple[str, ...] = ()
    keeps_rooms: bool = True

    @property
    def is_barred(self) -> bool:
        """Whether no other time can help either."""
        return self.why_not is not None and self.why_not.code in BARRED


@dataclass(frozen=True)
class OtherTimes:
    """The starts on offer on some days of the site: with the visit's practitioner, and with anyone.

    `first` is the first of the days; `earliest` and `latest` are the limits of what could be offered.
    """

    visit: Appointment
    with_same: Offers
    with_anyone: Offers
    first: date
    earliest: date
    latest: date

    @cached_property
    def days(self) -> list[tuple[date, int]]:
        """The days that have other times than the visit's own, by date, with how many."""
        days = sorted(self.with_anyone.counts(self.visit.site.tz))
        counts = [(day, len(self.same_on(day)) + len(self.others_on(day))) for day in days]
        return [(day, count) for day, count in counts if count]

    @property
    def before(self) -> date | None:
        """The first of the days before these; None if no time could be there."""
        return (
            max(self.first - timedelta(days=DAYS_SHOWN), self.earliest)
            if self.first > self.earliest
            else None
        )

    @property
    def after(self) -> date | None:
        """The first of the days after these; None if no time could be there."""
        after = self.first + timedelta(days=DAYS_SHOWN)
        return after if after <= self.latest else None

    def nearest_day(self) -> date | None:
        """Return the day with times that is nearest to the visit's, the earlier of two; None without any."""
        own = self.visit.starts_at.astimezone(self.visit.site.tz).date()
        return min((day for day, _count in self.days), key=lambda day: (abs(day - own), day), default=None)

    def same_on(self, day: date) -> list[datetime]:
        """Return the starts of a day with the visit's practitioner, but for its own."""
        starts = self.with_same.on_day(day, self.visit.site.tz)
        return [start for start in starts if start != self.visit.starts_at]

    def others_on(self, day: date) -> list[datetime]:
        """Return the starts of a day that only somebody else has."""
        own = set(self.with_same.on_day(day, self.visit.site.tz))
        return [start for start in self.with_anyone.on_day(day, self.visit.site.tz) if start not in own]


def get_in_place(request: VisitRequest, visit: Appointment, *, now: datetime) -> InPlace:
    """Return whether a visit can become what is asked for without moving. Three queries, or six."""
    search = search_for(request, visit, practitioner_id=visit.practitioner_id)
    ends_at = visit.starts_at + search.visit_type.length
    reason = find_rule_reason(search, starts_at=visit.starts_at, now=now)
    if reason is not None:
        return InPlace(ends_at, reason)
    claimed = {claim.resource_id for claim in visit.allocations.all()}
    choice = get_choice(search, starts_at=visit.starts_at, now=now).keeping(claimed)
    if not choice.is_offered:
        reason = find_calendar_reason(search, starts_at=visit.starts_at)
        return InPlace(ends_at, reason or Reason("busy", _("Someone just took this time.")))
    rooms = [need[0] for need in choice.needs if need[0].practitioner_id is None]
    return InPlace(
        ends_at,
        rooms=tuple(room.name for room in rooms),
        keeps_rooms={room.resource_id for room in rooms} <= claimed,
    )


def list_other_times(
    request: VisitRequest, visit: Appointment, *, first: date | None, now: datetime
) -> OtherTimes:
    """Return what is on offer for a request on fourteen days of the site. Four queries.

    They begin with `first`, or else some days before the visit; a request's own days stay the limit.
    """
    earliest, latest = search_for(request, visit, practitioner_id=None).span_of_days(now)
    own_day = visit.starts_at.astimezone(visit.site.tz).date()
    first = max(first or own_day - AROUND, earliest)
    last = min(first + timedelta(days=DAYS_SHOWN - 1), latest)
    same, anyone = (
        replace(search_for(request, visit, practitioner_id=who), first_date=first, last_date=last)
        for who in (visit.practitioner_id, None)
    )
    return OtherTimes(visit, get_offers(same, now=now), get_offers(anyone, now=now), first, earliest, latest)
