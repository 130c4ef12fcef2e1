"""Databases with past visits: built once, kept between runs, and given today's calendar.

Millions of rows go in with the foreign keys, exclusion constraints and indexes of the two tables taken
off; these are put back afterwards, word for word. Only of the exclusion constraints it is the index that
comes back, without the check: to look at every one of seven million allocations again takes ten minutes,
and these databases are only read. Claims are measured in a database of their own, as migrated.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.bench import calendar
from tests.bench.contestants import ROOT, ours
from tests.bench.report import say

_TABLES = ["bookings_appointment", "bookings_allocation"]

_REMOVABLE = """
SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', t.relname, c.conname),
       CASE c.contype WHEN 'x' THEN pg_get_indexdef(c.conindid)
       ELSE format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, c.conname,
                   pg_get_constraintdef(c.oid)) END
  FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
 WHERE t.relname = ANY(%(tables)s) AND c.contype IN ('f', 'u', 'x')
UNION ALL
SELECT format('DROP INDEX %%I', i.relname), pg_get_indexdef(i.oid)
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
 WHERE t.relname = ANY(%(tables)s)
   AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)
"""

# Numbers from 0 to the keys they stand for.
_PREPARE = """
CREATE TEMP TABLE person AS
  SELECT row_number() OVER (ORDER BY id) - 1 AS number, id, resource_id FROM clinic_practitioner;
CREATE TEMP TABLE place AS
  SELECT row_number() OVER (ORDER BY id) - 1 AS number, id FROM clinic_resource WHERE site_id IS NOT NULL;
CREATE TEMP TABLE patient AS
  SELECT row_number() OVER (ORDER BY id) - 1 AS number, id FROM patients_patient;
CREATE TEMP TABLE visit (id uuid DEFAULT gen_random_uuid(), person int, place int, patient int,
                         starts_at timestamptz, reference text, status text);
"""

# Everybody, every half hour of every working day, weekends too, back from the day before the first.
_PAST = """
INSERT INTO visit (person, place, patient, starts_at, reference, status)
SELECT mod(k, 20), CASE WHEN mod(k, 20) < 8 THEN mod(k, 20) END, mod(k, 1000),
       %(opening)s::timestamptz - (k / 320 + 1) * interval '1 day' + mod(k / 20, 16) * interval '30 minutes',
       'P' || k, 'done'
  FROM generate_series(0, %(count)s - 1) AS k
"""

_WRITE = """
INSERT INTO bookings_appointment
    (id, reference, status, visit_type_id, site_id, practitioner_id, patient_id, mode, starts_at, ends_at,
     patient_zone, any_practitioner, been_before, spoken_language, hold_extensions, sequence, cancelled_by,
     is_demo, created_at, changed_at)
SELECT v.id, v.reference, v.status, (SELECT id FROM clinic_visittype), (SELECT id FROM clinic_site),
       p.id, q.id, CASE WHEN v.place IS NULL THEN 'video' ELSE 'in_person' END, v.starts_at,
       v.starts_at + interval '25 minutes', '', false, false, '', 0, 0, '', false,
       v.starts_at - interval '7 days', v.starts_at - interval '7 days'
  FROM visit v JOIN person p ON p.number = v.person JOIN patient q ON q.number = v.patient;
INSERT INTO bookings_allocation (appointment_id, resource_id, span)
SELECT v.id, p.resource_id, tstzrange(v.starts_at, v.starts_at + interval '30 minutes')
  FROM visit v JOIN person p ON p.number = v.person
UNION ALL
SELECT v.id, r.id, tstzrange(v.starts_at, v.starts_at + interval '30 minutes')
  FROM visit v JOIN place r ON r.number = v.place
 ORDER BY 2, 3;
TRUNCATE visit;
"""

_FORGET_CALENDAR = """
DELETE FROM bookings_allocation USING bookings_appointment a
 WHERE appointment_id = a.id AND a.status <> 'done';
