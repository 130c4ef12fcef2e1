"""Idempotency: one form, one key. The same key and data twice give the same visit."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import connection

from bookings.models import Appointment, RequestKey
from bookings.services.refusals import KeyReused


def fingerprint(**data: Any) -> str:
    """Return a hash of what a form asks for, the same for the same data."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def take_key(key: UUID, print_of_data: str, appointment_id: UUID) -> Appointment | None:
    """Take a key for a visit, or return the visit that has it. Must run in the booking's transaction.

    A second request with the same key waits here until the first commits or rolls back. The statement is
    Django's own, not a prepared one: as a booking's first write it tells the history tables, for the whole
    transaction, which request this is.

    :raises KeyReused: if the key was used with other data.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookings_requestkey (key, fingerprint, appointment_id, created_at)"
            " VALUES (%s, %s, %s, clock_timestamp()) ON CONFLICT DO NOTHING",
            [key, print_of_data, appointment_id],
        )
        if cursor.rowcount:
            return None
    used = RequestKey.objects.select_related("appointment").get(pk=key)
    if used.fingerprint != print_of_data or used.appointment is None:
        raise KeyReused
    return used.appointment


def is_first_time(key: UUID | None, **data: Any) -> bool:
    """Take the key of a form that adds something which is no visit; False if it did so before.

    Must run in the transaction that adds: a second press waits here until the first commits or rolls back.

    :raises KeyReused: if the key was used with other data.
    """
    if key is None:
        return True
    print_of_data = fingerprint(**data)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bookings_requestkey (key, fingerprint, appointment_id, created_at)"
            " VALUES (%s, %s, NULL, clock_timestamp()) ON CONFLICT DO NOTHING",
            [key, print_of_data],
        )
        if cursor.rowcount:
            return True
    if RequestKey.objects.get(pk=key).fingerprint != print_of_data:
        raise KeyReused
    return False
