"""Claiming time. Every write to the allocation table goes through this file, or `many_claims.py`.

The rules, each measured (docs/performance.md): a writer first locks the appointment row if there is
one, then shares the plan if it asks what is offered, then takes an advisory lock on every resource it
leaves or enters, in sorted order, and only then touches allocations. Each candidate is tried in a savepoint
that releases its own locks. The exclusion constraint is the backstop, not the queue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from bookings.queries import offers
from bookings.queries.offers import Choice, Search
from bookings.queries.plans import Candidate
from clinic import prepared

HOLD = timedelta(minutes=10)
HOLD_EXTENSIONS = 10
"""A hold lasts 10 minutes and may be extended 10 times (WCAG 2.2.1)."""

_RESOURCE_LOCK = 1
PATIENT_LOCK = 2
_PLAN_LOCK = 3


_LOCK_RESOURCES = "SELECT pg_advisory_xact_lock(%(kind)s::int4, id) FROM unnest(%(ids)s::int4[]) AS id"

_CLAIM = """
INSERT INTO bookings_allocation (resource_id, appointment_id, span, expires_at)
SELECT wanted.id, %(appointment)s::uuid, tstzrange(%(starts)s::timestamptz, %(ends)s::timestamptz),
       statement_timestamp() + %(hold)s::interval
  FROM unnest(%(ids)s::int8[]) AS wanted (id)
 WHERE NOT EXISTS (SELECT FROM bookings_timeoff t WHERE t.resource_id = wanted.id
                      AND t.span && tstzrange(%(starts)s::timestamptz, %(ends)s::timestamptz)
                      AND t.id <> ALL(%(despite)s::int8[]))
 ORDER BY wanted.id
ON CONFLICT DO NOTHING RETURNING resource_id
"""

_RELEASE = """
DELETE FROM bookings_allocation WHERE appointment_id = %(appointment)s::uuid RETURNING resource_id
"""

_FORGET_EXPIRED = """
DELETE FROM bookings_allocation
 WHERE resource_id = ANY(%(ids)s::int8[]) AND expires_at <= clock_timestamp()
   AND span && tstzrange(%(starts)s::timestamptz, %(ends)s::timestamptz) RETURNING resource_id
"""

_FIND = """
SELECT array_agg(a.resource_id ORDER BY a.resource_id), min(lower(a.span)), max(upper(a.span)),
       ARRAY(SELECT t.id FROM bookings_timeoff t JOIN bookings_allocation b ON b.resource_id = t.resource_id
              WHERE b.appointment_id = %(visit)s AND b.span && t.span ORDER BY t.id)
  FROM bookings_allocation a WHERE a.appointment_id = %(visit)s
"""

_ALIVE = """
SELECT coalesce(bool_and(expires_at IS NULL OR expires_at > clock_timestamp()), false)
  FROM (SELECT expires_at FROM bookings_allocation WHERE appointment_id = %s) AS held
"""
_ALIVE_AND_KEPT = _ALIVE.replace("%s)", "%s FOR UPDATE)")


@dataclass(frozen=True)
class Span:
    """What is claimed: `[starts_at, ends_at)` UTC, buffers included."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Claim:
    """What a visit claims: its resources, sorted, their one span, and the time off it stands in, by id."""

    resources: list[int]
    span: Span
    off: list[int]


def get_kept_choice(search: Search, *, starts_at: datetime, now: datetime) -> Choice:
    """Return who could take a visit, and keep the plan they were found in until the end of the transaction.

    For a claim: what it is told then stays true until it has written. Before any resource is locked, as for
    whoever changes the plan. The lock and the first question are sent together.
    """
    with prepared.together():
        share_plan()
        return offers.get_choice(search, starts_at=starts_at, now=now)


def share_plan() -> None:
    """Wait for whoever changes who works when, and keep others from it until the end of the transaction."""
    prepared.run("SELECT pg_advisory_xact_lock_shared(%(kind)s::int4, 0)", {"kind": _PLAN_LOCK})


def change_plan() -> None:
    """Wait for every claim under way, and let none begin, until the end of the transaction.

    For a change of hours, closed days or of what is in use: whoever looks at the visits afterwards has missed
    none. Before any row of the plan is locked.
    """
    prepared.run("SELECT pg_advisory_xact_lock(%(kind)s::int4, 0)", {"kind": _PLAN_LOCK})


def lock_resources(ids: Iterable[int]) -> None:
    """Wait for every resource, in sorted order, until the end of the transaction or savepoint."""
    prepared.run(_LOCK_RESOURCES, {"kind": _RESOURCE_LOCK, "ids": sorted(set(ids))})


