"""Booked visits that stand outside what is open: nobody works then, or what they need is not in use.

Time off is not looked at here (`to_move.py` does); neither are buffers: they may run over the end of a day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from bookings.availability import Window, covers, merge
from bookings.hours import Opening, WeeklyHours, open_spans
from bookings.life_cycle import CLAIMING, UPCOMING, Status
from bookings.models import Allocation, Appointment, Closure, ExceptionalOpening, WorkingHours
from clinic.models import VisitType

BOOKED = sorted({*UPCOMING, Status.HELD})
"""What can still come; a time somebody holds just now may be a visit in a minute."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A person a visit claims, as `stranded` looks at it. Instants in epoch seconds."""

    visit_id: UUID
    resource_id: int
    site_id: int
    start: int
    end: int


def find_stranded(
    *,
    now: datetime,
    practitioner_ids: Collection[int] | None = None,
    site_ids: Collection[int] | None = None,
) -> list[Appointment]:
    """Return the visits from `now` on that some person they claim does not work for, by start.

    Of certain practitioners or sites only, if they are named. This function will ask six queries, whatever
    the calendar; what staff booked outside hours on purpose is among the answers.
    """
    stranded = find_stranded_ids(now=now, practitioner_ids=practitioner_ids, site_ids=site_ids)
    return list_by_id(stranded)


def find_stranded_ids(
    *,
    now: datetime,
    practitioner_ids: Collection[int] | None = None,
    site_ids: Collection[int] | None = None,
) -> set[UUID]:
    """Return the ids of what `find_stranded` finds. Four queries."""
    claims = _list_claims(now, practitioner_ids, site_ids)
    by_site: dict[int, list[_Claim]] = defaultdict(list)
    zones: dict[int, ZoneInfo] = {}
    for claim, zone in claims:
        by_site[claim.site_id].append(claim)
        zones[claim.site_id] = ZoneInfo(zone)
    facts = _Facts({claim.resource_id for claim, _zone in claims}, set(by_site))
    return {
        claim.visit_id
        for site_id, of_site in by_site.items()
        for claim in _outside(of_site, facts, site_id, zones[site_id])
    }


def list_by_id(ids: Iterable[UUID]) -> list[Appointment]:
    """Return visits with what a list shows of them, by start. One query."""
    return list(_visits().filter(pk__in=list(ids)))


def list_visits_with(resource_ids: Collection[int], *, now: datetime) -> list[Appointment]:
    """Return the visits that are not over and claim one of these people, rooms or devices, by start."""
    return list(_not_over(now).filter(allocations__resource__in=list(resource_ids)).distinct())


def list_visits_at(site_id: int, *, now: datetime) -> list[Appointment]:
    """Return the visits at a site that are not over, by start."""
    return list(_not_over(now).filter(site=site_id))


def list_visits_of(visit_type: VisitType, *, now: datetime) -> list[Appointment]:
    """Return the visits of a type that are not over, by start; a time somebody holds is one of them."""
    return list(_not_over(now).filter(visit_type=visit_type))


def list_visits_of_types(
    resource_id: int, visit_type_ids: Collection[int], *, now: datetime
) -> list[Appointment]:
    """Return the visits of certain types that are not over and claim a person, by start."""
    mine = _not_over(now).filter(allocations__resource=resource_id, visit_type__in=list(visit_type_ids))
    return list(mine.distinct())


class _Facts:
    """Hours, openings and closures of some people at some sites. Three queries."""

    def __init__(self, resource_ids: set[int], site_ids: set[int]) -> None:
        of_these = Q(practitioner__resource__in=resource_ids, site__in=site_ids)
        self.weekly: dict[int, list[WeeklyHours]] = defaultdict(list)
        for row in WorkingHours.objects.filter(of_these).select_related("practitioner"):
            who, times = row.practitioner.resource_id, (row.starts, row.ends)
            line = WeeklyHours(who, row.weekday, *times, row.valid_from_date, row.valid_to_date)
            self.weekly[row.site_id].append(line)
        self.openings: dict[int, list[Opening]] = defaultdict(list)
        for extra in ExceptionalOpening.objects.filter(of_these).select_related("practitioner"):
            who = extra.practitioner.resource_id
            self.openings[extra.site_id].append(Opening(who, extra.date, extra.starts, extra.ends))
        self.closures: dict[int, list[tuple[date, date]]] = defaultdict(list)
        closures = Closure.objects.filter(site__in=site_ids)
        for site_id, first, last in closures.values_list("site", "first_date", "last_date"):
            self.closures[site_id].append((first, last))

    def closed_days(self, site_id: int, first: date, last: date) -> frozenset[date]:
        """Return the days a site is closed, between two, inclusive."""
        return frozenset(
            day
            for begins, ends in self.closures[site_id]
            for day in _days(max(begins, first), min(ends, last))
        )


def _list_claims(
    now: datetime, practitioner_ids: Collection[int] | None, site_ids: Collection[int] | None
) -> list[tuple[_Claim, str]]:
    """Return every person that a visit from `now` on claims, with the zone of its site. One query."""
    rows = Allocation.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=Now()),
        appointment__status__in=BOOKED,
        appointment__starts_at__gt=now,
        resource__practitioner__isnull=False,
    )
    if practitioner_ids is not None:
        rows = rows.filter(resource__practitioner__in=list(practitioner_ids))
    if site_ids is not None:
        rows = rows.filter(appointment__site__in=list(site_ids))
    found = rows.order_by("appointment", "resource").values_list(
        "appointment",
        "resource",
        "appointment__site",
        "appointment__starts_at",
        "appointment__ends_at",
        "appointment__site__zone",
    )
    return [
        (_Claim(visit, resource, site, int(starts.timestamp()), int(ends.timestamp())), zone)
        for visit, resource, site, starts, ends, zone in found
    ]


def _outside(claims: list[_Claim], facts: _Facts, site_id: int, zone: ZoneInfo) -> list[_Claim]:
    """Return the claims of one site whose person does not work there all the time of the visit."""
    margin = timedelta(days=1)
    first = datetime.fromtimestamp(min(claim.start for claim in claims), tz=zone).date() - margin
    last = datetime.fromtimestamp(max(claim.end for claim in claims), tz=zone).date() + margin
    closed = facts.closed_days(site_id, first, last)
    opened: dict[int, list[Window]] = defaultdict(list)
    for span in open_spans(facts.weekly[site_id], facts.openings[site_id], closed, zone, first, last):
        opened[span.resource_id].append((span.start, span.end))
    merged = {resource_id: merge(spans) for resource_id, spans in opened.items()}
    return [
        claim for claim in claims if not covers(merged.get(claim.resource_id, []), claim.start, claim.end)
    ]


def _visits() -> QuerySet[Appointment]:
    return Appointment.objects.select_related(
        "site", "visit_type", "practitioner__resource", "patient"
    ).order_by("starts_at", "pk")


def _not_over(now: datetime) -> QuerySet[Appointment]:
    """Return what claims its time and has not ended; a hold only while it is alive."""
    alive = Q(hold_expires_at__isnull=True) | Q(hold_expires_at__gt=Now())
    return _visits().filter(alive, status__in=sorted(CLAIMING), ends_at__gt=now)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
