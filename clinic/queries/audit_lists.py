"""The audit as the owner reads it: newest first, a page at a time, by person, patient or day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from clinic.models import ChangeRecord, ReadRecord, SecurityEvent, User

PAGE = 50
CHUNK = 500

Row = ReadRecord | SecurityEvent | ChangeRecord
Before = tuple[datetime, int]
"""Where a page ends: the moment and the id of its last row."""


@dataclass(frozen=True)
class Asked:
    """What is looked for. `patient_id` narrows reads and changes; `since` and `until` are instants, UTC."""

    person: User | None = None
    patient_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def list_reads(asked: Asked, before: Before | None = None) -> list[ReadRecord]:
    """Return a page of reads, and one row more if there are older ones. One query."""
    return list(_page(_reads(asked), before)[: PAGE + 1])


def list_events(asked: Asked, before: Before | None = None) -> list[SecurityEvent]:
    """Return a page of security events, and one row more if there are older ones. One query."""
    return list(_page(_events(asked), before)[: PAGE + 1])


def list_changes(asked: Asked, before: Before | None = None) -> list[ChangeRecord]:
    """Return a page of changes, and one row more if there are older ones. One query."""
    return list(_page(_changes(asked), before)[: PAGE + 1])


def each_read(asked: Asked) -> Iterator[list[ReadRecord]]:
    """Yield every read that is asked for, some hundred at a time, newest first."""
    before: Before | None = None
    while rows := list(_page(_reads(asked), before)[:CHUNK]):
        yield rows
        before = rows[-1].at, rows[-1].pk


def name_users(ids: set[int]) -> dict[int, User]:
    """Return accounts by their ids; one that is gone is not among them. One query."""
    return User.objects.in_bulk(ids)


def _reads(asked: Asked) -> QuerySet[ReadRecord]:
    rows = _within(ReadRecord.objects.select_related("reader"), asked)
    if asked.person:
        rows = rows.filter(reader=asked.person)
    return rows.filter(patient_ids__contains=[asked.patient_id]) if asked.patient_id else rows


def _events(asked: Asked) -> QuerySet[SecurityEvent]:
    rows = _within(SecurityEvent.objects.all(), asked)
    return rows.filter(Q(user=asked.person) | Q(about=asked.person)) if asked.person else rows


def _changes(asked: Asked) -> QuerySet[ChangeRecord]:
    rows = _within(ChangeRecord.objects.all(), asked)
    if asked.person:
        rows = rows.filter(actor_id=asked.person.pk)
    if asked.patient_id:
        rows = rows.filter(table_name="patients_patient", row_id=str(asked.patient_id))
    return rows


def _within(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    return rows.filter(at__lt=asked.until) if asked.until else rows


def _page(rows: QuerySet[Any], before: Before | None) -> QuerySet[Any]:
    if before:
        at, row_id = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=row_id))
    return rows.order_by("-at", "-pk")
