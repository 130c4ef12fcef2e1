"""What is taken, and so when a visit could start: the one query behind every answer about availability.

Shape and index bounds were chosen by measurement (docs/performance.md): the past is bounded by a btree on
(resource, lower(span)), and Postgres hands over two plain arrays a resource instead of range objects. To
subtract them from what is open is cheaper here than with multiranges there.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from bookings.availability import Rules, Window, windows_between
from bookings.hours import OpenSpan

_TAKEN = """
SELECT resource_id, array_agg(floor(date_part('epoch', lower(span)))::int8),
       array_agg(ceil(date_part('epoch', upper(span)))::int8)
  FROM (
    SELECT resource_id, span
      FROM bookings_allocation
     WHERE resource_id = ANY(%(ids)s::int8[])
       AND lower(span) >= to_timestamp(%(from)s) - interval '1 day'
       AND lower(span) < to_timestamp(%(until)s) AND upper(span) > to_timestamp(%(from)s)
       AND (expires_at IS NULL OR expires_at > clock_timestamp())
       AND appointment_id IS DISTINCT FROM %(moving)s
    UNION ALL
    SELECT resource_id, span
      FROM bookings_timeoff
     WHERE resource_id = ANY(%(ids)s::int8[])
       AND span && tstzrange(to_timestamp(%(from)s), to_timestamp(%(until)s))
  ) AS taken
 GROUP BY resource_id
"""


def list_windows(
    *, opened: Sequence[OpenSpan], rules: Rules, first: int, until: int, moving_id: UUID | None = None
) -> dict[int, list[Window]]:
    """Return, for each resource in `opened`, when a visit could start in `[first, until)`: sorted windows.

    Epoch seconds. Outside `[first, until)` the windows say nothing. Holds past their time by the database's
    clock are ignored; so are the allocations of the visit being moved. One query.
    """
    open_times: dict[int, list[Window]] = {}
    for span in opened:
        open_times.setdefault(span.resource_id, []).append((span.start, span.end))
    parameters = {
        "ids": list(open_times),
        "from": first - rules.before,
        "until": until + rules.length + rules.after,
        "moving": moving_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, parameters)
        taken = {resource_id: zip(starts, ends, strict=True) for resource_id, starts, ends in cursor}
    return {
        resource_id: windows_between(times, taken.get(resource_id, ()), rules)
        for resource_id, times in open_times.items()
    }


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