DELETE FROM bookings_appointment WHERE status <> 'done';
"""


def words(count: int) -> str:
    """Return a count as people say it: 10k, 5m."""
    return f"{count // 1_000_000}m" if count >= 1_000_000 else f"{count // 1000}k"


def with_database(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def make_histories(base_url: str, counts: list[int], first: date) -> dict[int, str]:
    """Return the name of a database for each count of past visits, with the calendar from `first`.

    `base_url` is an owner's address of a migrated database; it becomes the template of the others.
    """
    base = urlsplit(base_url).path[1:]
    clinic = ours(base_url)
    clinic.call("make_clinic")
    clinic.stop()
    names = {count: f"{base}_{words(count)}" for count in counts}
    for count, name in names.items():
        url = with_database(base_url, name)
        with psycopg.connect(base_url, autocommit=True) as server:
            note = _note_on(server, name)
        if note is None or note.split()[0] != _mark():
            _create(base_url, name, base)
            _fill(url, count, first)
            note = _mark()
        migrate(url)
        if note != f"{_mark()} {first}":
            _set_calendar(url, first)
            with psycopg.connect(with_database(base_url, "postgres"), autocommit=True) as server:
                server.execute(f"COMMENT ON DATABASE {name} IS '{_mark()} {first}'")
    return names


def migrate(url: str) -> None:
    """Bring a database up to date, as its owner."""
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"]
    quiet = {"DATABASE_URL": url, "NUAN_LOG_LEVEL": "WARNING"}
    subprocess.run(command, cwd=ROOT, env={**os.environ, **quiet}, check=True)


def copy_of(base_url: str, suffix: str, *, template: str | None = None) -> str:
    """Return the owner's address of a new database beside `base_url`, a copy of it or of `template`."""
    base = urlsplit(base_url).path[1:]
    _create(base_url, f"{base}_{suffix}", template or base)
    return with_database(base_url, f"{base}_{suffix}")


def _mark() -> str:
    """Return a mark that changes whenever the way the tables are filled changes."""
    digest = hashlib.sha256(f"{_REMOVABLE}{_PREPARE}{_PAST}{_WRITE}".encode())
    digest.update(Path(calendar.__file__).read_bytes())
    return digest.hexdigest()[:16]


def _note_on(server: psycopg.Connection[Any], name: str) -> str | None:
    row = server.execute(
        "SELECT coalesce(shobj_description(oid, 'pg_database'), '-') FROM pg_database WHERE datname = %s",
        [name],
    ).fetchone()
    return row[0] if row else None


def _create(base_url: str, name: str, base: str) -> None:
    with psycopg.connect(with_database(base_url, "postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {base}")


def _fill(url: str, count: int, first: date) -> None:
    """Write past visits with the constraints off, put those back, and say how long both took."""
    past = {"opening": calendar.opening(first), "count": count}
    with psycopg.connect(url, autocommit=True) as server, server.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'")
        cursor.execute(_PREPARE)
        began = time.monotonic()
        with _without_constraints(cursor) as slow:
            cursor.execute(_PAST, past)
            cursor.execute(_WRITE)
            written = time.monotonic()
        rows, rest = written - began, time.monotonic() - written
        say(f"  {count:,} past visits: rows {rows:.0f} s, constraints and indexes {rest:.0f} s")
        for line, seconds in slow:
            say(f"    {seconds:6.1f} s  {line}")


@contextmanager
def _without_constraints(cursor: psycopg.Cursor[Any]) -> Iterator[list[tuple[str, float]]]:
    """Take off what can be added faster afterwards; put it back, and report what took over a second."""
    removable = cursor.execute(_REMOVABLE, {"tables": _TABLES}).fetchall()
    for table in _TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for drop, _ in removable:
        cursor.execute(drop)
    slow: list[tuple[str, float]] = []
    yield slow
    for _, create in removable:
        began = time.monotonic()
        cursor.execute(create)
        if (seconds := time.monotonic() - began) > 1:
            slow.append((create[:100], seconds))
    for table in _TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _set_calendar(url: str, first: date) -> None:
    """Replace the 90 days of booked visits and the weeks off; constraints stay on."""
    with psycopg.connect(url) as server, server.cursor() as cursor:
        cursor.execute(_PREPARE)
        cursor.execute(_FORGET_CALENDAR)
        with cursor.copy(
            "COPY visit (person, place, patient, starts_at, reference, status) FROM STDIN"
        ) as copy:
            for number, visit in enumerate(calendar.list_visits(first)):
                copy.write_row(
                    [
                        visit.practitioner,
                        visit.room,
                        visit.practitioner,
                        visit.starts_at,
                        f"B{number}",
                        "booked",
                    ]
                )
        cursor.execute(_WRITE)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("VACUUM ANALYZE bookings_appointment, bookings_allocation")
    clinic = ours(url)
    clinic.call("set_weeks_off", first=first.isoformat())
    clinic.stop()
