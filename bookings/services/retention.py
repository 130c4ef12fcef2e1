"""Keeping the retention table: what was kept long enough goes, in small steps that may stop anywhere."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from bookings.models import Appointment, WalkIn
from bookings.queries.overdue import (
    OVERDUE,
    Rows,
    list_loose_photos,
    list_overdue_locked,
    list_overdue_records,
)
from bookings.services.erasure import CannotErase, destroy_locked, erase_patient
from bookings.services.own_copies import end_copy
from bookings.services.visit_history import forget_history
from clinic.queries.retention import get_periods
from patients.models import DataExport, Draft, Merge, UrgentAlert
from patients.services.photos import remove_photo

BATCH = 500
"""Rows of one transaction."""


def count_overdue(*, now: datetime) -> dict[str, int]:
    """Return how many things of each line `apply_retention` would take. Writes nothing."""
    periods = get_periods()
    counts = {code: sum(rows.count() for rows in find(periods, now)) for code, find in OVERDUE.items()}
    return counts | {
        "records": len(list_overdue_records(periods, now)),
        "locked": len(list_overdue_locked(now)),
    }


def apply_retention(*, now: datetime) -> dict[str, int]:
    """Take what was kept long enough; return how many things of each line went. Safe to repeat or to kill."""
    periods = get_periods()
    counts = {code: sum(_take(rows, now) for rows in find(periods, now)) for code, find in OVERDUE.items()}
    counts["records"] = sum(_erase(patient_id, now) for patient_id in list_overdue_records(periods, now))
    locked = list_overdue_locked(now)
    for patient_id in locked:
        destroy_locked(patient_id=patient_id, now=now)
    return counts | {"locked": len(locked)}


def _erase(patient_id: UUID, now: datetime) -> int:
    try:
        erase_patient(patient_id=patient_id, now=now)
    except CannotErase:
        return 0  # something came meanwhile; the next day looks again
    return 1


def _take(rows: Rows, now: datetime) -> int:
    """Take rows in batches, each locked, looked at again, and taken in a transaction of its own."""
    return sum(_TAKE.get(rows.model, _delete)(rows, keys, now) for keys in _in_batches(rows))


def _in_batches(rows: Rows) -> Iterator[Sequence[Any]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _locked(rows: Rows, keys: Sequence[Any]) -> list[Any]:
    """Return those of these rows that are still overdue, locked; whoever uses one now keeps it."""
    still = rows.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    return list(still)


def _delete(rows: Rows, keys: Sequence[Any], _now: datetime) -> int:
    with transaction.atomic():
        found = [row.pk for row in _locked(rows, keys)]
        rows.model._default_manager.filter(pk__in=found).delete()
    return len(found)


def _delete_drafts(rows: Rows, keys: Sequence[Any], now: datetime) -> int:
    """Delete drafts that were never sent, with their photos and the alerts that a doctor has read."""
    with transaction.atomic():
        found = _locked(rows, keys)
        for draft in found:
            for photo in list_loose_photos(draft):
                remove_photo(photo=photo, now=now)
            UrgentAlert.objects.filter(patient=draft.patient_id, acknowledged_at__isnull=False).delete()
        Draft.objects.filter(pk__in=[draft.pk for draft in found]).delete()
    return len(found)


def _empty_queue(rows: Rows, keys: Sequence[Any], _now: datetime) -> int:
    with transaction.atomic():
        found = [row.pk for row in _locked(rows, keys)]
        return WalkIn.objects.filter(pk__in=found).update(name="", phone="")


def _empty_merges(rows: Rows, keys: Sequence[Any], _now: datetime) -> int:
    """Forget what a merge wrote over; its day to be undone is past."""
    with transaction.atomic():
        found = [row.pk for row in _locked(rows, keys)]
        return Merge.objects.filter(pk__in=found).update(before={}, after={})


def _delete_holds(rows: Rows, keys: Sequence[Any], _now: datetime) -> int:
    """Delete times that were held and never booked, with their history."""
    with transaction.atomic():
        found = [row.pk for row in _locked(rows, keys)]
        Appointment.objects.filter(pk__in=found).delete()
        forget_history(found)
    return len(found)


def _end_copies(rows: Rows, keys: Sequence[Any], now: datetime) -> int:
    if not rows.filter(ended_at=None, pk__in=keys).exists():
        return _delete(rows, keys, now)
    for export_id in keys:
        end_copy(export_id=export_id, now=now)
    return len(keys)


_TAKE: Mapping[Any, Callable[[Rows, Sequence[Any], datetime], int]] = {
    Draft: _delete_drafts,
    WalkIn: _empty_queue,
    Merge: _empty_merges,
    Appointment: _delete_holds,
    DataExport: _end_copies,
}
"""How rows of a model go, where deleting them is not all."""
