"""Holding again waits for a claim without standing in its way."""

import threading
import time
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from bookings.models import Allocation, Appointment
from bookings.services import claims, holds
from tests.calendars import NOW, PATIENT, make_calendar

pytestmark = pytest.mark.django_db(transaction=True)


def race_with_a_claim(
    monkeypatch: pytest.MonkeyPatch, *, keep: bool | None
) -> tuple[int, Appointment | None]:
    """Hold an expired time again while a claim has its resources and deletes what expired.

    Return how many rows the claim deleted (-1 if it could not) and the hold, if it could be had again.
    `keep` forces how the hold looks at its rows: the fault, for the negative control.
    """
    hold = make_calendar().hold()
    ids = claims.list_claimed(hold.pk)
    Allocation.objects.update(expires_at=NOW.replace(year=2000))
    if keep is not None:
        looked = claims.is_alive
        monkeypatch.setattr(claims, "is_alive", lambda pk, **_: looked(pk, keep=keep))
    again: list[Appointment] = []
    thread = threading.Thread(target=lambda: again.append(hold_again(hold)))
    with transaction.atomic():
        claims.lock_resources(ids)
        thread.start()
        wait_until_somebody_waits()
        deleted = delete_expired()
    thread.join(30)
    return deleted, again[0] if again else None


def hold_again(hold: Appointment) -> Any:
    try:
        return holds.hold_again(appointment_id=hold.pk, actor=PATIENT, now=NOW)
    finally:
        connection.close()


def wait_until_somebody_waits() -> None:
    until = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    pytest.fail("nobody waits for the resources")


def delete_expired() -> int:
    """Delete expired rows as a claim does, in 300 ms or not at all."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '300ms'")
            cursor.execute("DELETE FROM bookings_allocation WHERE expires_at <= clock_timestamp()")
            return int(cursor.rowcount)
    except DatabaseError:
        return -1


def test_hold_again_does_not_stand_in_the_way_of_the_claim_it_waits_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deleted, again = race_with_a_claim(monkeypatch, keep=None)
    assert deleted == 2
    assert again is not None
    assert again.status == "held"


def test_without_that_care_the_claim_cannot_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted, _again = race_with_a_claim(monkeypatch, keep=True)
    assert deleted == -1
