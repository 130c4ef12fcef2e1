"""Why is this time not offered? The same facts and the same engine as the offer, naming the rule."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from bookings.availability import Window, merge, refusal_of
from bookings.hours import pieces_of_day
from bookings.models import TimeOff
from bookings.queries.offers import Search
from bookings.queries.plans import Candidate, Plan, find_site_offer
from clinic.models import ResourceKind
from clinic.models.places import PRACTITIONER_KINDS
from clinic.models.visit_types import BookableBy


@dataclass(frozen=True)
class Reason:
    """The rule that refuses a start: a code for tests and staff tools, and a sentence."""

    code: str
    words: str


TAKEN = frozenset({"busy", "room"})
"""Codes that mean somebody else has the time; the others mean it was never on offer."""


def explain(search: Search, *, starts_at: datetime, now: datetime) -> str | None:
    """Return the sentence that says why a start is not offered, or None. Staff only: it names people."""
    reason = find_rule_reason(search, starts_at=starts_at, now=now) or find_calendar_reason(
        search, starts_at=starts_at
    )
    return reason.words if reason else None


def find_rule_reason(search: Search, *, starts_at: datetime, now: datetime) -> Reason | None:
    """Return the rule of the visit type or site that refuses a start, or None. One query."""
    reason = find_rule_against(search, starts_at=starts_at, now=now)
    if reason is None and find_site_offer(search.visit_type.pk, search.site.pk) is None:
        return not_at_site()
    return reason


def find_rule_against(search: Search, *, starts_at: datetime, now: datetime) -> Reason | None:
    """Return the same for somebody who looks at the site's offer themselves. No query."""
    kind = search.visit_type
    if kind.archived_at is not None or search.site.archived_at is not None:
        return Reason("archived", _("This can't be booked any more."))
    if kind.bookable_by == BookableBy.GATED:
        return Reason("gated", _("This visit can be booked only after a doctor has decided on it with you."))
    if kind.bookable_by == BookableBy.STAFF and not search.by_staff:
        return Reason("staff", _("This visit is booked by the clinic. Please call us."))
    if search.mode not in kind.modes:
        return Reason("mode", _("This visit can't be done that way."))
    code = _find_rule_code(search, starts_at, now)
    return _rule_words(code, search) if code else None


def not_at_site() -> Reason:
    """Return that the site has no offer of the visit."""
    return Reason("site", _("This visit is not offered at this site."))


def _find_rule_code(search: Search, starts_at: datetime, now: datetime) -> str | None:
    """Return the code of the rule of time that refuses a start; any instant at all may be asked about."""
    if starts_at <= now:
        return "past"
    if starts_at > now + timedelta(days=search.visit_type.horizon_days + 2):
        return "horizon"
    if starts_at.microsecond:
        return "grid"
    day = starts_at.astimezone(search.site.tz).date()
    if (search.first_date and day < search.first_date) or (search.last_date and day > search.last_date):
        return "dates"
    pieces = pieces_of_day(day.toordinal(), search.site.tz)
    return refusal_of(int(starts_at.timestamp()), pieces, search.rules(now), int(now.timestamp()))


def _rule_words(code: str, search: Search) -> Reason:
    kind = search.visit_type
    words = {
        "past": _("This time is in the past."),
        "notice": _("This visit needs %(hours)s hours' notice.") % {"hours": kind.notice_hours},
        "dates": _("This time is outside the dates that were asked for."),
        "horizon": _("Times more than %(days)s days ahead can't be booked yet.")
        % {"days": kind.horizon_days},
        "weekday": _("This visit is not done on this day of the week."),
        "grid": _("Visits start every %(minutes)s minutes; this time is in between.")
        % {"minutes": kind.grid_minutes},
    }
    return Reason(code, words[code])


def find_calendar_reason(search: Search, *, starts_at: datetime) -> Reason | None:
    """Return what in the calendar refuses a start: closure, hours, buffer, time off, visits or rooms."""
    asked = _ask(search, starts_at)
    if not search.kinds:
        return _hours_reason(asked, [])
    for kind in search.kinds:
        reason = _person_reason(asked, kind) if kind in PRACTITIONER_KINDS else _thing_reason(asked, kind)
        if reason is not None:
            return reason
    return None


