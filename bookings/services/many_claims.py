"""Claiming time for many visits at once, all or nothing, under the same locks as one visit's."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from bookings.services.claims import PATIENT_LOCK, Span

_IMPORT_LOCK = 4

_LOCK_PATIENTS = """
SELECT pg_advisory_xact_lock(%s, print)
  FROM (SELECT DISTINCT hashtext(id) AS print FROM unnest(%s::text[]) AS id ORDER BY print OFFSET 0) AS prints
"""

_CLAIM_MANY = """
INSERT INTO bookings_allocation (resource_id, appointment_id, span)
SELECT wanted.id, wanted.appointment, tstzrange(wanted.starts, wanted.ends)
  FROM unnest(%(ids)s::int8[], %(appointments)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
       AS wanted (id, appointment, starts, ends)
 WHERE NOT EXISTS (SELECT FROM bookings_timeoff t WHERE t.resource_id = wanted.id
                      AND t.span && tstzrange(wanted.starts, wanted.ends))
 ORDER BY wanted.id, wanted.starts
"""


class SpanTaken(Exception):
    """Something of many claims was taken, though its resource was locked and looked free."""


def lock_patients(ids: Iterable[UUID]) -> None:
    """Wait for many patients in one order; always after the resources."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_PATIENTS, [PATIENT_LOCK, [str(patient_id) for patient_id in ids]])


def lock_imports() -> None:
    """Wait until no other import, nor its undoing, is under way; before any resource."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_IMPORT_LOCK])


def claim_many(wanted: Sequence[tuple[int, UUID, Span]]) -> None:
    """Claim many resources for many visits: all of it or nothing. The caller has locked every resource.

    Expired holds in the way are deleted first.

    :raises SpanTaken: if there is time off; a claim of somebody who took no lock fails by the constraint.
    """
    spans = [span for _resource_id, _visit, span in wanted]
    where: dict[str, Any] = {
        "ids": [resource_id for resource_id, _visit, _span in wanted],
        "appointments": [visit for _resource_id, visit, _span in wanted],
        "starts": [span.starts_at for span in spans],
        "ends": [span.ends_at for span in spans],
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bookings_allocation"
            " WHERE resource_id = ANY(%(ids)s::int8[]) AND expires_at <= clock_timestamp()",
            where,
        )
        cursor.execute(_CLAIM_MANY, where)
        if cursor.rowcount < len(wanted):
            raise SpanTaken


def release_many(appointment_ids: Sequence[UUID]) -> None:
    """Give up the allocations of many visits; the caller holds the locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM bookings_allocation WHERE appointment_id = ANY(%s::uuid[])", [list(appointment_ids)]
        )


def list_claimed_by(appointment_ids: Sequence[UUID]) -> list[int]:
    """Return the resources that many visits claim now, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT resource_id FROM bookings_allocation WHERE appointment_id = ANY(%s::uuid[])"
            " ORDER BY resource_id",
            [list(appointment_ids)],
        )
        return [row[0] for row in cursor.fetchall()]
