"""Taking back an import: what it made goes if nobody touched it since; the rest stays, and is listed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils.translation import gettext as _

from bookings.life_cycle import Status
from bookings.models import Appointment, ImportBatch, ImportedRecord, VisitEvent
from bookings.services import claims, many_claims
from bookings.services.imports import fingerprint_of
from bookings.services.refusals import Refusal
from patients.models import Patient

UNDO_IMPORT = timedelta(days=7)
"""How long an import can be taken back."""

PARTS_OF_VISIT: frozenset[str | None] = frozenset({"allocations", "events", "imported"})
"""What every imported visit has; anything else that names it came later."""


class UndoOver(Refusal):
    """An import is too old to be taken back."""

    def __init__(self) -> None:
        super().__init__(_("An import can be taken back for 7 days. This one is older."))


def may_be_undone(batch: ImportBatch, now: datetime) -> bool:
    """Whether an import can still be taken back."""
    return (
        batch.imported_at is not None and batch.undone_at is None and now <= batch.imported_at + UNDO_IMPORT
    )


def undo_import(*, batch_id: UUID, now: datetime) -> ImportBatch:
    """Remove the visits and patients of an import that are as it made them. Twice is once.

    :raises UndoOver: after seven days.
    :raises ImportBatch.DoesNotExist: if there is no such import.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        if batch.imported_at is None or batch.undone_at is not None:
            return batch
        if not may_be_undone(batch, now):
            raise UndoOver
        many_claims.lock_imports()
        visits = _lock_visits(batch)
        ids = [visit.pk for visit in visits]
        claims.lock_resources(many_claims.list_claimed_by(ids))
        patients = _lock_patients(batch)
        kept_visits = _why_visits_stay(visits)
        gone = [visit.pk for visit in visits if visit.pk not in kept_visits]
        _delete_visits(gone)
        kept_patients = _why_patients_stay(batch, patients)
        gone_patients = [patient.pk for patient in patients if patient.pk not in kept_patients]
        Patient.objects.filter(pk__in=gone_patients).delete()
        batch.counts |= {
            "undone_visits": len(gone),
            "undone_patients": len(gone_patients),
            "kept": {str(pk): why for pk, why in (kept_visits | kept_patients).items()},
        }
        batch.undone_at = now
        batch.save(update_fields=["counts", "undone_at"])
        return batch


def _lock_visits(batch: ImportBatch) -> list[Appointment]:
    """Return an import's visits with their rows locked; always before any resource."""
    made = ImportedRecord.objects.filter(batch=batch, appointment__isnull=False)
    ids = sorted(made.values_list("appointment_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM bookings_appointment WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE", [ids]
        )
    return list(Appointment.objects.filter(pk__in=ids).order_by("pk"))


def _lock_patients(batch: ImportBatch) -> list[Patient]:
    """Return an import's patients, waited for and with their rows locked, so that nothing new names them.

    First in the way and order of a merge; only under the patients' locks against naming them, too: whoever
    has such a lock may still insert a visit.
    """
    made = ImportedRecord.objects.filter(batch=batch, patient__isnull=False)
    ids = sorted(made.values_list("patient_id", flat=True))
    rows = Patient.objects.filter(pk__in=ids).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    many_claims.lock_patients(ids)
    list(rows.select_for_update().values_list("pk"))
    return list(rows)


def _why_visits_stay(visits: Collection[Appointment]) -> dict[UUID, str]:
    """Return the visits that somebody touched, with a code for how."""
    ids = [visit.pk for visit in visits]
    touched = set(
        VisitEvent.objects.filter(appointment__in=ids)
        .exclude(action="imported")
        .values_list("appointment_id", flat=True)
    )
    changes: Any = Appointment._meta.get_field("changes").related_model
    rewritten = changes.objects.filter(pgh_obj__in=ids).exclude(pgh_label="insert")
    touched |= set(rewritten.values_list("pgh_obj_id", flat=True))
    used = _find_used(Appointment, ids, besides=PARTS_OF_VISIT)
    why: dict[UUID, str] = {}
    for visit in visits:
        if visit.status != Status.BOOKED or visit.sequence or visit.pk in touched:
            why[visit.pk] = "visit_changed"
        elif visit.pk in used:
            why[visit.pk] = "visit_used"
    return why


def _delete_visits(ids: list[UUID]) -> None:
    many_claims.release_many(ids)
    Appointment.objects.filter(pk__in=ids).delete()


def _why_patients_stay(batch: ImportBatch, patients: Collection[Patient]) -> dict[UUID, str]:
    """Return the patients who were edited, or of whom there is more by now, with a code for which."""
    made = ImportedRecord.objects.filter(batch=batch, patient__isnull=False)
    prints = dict(made.values_list("patient_id", "fingerprint"))
    used = _find_used(Patient, [patient.pk for patient in patients], besides={"imported"})
    why: dict[UUID, str] = {}
    for patient in patients:
        if patient.pk in used:
            why[patient.pk] = "patient_used"
        elif fingerprint_of(patient) != prints[patient.pk]:
            why[patient.pk] = "patient_changed"
    return why


def _find_used(
    model: type[models.Model], ids: Collection[UUID], *, besides: Collection[str | None]
) -> set[UUID]:
    """Return the ids that any other table names, by every relation there is or will be. One query each.

    A relation without a constraint is history's: it tells what was, and holds nothing back.
    """
    used: set[UUID] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.get_accessor_name() in besides:
            continue
        if not getattr(relation.field, "db_constraint", True):
            continue
        name = relation.field.name
        related: Any = relation.related_model
        rows = related._base_manager.filter(**{f"{name}__in": ids})
        used |= set(rows.values_list(name, flat=True))
    return used
