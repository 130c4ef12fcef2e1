"""Who could do a visit and when they work: the facts availability is computed from, in one query."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bookings.hours import Opening, OpenSpan, WeeklyHours, open_spans, to_epoch
from clinic import prepared

_FACTS = """
WITH people AS (
    SELECT r.id, r.kind, p.id AS practitioner_id, r.name
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
SELECT 'hours', p.id, p.kind, p.practitioner_id, p.name, array_agg(h.weekday), h.starts, h.ends,
       h.valid_from_date, h.valid_to_date
  FROM people p JOIN bookings_workinghours h USING (practitioner_id)
 WHERE h.site_id = %(site)s::int8 AND h.valid_from_date <= %(last)s::date
   AND (h.valid_to_date IS NULL OR h.valid_to_date >= %(first)s::date)
 GROUP BY p.id, p.kind, p.practitioner_id, p.name, h.starts, h.ends, h.valid_from_date, h.valid_to_date
UNION ALL
SELECT 'opening', p.id, p.kind, p.practitioner_id, p.name, NULL, o.starts, o.ends, o.date, o.date
  FROM people p JOIN bookings_exceptionalopening o USING (practitioner_id)
 WHERE o.site_id = %(site)s::int8 AND o.date BETWEEN %(first)s::date AND %(last)s::date
UNION ALL
SELECT 'closure', NULL, NULL, NULL, NULL, NULL, NULL, NULL, first_date, last_date
  FROM bookings_closure
 WHERE site_id = %(site)s::int8 AND first_date <= %(last)s::date AND last_date >= %(first)s::date
UNION ALL
SELECT 'room', id, kind, NULL, name, NULL, NULL, NULL, NULL, NULL
  FROM clinic_resource
 WHERE site_id = %(site)s::int8 AND kind = ANY(%(kinds)s::text[]) AND archived_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource that could serve a visit. `practitioner_id` is None for rooms and devices."""

    resource_id: int
    kind: str
    practitioner_id: int | None
    name: str


@dataclass(frozen=True)
class Plan:
    """The candidates of a search, their weekly plans and the site's closed days."""

    candidates: dict[int, Candidate]
    weekly: tuple[WeeklyHours, ...]
    openings: tuple[Opening, ...]
    closed: frozenset[date]
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
    visit_type_id: int,
    site_id: int,
    zone: ZoneInfo,
    kinds: list[str],
    practitioner_id: int | None,
    language: str,
    first: date,
    last: date,
) -> Plan:
    """Return who could do the visit at the site between two site dates, inclusive. One query.

    A named practitioner stands for their own kind; of the other kinds a visit needs, anybody will do.
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
    candidates: dict[int, Candidate] = {}
    weekly: list[WeeklyHours] = []
    openings: list[Opening] = []
    closed: set[date] = set()
    facts = prepared.fetch(_FACTS, parameters)
    for what, resource_id, kind, person, name, weekdays, starts, ends, from_date, to_date in facts:
        if what == "closure":
            days = (min(to_date, last) - max(from_date, first)).days
            closed.update(max(from_date, first) + timedelta(days=n) for n in range(days + 1))
            continue
        candidates[resource_id] = Candidate(resource_id, kind, person, name)
        if what == "hours":
            weekly.extend(
                WeeklyHours(resource_id, weekday, starts, ends, from_date, to_date) for weekday in weekdays
            )
        elif what == "opening":
            openings.append(Opening(resource_id, from_date, starts, ends))
    return Plan(candidates, tuple(weekly), tuple(openings), frozenset(closed), zone)
