"""Why is this time not offered? The same facts and the same engine as the offer, naming the rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from bookings.availability import refusal_of
from bookings.hours import OpenSpan, pieces_between
from bookings.models import Allocation, TimeOff
from bookings.queries.offers import Search
from bookings.queries.plans import Candidate, Plan
from clinic.models import VisitOffer
from clinic.models.visit_types import BookableBy


@dataclass(frozen=True)
class Reason:
    """The rule that refuses a start: a code for tests and staff tools, and a sentence."""

    code: str
    words: str


TAKEN = frozenset({"busy", "room"})
"""Codes that mean somebody else has the time; the others mean it was never on offer."""


def explain(search: Search, *, starts_at: datetime, now: datetime) -> str | None:
    """Return the sentence that says why a start is not offered, or None if it is. Staff only: it names people."""
    reason = find_rule_reason(search, starts_at=starts_at, now=now) or find_calendar_reason(
        search, starts_at=starts_at
    )
    return reason.words if reason else None


def find_rule_reason(search: Search, *, starts_at: datetime, now: datetime) -> Reason | None:
    """Return the rule of the visit type or site that refuses a start, or None."""
    kind = search.visit_type
    if kind.archived_at is not None or search.site.archived_at is not None:
        return Reason("archived", _("This can't be booked any more."))
    if kind.bookable_by == BookableBy.GATED:
        return Reason("gated", _("This visit can be booked only after a doctor has decided on it with you."))
    if kind.bookable_by == BookableBy.STAFF and not search.by_staff:
        return Reason("staff", _("This visit is booked by the clinic. Please call us."))
    if search.mode not in kind.modes:
        return Reason("mode", _("This visit can't be done that way."))
    if not VisitOffer.objects.filter(visit_type=kind, site=search.site).exists():
        return Reason("site", _("This visit is not offered at this site."))
    zone = search.site.tz
    day = starts_at.astimezone(zone).date()
    one = timedelta(days=1)
    pieces = pieces_between(day - one, day + one, zone)
    exact = starts_at.timestamp()
    if exact != int(exact):
        return _rule_words("grid", search)
    code = refusal_of(int(exact), pieces, search.rules(now), int(now.timestamp()))
    return _rule_words(code, search) if code else None


def _rule_words(code: str, search: Search) -> Reason:
    kind = search.visit_type
    words = {
        "past": _("This time is in the past."),
        "notice": _("This visit needs %(hours)s hours' notice.") % {"hours": kind.notice_hours},
        "horizon": _("Times more than %(days)s days ahead can't be booked yet.") % {"days": kind.horizon_days},
        "weekday": _("This visit is not done on this day of the week."),
        "grid": _("Visits start every %(minutes)s minutes; this time is in between.") % {"minutes": kind.grid_minutes},
    }
    return Reason(code, words[code])


def find_calendar_reason(search: Search, *, starts_at: datetime) -> Reason | None:
    """Return what in the calendar refuses a start: closure, hours, buffer, time off, visits or rooms."""
    day = starts_at.astimezone(search.site.tz).date()
    plan = search.plan(day, day)
    opened = plan.open_spans(day, day)
    start = int(starts_at.timestamp())
    rules = (
        search.visit_type.buffer_before_minutes * 60,
        (search.visit_type.minutes + search.visit_type.buffer_after_minutes) * 60,
    )
    people = [c for c in plan.candidates.values() if c.practitioner_id is not None]
    working = _covering(people, opened, start, start + search.visit_type.minutes * 60)
    if not working:
        return _hours_reason(plan, day in plan.closed, people)
    lower, upper = start - rules[0], start + rules[1]
    buffered = _covering(working, opened, lower, upper)
    if not buffered:
        return Reason("buffer", _("The visit and the minutes kept free around it don't fit into working hours."))
    return _claims_reason(search, plan, buffered, starts_at - timedelta(seconds=rules[0]), starts_at + timedelta(seconds=rules[1]))


def _hours_reason(plan: Plan, closed: bool, people: list[Candidate]) -> Reason:
    if closed:
        return Reason("closed", _("The site is closed on this day."))
    if len(people) == 1:
        return Reason("hours", _("%(name)s does not work then.") % {"name": people[0].name})
    return Reason("hours", _("Nobody who does this visit works then."))


def _claims_reason(
    search: Search, plan: Plan, people: list[Candidate], lower: datetime, upper: datetime
) -> Reason | None:
    """Return what claims or time off stand in the way of a span that lies in working hours."""
    span = TimestamptzRange(lower, upper)
    ids = list(plan.candidates)
    off = set(TimeOff.objects.filter(resource_id__in=ids, span__overlap=span).values_list("resource_id", flat=True))
    here = [person for person in people if person.resource_id not in off]
    if not here:
        return Reason("time_off", _("%(names)s: time off.") % {"names": _names(people)})
    busy = {
        allocation.resource_id: allocation
        for allocation in Allocation.objects.raw(
            "SELECT id, resource_id, span FROM bookings_allocation WHERE resource_id = ANY(%s::int8[])"
            " AND span && tstzrange(%s, %s) AND (expires_at IS NULL OR expires_at > clock_timestamp())"
            " AND appointment_id IS DISTINCT FROM %s ORDER BY lower(span), id",
            [ids, lower, upper, search.moving_id],
        )
    }
    if all(person.resource_id in busy for person in here):
        spans = [busy[person.resource_id].span for person in here]
        zone = search.site.tz
        return Reason(
            "busy",
            _("%(names)s: busy %(start)s to %(end)s.")
            % {
                "names": _names(here),
                "start": f"{min(s.lower for s in spans).astimezone(zone):%H:%M}",
                "end": f"{max(s.upper for s in spans).astimezone(zone):%H:%M}",
            },
        )
    for kind in search.kinds:
        things = plan.by_kind.get(kind, [])
        if all(thing.resource_id in busy or thing.resource_id in off for thing in things):
            return Reason("room", _("No room or device of the kind needed is free: %(kind)s.") % {"kind": kind})
    return None


def _covering(people: Iterable[Candidate], opened: list[OpenSpan], lower: int, upper: int) -> list[Candidate]:
    """Return the people with one open span around `[lower, upper)`."""
    ids = {span.resource_id for span in opened if span.start <= lower and upper <= span.end}
    return [person for person in people if person.resource_id in ids]


def _names(people: Iterable[Candidate]) -> str:
    return ", ".join(person.name for person in people)
