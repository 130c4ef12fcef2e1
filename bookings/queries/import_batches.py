"""The imports there were, and the files that wait."""

from uuid import UUID

from bookings.models import Appointment, ImportBatch, ImportedRecord
from patients.models import Patient

MOST_SHOWN = 20


def get_batch(batch_id: UUID) -> ImportBatch:
    """Return an import with its site and who began it.

    :raises ImportBatch.DoesNotExist: if there is none.
    """
    return ImportBatch.objects.select_related("site", "created_by").get(pk=batch_id)


def list_batches() -> list[ImportBatch]:
    """Return the latest imports and waiting files, newest first, without their content. One query."""
    batches = ImportBatch.objects.select_related("site", "created_by").defer("sealed")
    return list(batches.order_by("-created_at", "pk")[:MOST_SHOWN])


def list_to_move(batch: ImportBatch) -> list[Appointment]:
    """Return the visits that an import put outside hours and that still stand there. One query."""
    ids = batch.counts.get("to_move", [])
    visits = Appointment.objects.filter(pk__in=ids, sequence=0)
    return list(
        visits.select_related("patient", "practitioner", "visit_type", "site").order_by("starts_at", "pk")
    )


def list_kept(batch: ImportBatch) -> list[tuple[Patient | Appointment, str]]:
    """Return what an undone import left, with the code of why. One query."""
    records = ImportedRecord.objects.filter(batch=batch).select_related(
        "patient", "appointment__patient", "appointment__site"
    )
    why: dict[str, str] = batch.counts.get("kept", {})
    things = [record.appointment or record.patient for record in records.order_by("pk")]
    return [(thing, why.get(str(thing.pk), "")) for thing in things if thing is not None]
