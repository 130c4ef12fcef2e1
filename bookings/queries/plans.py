"""Who could do a visit, when they work and for how much: what availability is computed from, in one query."""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bookings.hours import Opening, OpenSpan, WeeklyHours, open_spans, to_epoch
from clinic import prepared
from clinic.models import Practitioner

_SITE_OFFER = """
SELECT price_minor FROM clinic_visitoffer
 WHERE visit_type_id = %(visit_type)s::int8 AND site_id = %(site)s::int8
"""

_FACTS = """
WITH people AS (
    SELECT r.id, r.kind, p.id AS practitioner_id, r.name, p.name::text AS shown_name
      FROM clinic_practitioner p
      JOIN clinic_resource r ON r.id = p.resource_id
      JOIN clinic_practitioner_visit_types v
        ON v.practitioner_id = p.id AND v.visittype_id = %(visit_type)s::int8
     WHERE r.kind = ANY(%(kinds)s::text[]) AND r.archived_at IS NULL
       AND (%(practitioner)s::int8 IS NULL OR p.id = %(practitioner)s::int8 OR r.kind <> (
            SELECT other.kind FROM clinic_practitioner named
              JOIN clinic_resource other ON other.id = named.resource_id
             WHERE named.id = %(practitioner)s::int8 AND other.kind = ANY(%(kinds)s::text[])))
       AND (%(language)s::text = '' OR %(language)s::text = ANY(p.languages))
)
SELECT 'hours', p.id, p.kind, p.practitioner_id, p.name, p.shown_name, array_agg(h.weekday), h.starts, h.ends,
       h.valid_from_date, h.valid_to_date, NULL::int4
  FROM people p JOIN bookings_workinghours h USING (practitioner_id)
 WHERE h.site_id = %(site)s::int8 AND h.valid_from_date <= %(last)s::date
   AND (h.valid_to_date IS NULL OR h.valid_to_date >= %(first)s::date)
 GROUP BY p.id, p.kind, p.practitioner_id, p.name, p.shown_name, h.starts, h.ends, h.valid_from_date,
       h.valid_to_date
UNION ALL
SELECT 'opening', p.id, p.kind, p.practitioner_id, p.name, p.shown_name, NULL, o.starts, o.ends,
       o.date, o.date, NULL
  FROM people p JOIN bookings_exceptionalopening o USING (practitioner_id)
 WHERE o.site_id = %(site)s::int8 AND o.date BETWEEN %(first)s::date AND %(last)s::date
UNION ALL
SELECT 'closure', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, first_date, last_date, NULL
  FROM bookings_closure
 WHERE site_id = %(site)s::int8 AND first_date <= %(last)s::date AND last_date >= %(first)s::date
UNION ALL
SELECT 'room', id, kind, NULL, name, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM clinic_resource
 WHERE site_id = %(site)s::int8 AND kind = ANY(%(kinds)s::text[]) AND archived_at IS NULL
UNION ALL
SELECT 'offer', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, price_minor
  FROM clinic_visitoffer
 WHERE visit_type_id = %(visit_type)s::int8 AND site_id = %(site)s::int8
"""


_DOES = """
      JOIN clinic_practitioner_visit_types v
        ON v.practitioner_id = p.id AND v.visittype_id = %(visit_type)s::int8
"""
_FACTS_OF = _FACTS.replace(_DOES, "\n").replace(
    "r.archived_at IS NULL\n", "r.archived_at IS NULL AND p.id = ANY(%(people)s::int8[])\n", 1
)
"""The same for people who are named one by one, whatever they do now."""


class _Fact(NamedTuple):
    """A row of the query. `what` it tells decides which of its columns are used."""

    what: str
    resource_id: int
    kind: str
    practitioner_id: int | None
    name: str
    shown_name: str | None
    weekdays: list[int]
    starts: time
    ends: time
    first_date: date
    last_date: date
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that could serve a visit. Rooms and devices have no practitioner, and no name to show.

    `shown_name` stays JSON until somebody asks: a page knows twenty people and names one.
    """

    resource_id: int
    kind: str
    practitioner_id: int | None
    name: str
    shown_name: str | None

    @property
    def practitioner(self) -> Practitioner | None:
        """The practitioner with nothing but their name; the rest is read if it is asked for."""
        if self.practitioner_id is None or self.shown_name is None:
            return None
        name = json.loads(self.shown_name)
        return Practitioner.from_db(None, ["id", "name"], [self.practitioner_id, name])


@dataclass(frozen=True, slots=True)
class SiteOffer:
    """That a visit type is offered at a site, and for how much in the site's smallest coin, if it is said."""

    price_minor: int | None


