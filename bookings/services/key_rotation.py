"""Wrapping again, under the ring's current key, what an earlier one wraps: live, a few rows at a time.

Only what the ring wraps itself is wrapped again: data keys, and files that wait. What a data key sealed
stays as it is, so a rotation takes as long as there are patients, and never reads an answer or a photo.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Model, QuerySet

from bookings.models import ImportBatch
from bookings.services.import_batches import place_of_file
from bookings.services.own_copies import place_of_copy
from clinic.key_ring import get_key_ring
from clinic.sealing import Place, Unreadable
from patients.models import DataExport, DataKey
from patients.queries.vault import key_place


@dataclass(frozen=True)
class Wrapped:
    """A table whose `column` the ring wraps, while there is something; `ring_key` beside it names the key."""

    model: type[Model]
    column: str
    place: Callable[[Any], Place]

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows in which there is something."""
        rows: QuerySet[Any] = self.model._default_manager.exclude(**{self.column: None})
        return rows.order_by("pk")

    @property
    def rows_of_earlier_keys(self) -> QuerySet[Any]:
        """Those that are not under the ring's current key; without those whose key is lost for good."""
        return self.rows.exclude(ring_key=get_key_ring().current).exclude(
            ring_key__in=settings.NUAN_KEYS_LOST
        )


WRAPPED = (
    Wrapped(DataKey, "wrapped", key_place),
    Wrapped(ImportBatch, "sealed", lambda batch: place_of_file(batch.pk)),
    Wrapped(DataExport, "wrapped", lambda export: place_of_copy(export.pk, "wrapped")),
)
"""Every table with a column `ring_key`."""


BATCH = 200
"""Rows of one transaction."""

PAUSE = 1.0
"""Seconds between two rounds."""

ROUNDS = 20
"""How often a rotation looks again for rows that somebody held, or that an older process has just made."""


@dataclass
class Step:
    """What one transaction did: rows that are under the current key now, and rows that do not open."""

    table: str
    rotated: int = 0
    unreadable: int = 0


def rotate(*, batch: int = BATCH) -> Iterator[Step]:
    """Wrap again what is not under the current key; yield after each transaction of `batch` rows at most.

    Rows are locked while they are read and written, in the order of their keys; one that somebody else holds
    is left for the next round. Ends when nothing is left but what does not open: its key is not in the ring.
    It may be stopped at any moment and begun anew; two at once share the work.
    """
    for table in WRAPPED:
        after: Any = None
        while (done := _rotate_some(table, after, batch)) is not None:
            step, after = done
            yield step


def rotate_until_done(*, batch: int = BATCH, pause: float = PAUSE) -> Iterator[Step]:
    """Rotate round after round until a round finds nothing to wrap; yield as `rotate` does.

    Between two rounds it waits `pause` seconds for those who hold rows. Gives up after `ROUNDS`: then
    processes still wrap with an earlier key, and `count_by_key` shows how much.
    """
    for number in range(ROUNDS):
        if number:
            time.sleep(pause)
        unreadable = rotated = 0
        for step in rotate(batch=batch):
            unreadable, rotated = unreadable + step.unreadable, rotated + step.rotated
            yield step if number == 0 else Step(step.table, step.rotated)  # each unreadable row is told once
        if not rotated and count_left() <= unreadable:
            return


def count_left() -> int:
    """Return how many rows are not under the ring's current key; those of keys that are lost do not count."""
    return sum(table.rows_of_earlier_keys.count() for table in WRAPPED)


def count_by_key() -> dict[str, int]:
    """Return how many rows each key of the ring, or one that is not in it, wraps; by its name."""
    counts: Counter[str] = Counter()
    for table in WRAPPED:
        rows = table.rows.order_by("ring_key").values("ring_key").annotate(count=Count("pk"))
        counts.update({row["ring_key"]: row["count"] for row in rows})
    return dict(counts)


def _rotate_some(table: Wrapped, after: Any, batch: int) -> tuple[Step, Any] | None:
    """Wrap the next rows after a key again; return what was done and the last key, None if none is left."""
    ring, step = get_key_ring(), Step(table.model._meta.db_table)
    rows = table.rows_of_earlier_keys
    with transaction.atomic():
        found = rows.filter(pk__gt=after) if after else rows
        some: list[Any] = list(found.select_for_update(skip_locked=True)[:batch])
        if not some:
            return None
        for row in some:
            place, was = table.place(row), bytes(getattr(row, table.column))
            try:
                plain = ring.unwrap(was, name=row.ring_key, place=place)
            except Unreadable:
                step.unreadable += 1
                continue
            step.rotated += _swap(table, row.pk, was, ring.wrap(plain, place=place))
    return step, some[-1].pk


def _swap(table: Wrapped, pk: Any, was: bytes, now: tuple[str, bytes]) -> int:
    """Write a key's name and what it wraps in one statement; return 0 if there is something else by now.

    The row is locked, so nobody can have changed it; without the lock this alone would keep a file that was
    imported, or a key that was destroyed, from coming back.
    """
    rows = table.model._default_manager.filter(**{"pk": pk, table.column: was})
    return rows.update(**{"ring_key": now[0], table.column: now[1]})
