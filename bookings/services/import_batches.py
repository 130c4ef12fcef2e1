"""A file that waits to be imported: sealed when it comes, opened to be read, gone a day later at most."""

import uuid
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bookings.import_rows import Choices
from bookings.models import ImportBatch
from clinic.key_ring import get_key_ring
from clinic.models import Site, User
from clinic.sealing import Place

KEPT = timedelta(days=1)
"""How long a file that nobody imports is kept."""


class FileGone(Exception):
    """The content of a file is not kept any more: it was imported, or waited for more than a day."""


def keep_file(*, raw: bytes, file_name: str, site: Site, by: User, now: datetime) -> ImportBatch:
    """Seal an uploaded file until it is imported. The caller has read it once, so it is a table."""
    batch_id = uuid.uuid4()
    ring_key, sealed = get_key_ring().wrap(raw, place=place_of_file(batch_id))
    return ImportBatch.objects.create(
        id=batch_id,
        site=site,
        file_name=file_name,
        sealed=sealed,
        ring_key=ring_key,
        created_by=by,
        created_at=now,
    )


def open_file(batch: ImportBatch) -> bytes:
    """Return the content of a file.

    :raises FileGone: if it is not kept any more.
    :raises Unreadable: if the key ring has lost its key.
    """
    if batch.sealed is None:
        raise FileGone
    return get_key_ring().unwrap(batch.sealed, name=batch.ring_key, place=place_of_file(batch.pk))


def choose_columns(*, batch: ImportBatch, choices: Choices) -> None:
    """Write down what was chosen on screen for a file that still waits."""
    ImportBatch.objects.filter(pk=batch.pk, imported_at__isnull=True).update(choices=choices.as_json())


def forget_file(*, batch_id: UUID) -> None:
    """Delete a file that nobody wants to import; what was imported stays as it is."""
    with transaction.atomic():
        ImportBatch.objects.filter(pk=batch_id, imported_at__isnull=True).delete()


def sweep_files(*, now: datetime) -> int:
    """Delete files that have waited for more than a day; returns how many."""
    with transaction.atomic():
        old = ImportBatch.objects.filter(imported_at__isnull=True, created_at__lte=now - KEPT)
        return old.delete()[0]


def place_of_file(batch_id: UUID) -> Place:
    """Return where a file that waits is sealed for."""
    return Place("bookings_importbatch", batch_id, "sealed")
