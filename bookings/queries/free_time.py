"""What is taken, and so when a visit could start: the one query behind every answer about availability.

Shape and index bounds were chosen by measurement (docs/performance.md): the past is bounded by a btree on
(resource, lower(span)), and Postgres hands over two plain arrays a resource instead of range objects. To
subtract them from what is open is cheaper here than with multiranges there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bookings.availability import Rules, Window, windows_between
from bookings.hours import OpenSpan
from clinic import prepared

_TAKEN = """
SELECT resource_id, claimed, array_agg(floor(date_part('epoch', lower(span)))::int8),
       array_agg(ceil(date_part('epoch', upper(span)))::int8)
  FROM (
    SELECT resource_id, span, true AS claimed
      FROM bookings_allocation
     WHERE resource_id = ANY(%(ids)s::int8[])
       AND lower(span) >= to_timestamp(%(from)s::float8) - interval '1 day'
       AND lower(span) < to_timestamp(%(until)s::float8) AND upper(span) > to_timestamp(%(from)s::float8)
       AND (expires_at IS NULL OR expires_at > clock_timestamp())
       AND appointment_id IS DISTINCT FROM %(moving)s::uuid
    UNION ALL
    SELECT resource_id, span, false
      FROM bookings_timeoff
     WHERE resource_id = ANY(%(ids)s::int8[])
       AND span && tstzrange(to_timestamp(%(from)s::float8), to_timestamp(%(until)s::float8))
  ) AS taken
 GROUP BY resource_id, claimed
"""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is open and what is taken, by resource id: half-open spans in epoch seconds, in any order."""

    opened: dict[int, list[Window]]
    claimed: dict[int, list[Window]]
    off: dict[int, list[Window]]

    def windows(self, rules: Rules) -> dict[int, list[Window]]:
        """Return when a visit could start with each resource: sorted windows, none overlapping."""
        return {
            resource_id: windows_between(
                times, [*self.claimed.get(resource_id, ()), *self.off.get(resource_id, ())], rules
            )
            for resource_id, times in self.opened.items()
        }

    def claimed_seconds(self, resource_id: int, first: int, until: int) -> int:
        """Return how long a resource is claimed for by what starts in `[first, until)`; not time off."""
        return sum(end - start for start, end in self.claimed.get(resource_id, ()) if first <= start < until)


def get_calendar(
    opened: Iterable[OpenSpan], *, first: int, until: int, moving_id: UUID | None = None
) -> Calendar:
    """Return what is taken in `[first, until)` (epoch seconds) of the resources in `opened`. One query.

    Holds past their time by the database's clock are ignored; so are the allocations of the visit being
    moved.
    """
    open_times: dict[int, list[Window]] = {}
    for span in opened:
        if span.end > first and span.start < until:
            open_times.setdefault(span.resource_id, []).append((span.start, span.end))
    claimed: dict[int, list[Window]] = {}
    off: dict[int, list[Window]] = {}
    parameters: dict[str, Any] = {"ids": list(open_times), "from": first, "until": until, "moving": moving_id}
    for resource_id, is_claim, starts, ends in prepared.fetch(_TAKEN, parameters):
        (claimed if is_claim else off)[resource_id] = list(zip(starts, ends, strict=True))
    return Calendar(open_times, claimed, off)
