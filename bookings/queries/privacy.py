"""What the owner sees of people's requests about their data, and of what is locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bookings.queries.kept_records import Kept, find_kept, list_ids_of_person, list_obstacles_to_erasure
from clinic.retention import ANSWER_WITHIN
from patients.models import ErasureRequest, LockedRecord

SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """A request that waits for an answer: until when, what would be kept, and what is in the way."""

    request: ErasureRequest
    answer_by: datetime
    kept: Kept | None
    obstacles: Sequence[str]


@dataclass(frozen=True)
class Locked:
    """A record that is locked. Its reference is what staff may be told; what is in it is not shown."""

    reference: str
    locked_at: datetime
    destroy_on: date


def list_waiting(*, now: datetime) -> list[Waiting]:
    """Return the requests that wait, the oldest first."""
    asked = (
        ErasureRequest.objects.filter(settled_at=None).select_related("patient").order_by("asked_at", "pk")
    )
    return [_waiting(request, now) for request in asked[:SHOWN]]


def list_locked() -> list[Locked]:
    """Return the records that are locked, those that go first first."""
    rows = LockedRecord.objects.order_by("destroy_on", "pk")[:SHOWN]
    return [Locked(row.patient_id.hex[:8].upper(), row.locked_at, row.destroy_on) for row in rows]


def _waiting(request: ErasureRequest, now: datetime) -> Waiting:
    ids = list_ids_of_person(request.patient_id)
    return Waiting(
        request,
        request.asked_at + ANSWER_WITHIN,
        find_kept(ids, today=now.date()),
        list_obstacles_to_erasure(ids, now=now),
    )
