"""The bare query: one SQL statement and a loop. Practitioners only; no rooms, no rules, no Django.

It is written here again, apart from the product, so that every ratio is taken side by side.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import psycopg

from tests.bench.calendar import CLOSES, OPENS, SATURDAY, SLOT, ZONE

STEP = int(SLOT.total_seconds())

QUERY = """
with r as (
  select id, true as open, tstzrange(starts, ends) as span
    from unnest(%(ids_open)s::int8[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
      as h(id, starts, ends)
  union all
  select resource_id, false, span from bookings_allocation a
   where resource_id = any(%(ids)s::int8[]) and lower(span) >= %(from_at)s::timestamptz - interval '1 day'
     and lower(span) < %(to_at)s and upper(span) > %(from_at)s
     and (a.expires_at is null or a.expires_at > clock_timestamp())
  union all
  select resource_id, false, span from bookings_timeoff
   where resource_id = any(%(ids)s::int8[]) and span && tstzrange(%(from_at)s, %(to_at)s)),
free as (
  select id, unnest(range_agg(span) filter (where open)
                    - coalesce(range_agg(span) filter (where not open), '{}'::tstzmultirange)) as span
    from r group by id)
select id, extract(epoch from lower(span))::int8, extract(epoch from upper(span))::int8 from free
"""


CLAIM_TABLE = """
create table if not exists bench_claim (
    id uuid primary key, resource_id int8 not null, patient_id uuid not null, span tstzrange not null,
    exclude using gist (resource_id with =, span with &&),
    exclude using gist (patient_id with =, span with &&))
"""


@lru_cache(maxsize=512)
def _working_day(day: date) -> tuple[datetime, datetime] | None:
    if day.weekday() >= SATURDAY:
        return None
    return datetime.combine(day, OPENS, tzinfo=ZONE), datetime.combine(day, CLOSES, tzinfo=ZONE)


def list_starts(
    connection: psycopg.Connection[Any], ids: Sequence[int], first: date, days: int
) -> dict[int, list[int]]:
    """Return every free half hour of each resource, in epoch seconds, for `days` days from `first`."""
    spans = [span for number in range(days) if (span := _working_day(first + timedelta(days=number)))]
    starts: dict[int, list[int]] = {}
    if not spans:
        return starts
    cursor = connection.execute(
        QUERY,
        {
            "ids_open": [resource_id for resource_id in ids for _ in spans],
            "starts": [start for start, _ in spans] * len(ids),
            "ends": [end for _, end in spans] * len(ids),
            "ids": list(ids),
            "from_at": spans[0][0],
            "to_at": spans[-1][1],
        },
    )
    for resource_id, lower, upper in cursor:
        begin = lower + -lower % STEP
        starts.setdefault(resource_id, []).extend(range(begin, upper - STEP + 1, STEP))
    return starts