@dataclass(frozen=True)
class _Asked:
    """A start and the facts of its day. `visit` and `whole` are its spans without and with buffers, in epoch
    seconds; `busy` is what claims each resource, aware UTC.
    """

    plan: Plan
    zone: ZoneInfo
    closed: bool
    opened: dict[int, list[Window]]
    visit: Window
    whole: Window
    off: set[int]
    busy: dict[int, tuple[datetime, datetime]]

    def works(self, resource_id: int, span: Window) -> bool:
        """Whether somebody works through the whole of a span."""
        return any(start <= span[0] and span[1] <= end for start, end in self.opened.get(resource_id, []))


def _ask(search: Search, starts_at: datetime) -> _Asked:
    """Return the facts of a start. Three queries."""
    day = starts_at.astimezone(search.site.tz).date()
    plan = search.plan(day, day)
    opened: dict[int, list[Window]] = defaultdict(list)
    for span in plan.open_spans(day, day):
        opened[span.resource_id].append((span.start, span.end))
    start, kind = int(starts_at.timestamp()), search.visit_type
    lower = starts_at - timedelta(minutes=kind.buffer_before_minutes)
    upper = starts_at + timedelta(minutes=kind.minutes + kind.buffer_after_minutes)
    off, busy = _claims_between(lower, upper, list(plan.candidates), search.moving_id)
    return _Asked(
        plan=plan,
        zone=search.site.tz,
        closed=day in plan.closed,
        opened={resource_id: merge(spans) for resource_id, spans in opened.items()},
        visit=(start, start + kind.minutes * 60),
        whole=(int(lower.timestamp()), int(upper.timestamp())),
        off=off,
        busy=busy,
    )


def _claims_between(
    lower: datetime, upper: datetime, ids: list[int], moving_id: UUID | None
) -> tuple[set[int], dict[int, tuple[datetime, datetime]]]:
    """Return which resources are off, and what claims each of the others, anywhere in `[lower, upper)`."""
    span = TimestamptzRange(lower, upper)
    off = TimeOff.objects.filter(resource_id__in=ids, span__overlap=span).values_list(
        "resource_id", flat=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id, lower(span), upper(span) FROM bookings_allocation"
            " WHERE resource_id = ANY(%s::int8[]) AND span && tstzrange(%s, %s)"
            "   AND (expires_at IS NULL OR expires_at > clock_timestamp())"
            "   AND appointment_id IS DISTINCT FROM %s ORDER BY lower(span), id",
            [ids, lower, upper, moving_id],
        )
        return set(off), {resource_id: (start, end) for resource_id, start, end in cursor}


def _person_reason(asked: _Asked, kind: str) -> Reason | None:
    """Return why nobody of a kind can take the visit, or None if somebody can."""
    people = asked.plan.by_kind.get(kind, [])
    working = [person for person in people if asked.works(person.resource_id, asked.visit)]
    if not working:
        return _hours_reason(asked, people)
    buffered = [person for person in working if asked.works(person.resource_id, asked.whole)]
    if not buffered:
        return Reason(
            "buffer", _("The visit and the minutes kept free around it don't fit into working hours.")
        )
    here = [person for person in buffered if person.resource_id not in asked.off]
    if not here:
        return Reason("time_off", _("%(names)s: time off.") % {"names": _names(buffered)})
    if any(person.resource_id not in asked.busy for person in here):
        return None
    spans = [asked.busy[person.resource_id] for person in here]
    words = {
        "names": _names(here),
        "start": f"{min(start for start, _end in spans).astimezone(asked.zone):%H:%M}",
        "end": f"{max(end for _start, end in spans).astimezone(asked.zone):%H:%M}",
    }
    return Reason("busy", _("%(names)s: busy %(start)s to %(end)s.") % words)


def _thing_reason(asked: _Asked, kind: str) -> Reason | None:
    """Return that no room or device of a kind is free, or None if one is."""
    things = asked.plan.by_kind.get(kind, [])
    if all(thing.resource_id in asked.busy or thing.resource_id in asked.off for thing in things):
        words = _("No room or device of the kind needed is free: %(kind)s.")
        return Reason("room", words % {"kind": ResourceKind(kind).label})
    return None


def _hours_reason(asked: _Asked, people: list[Candidate]) -> Reason:
    if asked.closed:
        return Reason("closed", _("The site is closed on this day."))
    if len(people) == 1:
        return Reason("hours", _("%(name)s does not work then.") % {"name": people[0].name})
    return Reason("hours", _("Nobody who does this visit works then."))


def _names(people: Iterable[Candidate]) -> str:
    return ", ".join(person.name for person in people)
