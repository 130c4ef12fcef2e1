"""Wrapping again, under the ring's current key, what an earlier one wraps: live, a few rows at a time.

Only what the ring wraps itself is wrapped again: data keys, and files that wait. What a data key sealed
stays as it is, so a rotation takes as long as there are patients, and never reads an answer or a photo.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

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


WRAPPED = (
    Wrapped(DataKey, "wrapped", key_place),
    Wrapped(ImportBatch, "sealed", lambda batch: place_of_file(batch.pk)),
    Wrapped(DataExport, "wrapped", lambda export: place_of_copy(export.pk, "wrapped")),
)
"""Every table with a column `ring_key`."""


@dataclass
class Step:
    """What one transaction did: rows that are under the current key now, and rows that do not open."""

    rotated: int = 0
    unreadable: int = 0


def rotate(*, batch: int = 200) -> Iterator[Step]:
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


def count_by_key() -> dict[str, int]:
    """Return how many rows each key of the ring, or one that is not in it, wraps; by its name."""
    counts: Counter[str] = Counter()
    for table in WRAPPED:
        names = table.rows.values_list("ring_key", flat=True)
        counts.update(names.order_by().iterator(chunk_size=10_000))
    return dict(counts)


def _rotate_some(table: Wrapped, after: Any, batch: int) -> tuple[Step, Any] | None:
    """Wrap the next rows after a key again; return what was done and the last key, None if none is left."""
    ring, step = get_key_ring(), Step()
    rows = table.rows.exclude(ring_key=ring.current)
    with transaction.atomic():
        found = rows.filter(pk__gt=after) if after else rows
        some: list[Any] = list(found.select_for_update(of=("self",), skip_locked=True)[:batch])
        if not some:
            return None
        for row in some:
            try:
                plain = ring.unwrap(getattr(row, table.column), name=row.ring_key, place=table.place(row))
            except Unreadable:
                step.unreadable += 1
                continue
            name, wrapped = ring.wrap(plain, place=table.place(row))
            changes = {"ring_key": name, table.column: wrapped}
            table.model._default_manager.filter(pk=row.pk).update(**changes)
            step.rotated += 1
    return step, some[-1].pk
