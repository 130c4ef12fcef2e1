"""The one query behind every answer about availability: Postgres subtracts what is taken from what is open.

Shape and index bounds were chosen by measurement (docs/performance.md): one grouped union, the past
bounded by a btree on (resource, lower(span)), epoch seconds back instead of range objects.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from bookings.availability import Rules, Window
from bookings.hours import OpenSpan

_WINDOWS = """
WITH calendar AS (
    SELECT id, true AS open, tstzrange(to_timestamp(starts), to_timestamp(ends)) AS span
      FROM unnest(%(open_ids)s::int8[], %(open_starts)s::int8[], %(open_ends)s::int8[]) AS h(id, starts, ends)
    UNION ALL
    SELECT resource_id, false, span
      FROM bookings_allocation a
     WHERE resource_id = ANY(%(ids)s::int8[])
       AND lower(span) >= to_timestamp(%(from)s) - interval '1 day'
       AND lower(span) < to_timestamp(%(until)s) AND upper(span) > to_timestamp(%(from)s)
       AND (expires_at IS NULL OR expires_at > clock_timestamp())
       AND appointment_id IS DISTINCT FROM %(moving)s
    UNION ALL
    SELECT resource_id, false, span
      FROM bookings_timeoff
     WHERE resource_id = ANY(%(ids)s::int8[])
       AND span && tstzrange(to_timestamp(%(from)s), to_timestamp(%(until)s))
), free AS (
    SELECT id, unnest(range_agg(span) FILTER (WHERE open)
                      - coalesce(range_agg(span) FILTER (WHERE NOT open), '{}'::tstzmultirange)) AS span
      FROM calendar
     GROUP BY id
), windows AS (
    SELECT g.part, range_agg(tstzrange(lower(span) + %(before)s * interval '1 second',
                                       upper(span) - %(rest)s * interval '1 second', '[]')) AS spans
      FROM free
      JOIN unnest(%(ids)s::int8[], %(parts)s::int8[]) AS g(id, part) USING (id)
     WHERE upper(span) - lower(span) >= %(whole)s * interval '1 second'
     GROUP BY g.part
)
SELECT part, ceil(extract(epoch FROM lower(w)))::int8, floor(extract(epoch FROM upper(w)))::int8
  FROM windows, unnest(spans) AS w
 ORDER BY part, w
"""


def list_windows(
    *,
    parts: dict[int, int],
    opened: Sequence[OpenSpan],
    rules: Rules,
    first: int,
    until: int,
    moving_id: UUID | None = None,
) -> dict[int, list[Window]]:
    """Return, for each part, when a visit could start in `[first, until)`. Epoch seconds, sorted, merged.

    `parts` says which part each resource id counts towards: its kind for "is anyone free?", itself for
    "who is free?". `opened` is when they work. Holds past their time by the database's clock are ignored;
    so are the allocations of the visit being moved. One query.
    """
    ids = list(parts)
    parameters: dict[str, Any] = {
        "open_ids": [span.resource_id for span in opened],
        "open_starts": [span.start for span in opened],
        "open_ends": [span.end for span in opened],
        "ids": ids,
        "parts": [parts[resource_id] for resource_id in ids],
        "from": first - rules.before,
        "until": until + rules.length + rules.after,
        "moving": moving_id,
        "before": rules.before,
        "rest": rules.length + rules.after,
        "whole": rules.before + rules.length + rules.after,
    }
    windows: dict[int, list[Window]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WINDOWS, parameters)
        for part, lowest, highest in cursor:
            windows.setdefault(part, []).append((lowest, highest))
    return windows


_BUSY_MINUTES = """
SELECT resource_id, (sum(extract(epoch FROM upper(span) - lower(span))) / 60)::int8
  FROM bookings_allocation
 WHERE resource_id = ANY(%s::int8[])
   AND lower(span) >= to_timestamp(%s) AND lower(span) < to_timestamp(%s)
   AND (expires_at IS NULL OR expires_at > clock_timestamp())
 GROUP BY resource_id
"""


def get_busy_minutes(ids: Sequence[int], first: int, until: int) -> dict[int, int]:
    """Return the minutes each resource is claimed for in `[first, until)`; none means 0. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_BUSY_MINUTES, [list(ids), first, until])
        return dict(cursor.fetchall())
