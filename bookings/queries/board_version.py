"""Whether a day's board has changed, and which of its visits: told by Postgres's own row versions.

Every row carries the transaction that wrote it (`xmin`). A digest of those of everything the board shows is
exact, needs no writing, and is one query. What is newer than the snapshot of an earlier look tells which
visits to draw again; a transaction that was open then is counted as newer.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from bookings.queries.board import HIDDEN, bounds_of
from clinic.models import Site

_VERSION = re.compile(r"(\d{1,10})\.(\d{1,10})\.([0-9a-f]{32})\.([0-9a-f]{32})")

# What a block tells of its patient beside the visit's own row: one line a table.
_OF_PATIENTS = """
SELECT patient_id, xmin FROM patients_draft WHERE patient_id IN (SELECT patient_id FROM visits)
UNION ALL SELECT patient_id, xmin FROM patients_formversion
           WHERE patient_id IN (SELECT patient_id FROM visits)
UNION ALL SELECT patient_id, xmin FROM patients_urgentalert
           WHERE patient_id IN (SELECT patient_id FROM visits)
UNION ALL SELECT patient_id, xmin FROM patients_visitrequest
           WHERE patient_id IN (SELECT patient_id FROM visits)
UNION ALL SELECT id, xmin FROM patients_patient WHERE id IN (SELECT patient_id FROM visits)
UNION ALL SELECT f.patient_id, r.xmin FROM patients_formreader r
           JOIN patients_formversion f ON f.id = r.version_id
           WHERE f.patient_id IN (SELECT patient_id FROM visits)
UNION ALL SELECT f.patient_id, r.xmin FROM patients_review r
           JOIN patients_formversion f ON f.id = r.version_id
           WHERE f.patient_id IN (SELECT patient_id FROM visits)
"""

# What stands around the visits: a change there redraws the page. One line a table.
_AROUND = """
SELECT 'off', t.id::text, t.xmin FROM bookings_timeoff t WHERE t.span && tstzrange(%(first)s, %(after)s)
UNION ALL SELECT 'hours', t.id::text, t.xmin FROM bookings_workinghours t WHERE t.site_id = %(site)s
UNION ALL SELECT 'opening', t.id::text, t.xmin FROM bookings_exceptionalopening t
           WHERE t.site_id = %(site)s AND t.date = %(day)s
UNION ALL SELECT 'closure', t.id::text, t.xmin FROM bookings_closure t
           WHERE t.site_id = %(site)s AND %(day)s BETWEEN t.first_date AND t.last_date
UNION ALL SELECT 'resource', t.id::text, t.xmin FROM clinic_resource t
           WHERE t.site_id = %(site)s OR t.site_id IS NULL
UNION ALL SELECT 'person', t.id::text, t.xmin FROM clinic_practitioner t
UNION ALL SELECT 'type', t.id::text, t.xmin FROM clinic_visittype t
UNION ALL SELECT 'elsewhere', t.id::text, t.xmin FROM bookings_allocation t
            JOIN bookings_appointment v ON v.id = t.appointment_id AND v.site_id <> %(site)s
           WHERE t.span && tstzrange(%(first)s, %(after)s) AND t.expires_at IS NULL
"""

_STATE = f"""
WITH visits AS MATERIALIZED (
    SELECT v.id, v.reference, v.patient_id, v.xmin::text || ':' || coalesce(c.stamps, '') AS stamp,
           least(age(v.xmin), c.age) AS age
      FROM bookings_appointment v
      LEFT JOIN LATERAL (SELECT string_agg(a.xmin::text, ',' ORDER BY a.id) AS stamps, min(age(a.xmin)) AS age
                           FROM bookings_allocation a WHERE a.appointment_id = v.id) AS c ON true
     WHERE site_id = %(site)s AND starts_at >= %(first)s AND starts_at < %(after)s
       AND status <> ALL(%(hidden)s)
), around AS ({_AROUND}), forms AS (
    SELECT patient_id, string_agg(xmin::text, ',' ORDER BY xmin::text) AS stamps, min(age(xmin)) AS age
      FROM ({_OF_PATIENTS}) AS rows GROUP BY patient_id
)
SELECT v.reference, v.stamp || ':' || coalesce(f.stamps, ''), least(v.age, f.age),
       age(%(since)s::text::xid), pg_snapshot_xmin(pg_current_snapshot())::text
  FROM visits v LEFT JOIN forms f USING (patient_id)
UNION ALL
SELECT '', coalesce(md5(string_agg(kind || id || xmin::text, ',' ORDER BY kind, id)), ''), 0,
       age(%(since)s::text::xid), pg_snapshot_xmin(pg_current_snapshot())::text
  FROM around AS a (kind, id, xmin)
"""  # noqa: S608 (our own names)

WRAP = 2**32


@dataclass(frozen=True)
class BoardState:
    """How a day's board stands. `version` names it; `changed` are the references of visits to draw again.

    `references` are all that stand on it. `is_same` is whether nothing differs from the version asked about,
    `is_around_same` whether at least what stands around the visits does not.
    """

    version: str
    references: tuple[str, ...]
    changed: frozenset[str]
    is_same: bool
    is_around_same: bool


def get_board_state(site: Site, day: date, *, minute: int, version: str = "") -> BoardState:
    """Return how a site's day stands, compared with an earlier version. One query.

    Without a version, or with nonsense for one, all is new. `minute` is what the clock of the page shows; a
    version of another minute is never the same.
    """
    known = _VERSION.fullmatch(version)
    since, then, digest, around = known.groups() if known else ("0", "", "", "")
    if known and int(since) >= WRAP:
        known, digest = None, ""
    first, after = bounds_of(site, day)
    rows = _fetch(
        {
            "site": site.pk,
            "day": day,
            "first": first,
            "after": after,
            "hidden": [status.value for status in HIDDEN],
            "since": since if known else "3",
        }
    )
    visits = sorted(row for row in rows if row[0])
    around_now = next(row[1] for row in rows if not row[0]) or "0" * 32
    digest_now = hashlib.md5(
        "|".join(f"{r[0]}{r[1]}" for r in visits).encode(), usedforsecurity=False
    ).hexdigest()
    is_around_same = known is not None and around == around_now
    newer = frozenset(row[0] for row in visits if row[2] <= row[3])
    # What differs without being newer was taken away; which block it was of, nobody knows any more.
    is_known = known is not None and (bool(newer) or digest == digest_now)
    return BoardState(
        version=f"{int(rows[0][4]) % WRAP}.{minute}.{digest_now}.{around_now}",
        references=tuple(row[0] for row in visits),
        changed=newer if is_known else frozenset(row[0] for row in visits),
        is_same=is_around_same and digest == digest_now and then == str(minute),
        is_around_same=is_around_same,
    )


def minute_of(version: str) -> int | None:
    """Return the minute a version was made at, or None if it is none."""
    known = _VERSION.fullmatch(version)
    return int(known[2]) if known else None


def _fetch(parameters: dict[str, Any]) -> list[tuple[str, str, int, int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_STATE, parameters)
        return list(cursor.fetchall())
