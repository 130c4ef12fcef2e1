"""Reading photos: which there are, and the one way to open one. Callers write the audit row."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from clinic.sealing import Unreadable
from patients.models import Consent, FormVersion, Photo
from patients.queries.consents import has_consent
from patients.queries.vault import Vault, place_of

FILE = "file"
"""What a photo's file is called among its fields, for sealing."""


def path_of(photo_id: UUID) -> Path:
    """Return where a photo's sealed file lies; in one of 256 folders, so that none grows too long."""
    return settings.PHOTOS_ROOT / photo_id.hex[:2] / f"{photo_id}.sealed"


def list_photos(patient_id: UUID) -> list[Photo]:
    """Return a patient's photos that were not taken out, by view, oldest first."""
    return list(_by_view(Photo.objects.filter(patient_id=patient_id, removed_at=None)))


def list_photos_of(version: FormVersion) -> list[Photo]:
    """Return the photos that were there when a version was sent, by view, oldest first."""
    return list(_by_view(_there_at(Photo.objects.filter(patient_id=version.patient_id), version.sent_at)))


def get_photo(photo_id: UUID, *, patient_id: UUID | None = None) -> Photo:
    """Return a photo; with `patient_id` only this patient's, and not one they took out.

    :raises Photo.DoesNotExist: if there is none, or its patient's record is archived.
    """
    photos = Photo.objects.select_related("patient").filter(patient__archived_at=None)
    if patient_id is not None:
        photos = photos.filter(patient_id=patient_id, removed_at=None)
    return photos.get(pk=photo_id)


def read_photo(photo: Photo, vault: Vault) -> bytes:
    """Return a photo as JPEG.

    :raises Unreadable: if its file is gone or damaged, or its key is.
    """
    try:
        sealed = path_of(photo.pk).read_bytes()
    except FileNotFoundError:
        raise Unreadable from None
    return vault.open_bytes(sealed, patient_id=photo.patient_id, place=place_of(photo, FILE))


def list_same_view(photo: Photo) -> list[Photo]:
    """Return what clinicians have of one view of one patient and was not taken out, oldest first."""
    sent = FormVersion.objects.filter(patient_id=photo.patient_id, sent_at__gte=OuterRef("uploaded_at"))
    same = Photo.objects.filter(patient_id=photo.patient_id, view=photo.view, removed_at=None)
    return list(_by_view(same.filter(Q(by_clinic=True) | Exists(sent))))


def open_retake_reason(photo: Photo, vault: Vault) -> str:
    """Return why a clinician cannot use a photo, "" if none asked for a new one.

    :raises Unreadable: if it cannot be opened.
    """
    if photo.sealed_retake_reason is None:
        return ""
    reason = vault.open(
        photo.sealed_retake_reason, patient_id=photo.patient_id, row=photo, field="sealed_retake_reason"
    )
    return str(reason)


def may_keep_photos(patient_id: UUID) -> bool:
    """Say whether the patient's last word on photos in their record is yes."""
    return has_consent(patient_id, Consent.Purpose.PHOTO_CARE)


def was_sent(photo: Photo) -> bool:
    """Say whether a version was sent while the photo was there: then its file belongs to the record."""
    sent = FormVersion.objects.filter(patient_id=photo.patient_id, sent_at__gte=photo.uploaded_at)
    if photo.removed_at is not None:
        sent = sent.filter(sent_at__lt=photo.removed_at)
    return photo.by_clinic or sent.exists()


def _there_at(photos: QuerySet[Photo], at: datetime) -> QuerySet[Photo]:
    return photos.filter(Q(removed_at=None) | Q(removed_at__gt=at), uploaded_at__lte=at)


def _by_view(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    return photos.order_by("view", "uploaded_at", "pk")