@dataclass(frozen=True)
class Plan:
    """The candidates of a search, their weekly plans, the site's closed days and its offer, if it has one."""

    candidates: dict[int, Candidate]
    weekly: tuple[WeeklyHours, ...]
    openings: tuple[Opening, ...]
    closed: frozenset[date]
    offer: SiteOffer | None
    zone: ZoneInfo

    @cached_property
    def by_kind(self) -> dict[str, list[Candidate]]:
        """The candidates of each kind, by name."""
        kinds: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in sorted(self.candidates.values(), key=lambda c: (c.name, c.resource_id)):
            kinds[candidate.kind].append(candidate)
        return dict(kinds)

    def open_days(self, first: date, last: date) -> frozenset[date]:
        """Return the site dates between two, inclusive, on which somebody works."""
        alike = {
            (line.weekday, line.starts, line.ends, line.first_date, line.last_date) for line in self.weekly
        }
        lines = [WeeklyHours(0, *line) for line in alike]
        spans = open_spans(lines, self.openings, self.closed, self.zone, first, last)
        starts = {span.start for span in spans}
        return frozenset(datetime.fromtimestamp(start, tz=self.zone).date() for start in starts)

    def open_spans(self, first: date, last: date) -> list[OpenSpan]:
        """Return when every candidate may be used between two site dates, inclusive.

        Rooms and devices are open all the time: they are needed only together with somebody's hours.
        The margin of a day on both sides covers buffers around midnight.
        """
        spans = open_spans(self.weekly, self.openings, self.closed, self.zone, first, last)
        margin = timedelta(days=1)
        start = to_epoch(first - margin, time(0), self.zone)
        end = to_epoch(last + margin + margin, time(0), self.zone)
        spans.extend(
            OpenSpan(candidate.resource_id, start, end)
            for candidate in self.candidates.values()
            if candidate.practitioner_id is None
        )
        return spans


def get_plan(
    *,
    visit_type_id: int | None,
    site_id: int,
    zone: ZoneInfo,
    kinds: list[str],
    practitioner_id: int | None,
    language: str,
    first: date,
    last: date,
    people: Collection[int] | None = None,
) -> Plan:
    """Return who could do the visit at the site between two site dates, inclusive. One query.

    A named practitioner stands for their own kind; of the other kinds a visit needs, anybody will do.
    `people`, ids of practitioners, stand for those who do the visit type: a preview asks what if.
    """
    parameters: dict[str, Any] = {
        "visit_type": visit_type_id,
        "site": site_id,
        "kinds": kinds,
        "practitioner": practitioner_id,
        "language": language,
        "first": first,
        "last": last,
    }
    if people is not None:
        parameters["people"] = list(people)
    facts: dict[str, list[_Fact]] = defaultdict(list)
    for row in prepared.fetch(_FACTS if people is None else _FACTS_OF, parameters):
        facts[row[0]].append(_Fact._make(row))
    resources = [*facts["hours"], *facts["opening"], *facts["room"]]
    return Plan(
        candidates={fact.resource_id: Candidate(*fact[1:6]) for fact in resources},
        weekly=tuple(
            WeeklyHours(fact.resource_id, weekday, fact.starts, fact.ends, fact.first_date, fact.last_date)
            for fact in facts["hours"]
            for weekday in fact.weekdays
        ),
        openings=tuple(
            Opening(fact.resource_id, fact.first_date, fact.starts, fact.ends) for fact in facts["opening"]
        ),
        closed=frozenset(
            day for fact in facts["closure"] for day in _days(fact.first_date, fact.last_date, first, last)
        ),
        offer=SiteOffer(facts["offer"][0].price_minor) if facts["offer"] else None,
        zone=zone,
    )


def find_site_offer(visit_type_id: int, site_id: int) -> SiteOffer | None:
    """Return whether a visit type is offered at a site, and its price there. One query."""
    rows = prepared.fetch(_SITE_OFFER, {"visit_type": visit_type_id, "site": site_id})
    return SiteOffer(rows[0][0]) if rows else None


def _days(first: date, last: date, earliest: date, latest: date) -> list[date]:
    """Return the days from `first` to `last` that are not before `earliest` nor after `latest`."""
    begin, end = max(first, earliest), min(last, latest)
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