def lock_patient(patient_id: UUID) -> None:
    """Wait for a patient; always after the resources, so that the order is one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [PATIENT_LOCK, str(patient_id)])


def claim(
    choice: Choice,
    *,
    appointment_id: UUID,
    span: Span,
    hold: timedelta | None,
    leaving: Sequence[int] = (),
) -> list[Candidate] | None:
    """Claim one candidate of each need for `span` and return them, or None if all are taken.

    With `leaving`, the visit's own allocations on those resources are given up in the same step, so a
    visit never blocks its own move; if nothing can be claimed it keeps them. Must run in a transaction.
    A hold's expiry is `hold` from now by the database's clock. The savepoint of what was won stays open, and
    ends with the transaction. Savepoint, locks and insert are sent together: the insert still sees what was
    committed while it waited for the locks.
    """
    taken: set[int] = set()
    while True:
        chosen = _choose(choice, taken)
        if chosen is None:
            return None
        ids = [candidate.resource_id for candidate in chosen]
        with prepared.together():
            prepared.run("SAVEPOINT claim", {})
            lock_resources([*ids, *leaving])
            if leaving:
                release(appointment_id)
            won = _insert(ids, appointment_id, span, hold)
        if len(won) == len(ids):
            return chosen
        prepared.run("ROLLBACK TO SAVEPOINT claim", {})
        taken.update(set(ids) - won)


def reclaim(
    *,
    ids: Sequence[int],
    appointment_id: UUID,
    span: Span,
    leaving: Sequence[int] = (),
    despite: Sequence[int] = (),
) -> bool:
    """Claim exactly these resources; False, and nothing changed, if one is taken.

    `leaving` names what the visit claims now, and gives up in the same step; `despite` time off that is to be
    ignored, by id.
    """
    with prepared.together():
        prepared.run("SAVEPOINT claim", {})
        lock_resources([*ids, *leaving])
        release(appointment_id)
        won = _insert(ids, appointment_id, span, None, despite)
    if len(won) == len(ids):
        return True
    prepared.run("ROLLBACK TO SAVEPOINT claim", {})
    return False


def list_names_taken(
    ids: Sequence[int], span: Span, *, appointment_id: UUID, despite: Sequence[int] = ()
) -> list[str]:
    """Return the names of those resources that another visit has, or that are off, in a span."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM clinic_resource r WHERE id = ANY(%(ids)s::int8[]) AND ("
            " EXISTS (SELECT FROM bookings_allocation a WHERE a.resource_id = r.id"
            "          AND a.span && tstzrange(%(starts)s, %(ends)s) AND a.appointment_id <> %(visit)s"
            "          AND (a.expires_at IS NULL OR a.expires_at > clock_timestamp()))"
            " OR EXISTS (SELECT FROM bookings_timeoff t WHERE t.resource_id = r.id"
            "             AND t.span && tstzrange(%(starts)s, %(ends)s)"
            "             AND t.id <> ALL(%(despite)s::int8[]))) ORDER BY name, id",
            {
                "ids": list(ids),
                "starts": span.starts_at,
                "ends": span.ends_at,
                "visit": appointment_id,
                "despite": list(despite),
            },
        )
        return [row[0] for row in cursor.fetchall()]


def release(appointment_id: UUID) -> list[int]:
    """Give up a visit's allocations and return their resources; the caller holds the locks."""
    gone = prepared.fetch(_RELEASE, {"appointment": appointment_id})
    return [row[0] for row in gone]


def list_claimed(appointment_id: UUID) -> list[int]:
    """Return the resources a visit claims now, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT resource_id FROM bookings_allocation WHERE appointment_id = %s ORDER BY resource_id",
            [appointment_id],
        )
        return [row[0] for row in cursor.fetchall()]


def find_claim(appointment_id: UUID) -> Claim | None:
    """Return what a visit claims now, or None if it claims nothing. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"visit": appointment_id})
        resources, starts_at, ends_at, off = cursor.fetchone()
        return Claim(resources, Span(starts_at, ends_at), off) if resources else None


def is_alive(appointment_id: UUID, *, keep: bool) -> bool:
    """Whether a hold still has allocations, none of them past its time by the database's clock.

    With `keep` its rows are locked, so that the sweeper passes over a hold whose last second has just been
    accepted. Only for a caller that holds the resources: whoever waits for a resource while it keeps rows
    stands in the way of a claim that has the resource and deletes what expired, and both wait for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALIVE_AND_KEPT if keep else _ALIVE, [appointment_id])
        return bool(cursor.fetchone()[0])


def set_expiry(appointment_id: UUID, *, longer: timedelta | None) -> datetime | None:
    """Make a hold longer, or, with None, make it a booking. Returns the new expiry, UTC."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE bookings_allocation SET expires_at = expires_at + %s * interval '1 second'"
            " WHERE appointment_id = %s RETURNING expires_at",
            [None if longer is None else longer.total_seconds(), appointment_id],
        )
        row = cursor.fetchone()
        return row[0] if row else None


def _choose(choice: Choice, taken: set[int]) -> list[Candidate] | None:
    """Return the first candidate of each need that is not known to be taken, or None."""
    chosen: list[Candidate] = []
    for need in choice.needs:
        candidate = next((c for c in need if c.resource_id not in taken and c not in chosen), None)
        if candidate is None:
            return None
        chosen.append(candidate)
    return chosen or None


def _insert(
    ids: Sequence[int],
    appointment_id: UUID,
    span: Span,
    hold: timedelta | None,
    despite: Sequence[int] = (),
) -> set[int]:
    """Insert allocations in resource order and return the resources that were won.

    Only if something was lost are expired allocations looked for, since there hardly ever are any. If they
    were in the way they are deleted, and everything is inserted anew: all rows of a hold expire at one
    instant (the statement's, which begins after the locks), so that no hold is ever alive in part. Their
    appointments are left to their own writers. Time off entered meanwhile is looked at again, under the
    same locks.
    """
    where: dict[str, Any] = {"ids": sorted(ids), "starts": span.starts_at, "ends": span.ends_at}
    claim: dict[str, Any] = {**where, "appointment": appointment_id, "hold": hold, "despite": list(despite)}
    won = {row[0] for row in prepared.fetch(_CLAIM, claim)}
    if len(won) < len(ids) and prepared.fetch(_FORGET_EXPIRED, where):
        release(appointment_id)
        won = {row[0] for row in prepared.fetch(_CLAIM, claim)}
    return won
