"""Taking people out of the tables of this app. `bookings/services/erasure.py` calls it, under its locks."""

from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db.models import Q

from patients.models import (
    Addendum,
    Consent,
    DataExport,
    DataKey,
    DeskMessage,
    DifferentPeople,
    Draft,
    ErasureRequest,
    FormLink,
    FormVersion,
    IdentityCheck,
    LockedRecord,
    Merge,
    MethodDecision,
    Override,
    Patient,
    PatientMessage,
    Photo,
    Review,
    ReviewDraft,
    TabletPass,
    UrgentAlert,
    VisitRequest,
)
from patients.queries.exports import path_of_export
from patients.queries.photos import path_of, was_sent
from patients.services.vault import ensure_vault


def lock_rows(ids: Collection[UUID]) -> None:
    """Wait for whoever saves, sends, reviews or photographs, then for the records themselves.

    In the order of those writers: their own rows first, the patient's last. From here on nothing new about
    these people gets in; what waited is refused by the triggers of `patients/models/erased.py`.
    """
    for rows in (
        Draft.objects.filter(patient__in=ids),
        FormVersion.objects.filter(patient__in=ids),
        Photo.objects.filter(patient__in=ids),
        Patient.objects.filter(pk__in=ids),
    ):
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def lock_away(*, patient: Patient, destroy_on: date | None, now: datetime) -> None:
    """Seal who an erased record is of, for as long as law keeps it."""
    if destroy_on is None:
        return
    row = LockedRecord(patient=patient, locked_at=now, destroy_on=destroy_on)
    who = {
        "name": patient.name,
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "contact_name": patient.contact_name,
    }
    row.sealed = ensure_vault(patient.pk).seal(who, patient_id=patient.pk, row=row)
    row.save(force_insert=True)


def remove_what_may_go(ids: Collection[UUID], *, now: datetime) -> list[Path]:
    """Delete all that no law keeps of these people; return the files that go with it, to be destroyed.

    What stays is sealed, or names nobody: forms that were sent, what clinicians made of them, photos that
    belong to either, and what was agreed to.
    """
    loose = [photo for photo in Photo.objects.filter(patient__in=ids) if not was_sent(photo)]
    exports = list(DataExport.objects.filter(patient__in=ids).values_list("pk", flat=True))
    Photo.objects.filter(pk__in=[photo.pk for photo in loose]).delete()
    ReviewDraft.objects.filter(version__patient__in=ids).delete()
    UrgentAlert.objects.filter(patient__in=ids, acknowledged_at=None).update(acknowledged_at=now)
    Consent.objects.filter(patient__in=ids, purpose=Consent.Purpose.PHOTO_OUTSIDE_CARE).delete()
    DifferentPeople.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()
    Merge.objects.filter(Q(kept__in=ids) | Q(gone__in=ids)).delete()
    for model in (DataExport, Draft, FormLink, TabletPass, IdentityCheck, VisitRequest, DeskMessage):
        model.objects.filter(patient__in=ids).delete()
    asked = ErasureRequest.objects.filter(patient__in=ids)
    asked.filter(settled_at=None).update(settled_at=now, outcome=ErasureRequest.Outcome.ERASED)
    asked.update(reason="")
    return [path_of(photo.pk) for photo in loose] + [path_of_export(pk) for pk in exports]


def destroy_what_was_kept(ids: Collection[UUID]) -> list[Path]:
    """Delete what was kept of these people, and the keys that opened it; return the files, to be destroyed.

    Whatever a copy still holds of it is unreadable without those keys.
    """
    photos = list(Photo.objects.filter(patient__in=ids).values_list("pk", flat=True))
    PatientMessage.objects.filter(patient__in=ids).delete()
    Addendum.objects.filter(review__version__patient__in=ids).delete()
    Review.objects.filter(version__patient__in=ids).delete()
    for model in (Override, MethodDecision, FormVersion, Photo, UrgentAlert, Consent, LockedRecord, DataKey):
        model.objects.filter(patient__in=ids).delete()
    return [path_of(pk) for pk in photos]


def forget_who(*, patient: Patient, now: datetime) -> None:
    """Write over everything that says who a record is of. It can never be written again."""
    patient.account, patient.birth_date = None, None
    patient.name = name_of_erased(patient.pk)
    patient.email = patient.phone = patient.contact_name = patient.zone = ""
    patient.booked_for, patient.language = Patient.Booker.SELF, "en"
    patient.wanted_mode = Patient._meta.get_field("wanted_mode").get_default()
    patient.archived_at, patient.erased_at = patient.archived_at or now, now
    patient.save()


def name_of_erased(patient_id: UUID) -> str:
    """Return what an erased record is called, such as "Erased 7F3A19C2"."""
    return f"Erased {reference_of(patient_id)}"


def reference_of(patient_id: UUID) -> str:
    """Return what staff call a record that has no name any more: eight signs of its id."""
    return patient_id.hex[:8].upper()
