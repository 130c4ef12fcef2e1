"""Whether a day's board has changed, and which of its visits: told by Postgres's own row versions.

Every row carries the transaction that wrote it (`xmin`). A digest of those of everything the board shows is
exact, needs no writing, and is one query: what a transaction that is still open has written changes it once
it is seen, and so does a row that is deleted. The visits are dealt into heaps by their reference, each with
a short digest of its own; those of a heap that differs are drawn again.
"""

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from bookings.queries.board import HIDDEN, bounds_of
from clinic.models import Site

HEAPS = 64
_STEP = 4  # characters of one heap's digest: 24 bits
_VERSION = re.compile(r"(\d{1,4})\.([\w-]{256})\.([0-9a-f]{32})\.([0-9a-f]{32})", re.ASCII)

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
UNION ALL SELECT 'late', t.id::text, t.xmin FROM bookings_runninglate t
           WHERE t.site_id = %(site)s AND t.day = %(day)s
UNION ALL SELECT 'queue', t.id::text, t.xmin FROM bookings_walkin t
           WHERE t.site_id = %(site)s AND t.day = %(day)s
UNION ALL SELECT 'type', t.id::text, t.xmin FROM clinic_visittype t
UNION ALL SELECT 'elsewhere', t.id::text, t.xmin FROM bookings_allocation t
            JOIN bookings_appointment v ON v.id = t.appointment_id AND v.site_id <> %(site)s
           WHERE t.span && tstzrange(%(first)s, %(after)s) AND t.expires_at IS NULL
"""

_STATE = f"""
WITH visits AS MATERIALIZED (
    SELECT v.id, v.reference, v.patient_id, v.xmin::text || ':' || coalesce(c.stamps, '') AS stamp
      FROM bookings_appointment v
      LEFT JOIN LATERAL (SELECT string_agg(a.xmin::text, ',' ORDER BY a.id) AS stamps
                           FROM bookings_allocation a WHERE a.appointment_id = v.id) AS c ON true
     WHERE site_id = %(site)s AND starts_at >= %(first)s AND starts_at < %(after)s
       AND status <> ALL(%(hidden)s)
), around AS ({_AROUND}), forms AS (
    SELECT patient_id, string_agg(xmin::text, ',' ORDER BY xmin::text) AS stamps
      FROM ({_OF_PATIENTS}) AS rows GROUP BY patient_id
)
SELECT v.reference, v.stamp || ':' || coalesce(f.stamps, '')
  FROM visits v LEFT JOIN forms f USING (patient_id)
UNION ALL
SELECT '', coalesce(md5(string_agg(kind || id || xmin::text, ',' ORDER BY kind, id)), '')
  FROM around AS a (kind, id, xmin)
"""  # noqa: S608 (our own names)


@dataclass(frozen=True)
class BoardState:
    """How a day's board stands. `version` names it; `changed` are the references of visits to draw again.

    `is_same` is whether nothing differs from the version asked about, `is_around_same` whether at least what
    stands around the visits does not.
    """

    version: str
    changed: frozenset[str]
    is_same: bool
    is_around_same: bool


def get_board_state(site: Site, day: date, *, minute: int, version: str = "") -> BoardState:
    """Return how a site's day stands, compared with an earlier version. One query.

    Without a version, or with nonsense for one, all is new. `minute` is what the clock of the page shows; a
    version of another minute is never the same.
    """
    first, after = bounds_of(site, day)
    hidden = [status.value for status in HIDDEN]
    rows = dict(_fetch({"site": site.pk, "day": day, "first": first, "after": after, "hidden": hidden}))
    around = rows.pop("") or "0" * 32
    heaps: list[list[str]] = [[] for _ in range(HEAPS)]
    for reference in sorted(rows):
        heaps[_heap_of(reference)].append(f"{reference}{rows[reference]}")
    digests = "".join(_short("|".join(heap)) for heap in heaps)
    whole = hashlib.md5("|".join(map(str, heaps)).encode(), usedforsecurity=False).hexdigest()
    known = _VERSION.fullmatch(version)
    then, then_digests, then_whole, then_around = known.groups() if known else ("", "", "", "")
    differ = {
        number
        for number in range(HEAPS)
        if digests[number * _STEP : (number + 1) * _STEP]
        != then_digests[number * _STEP : (number + 1) * _STEP]
    }
    # Short digests may be alike by chance; the whole one then still differs, and everything is drawn again.
    is_by_chance = not differ and whole != then_whole
    return BoardState(
        version=f"{minute}.{digests}.{whole}.{around}",
        changed=frozenset(each for each in rows if is_by_chance or _heap_of(each) in differ),
        is_same=(str(minute), whole, around) == (then, then_whole, then_around),
        is_around_same=around == then_around,
    )


def minute_of(version: str) -> int | None:
    """Return the minute a version was made at, or None if it is none."""
    known = _VERSION.fullmatch(version)
    return int(known[1]) if known else None


def _heap_of(reference: str) -> int:
    return zlib.crc32(reference.encode()) % HEAPS


def _short(text: str) -> str:
    """Return four characters that stand for a text."""
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest[:3]).decode()


def _fetch(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_STATE, parameters)
        return list(cursor.fetchall())
