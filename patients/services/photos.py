"""Keeping photos: made safe in a process of its own, sealed, and only then written to disk."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.services import limits
from patients.models import Patient, Photo
from patients.photo_processing import process_photo
from patients.queries.photos import FILE, list_photos, may_keep_photos, path_of, was_sent
from patients.queries.vault import place_of
from patients.services.drafts import Writer
from patients.services.refusals import FormRefusal
from patients.services.vault import ensure_vault

MOST_KEPT = 60
"""Photos of one patient that are there at once."""

ORPHANS_LIVE = timedelta(days=1)
"""How long a file without a row may lie: an upload that is under way has one within seconds."""


class NoPhotoConsent(FormRefusal):
    """A photo came without the patient's yes to photos in their record."""

    def __str__(self) -> str:
        return _("Please tick first that we may keep photos in your record.")


class TooManyPhotos(FormRefusal):
    """There are more photos than anybody can look at, or too many came in an hour."""

    def __str__(self) -> str:
        return _("That’s many photos. Take one out first, or bring the others to your visit.")


def add_photo(*, patient: Patient, view: str, raw: bytes, writer: Writer, now: datetime) -> Photo:
    """Keep a photo of one view; an earlier one of the same view that was not sent yet gives way.

    The file is on disk before its row is: a crash in between leaves a file that `sweep_photo_files` finds.

    :raises NoPhotoConsent: without consent to photos in the record.
    :raises TooManyPhotos: beyond `MOST_KEPT`, or `LIMIT_PHOTOS_PER_PATIENT` an hour.
    :raises PhotoProblem: if the file is no photo we can keep.
    """
    if not may_keep_photos(patient.pk):
        raise NoPhotoConsent
    _count(patient, now)
    made = process_photo(raw)
    vault = ensure_vault(patient.pk)
    photo = Photo(
        patient=patient,
        view=view,
        width=made.width,
        height=made.height,
        size=len(made.jpeg),
        brightness=made.brightness,
        sharpness=made.sharpness,
        by_clinic=writer.by_clinic,
        uploaded_at=now,
        uploaded_by=writer.user,
    )
    sealed = vault.seal_bytes(made.jpeg, patient_id=patient.pk, place=place_of(photo, FILE))
    _write(path_of(photo.pk), sealed)
    with transaction.atomic():
        if not writer.by_clinic:
            for earlier in list_photos(patient.pk):
                if earlier.view == view and not was_sent(earlier):
                    remove_photo(photo=earlier, now=now)
        photo.save(force_insert=True)
    return photo


def remove_photo(*, photo: Photo, now: datetime) -> None:
    """Take a photo out. One that was sent stays with the versions that had it; any other is destroyed."""
    if was_sent(photo):
        Photo.objects.filter(pk=photo.pk, removed_at=None).update(removed_at=now)
        return
    Photo.objects.filter(pk=photo.pk).delete()
    transaction.on_commit(lambda: path_of(photo.pk).unlink(missing_ok=True))


def ask_for_retake(*, photo: Photo, reason: str, now: datetime) -> None:
    """Note that a clinician cannot use a photo, and why; the patient is shown both."""
    vault = ensure_vault(photo.patient_id)
    photo.retake_asked_at = now
    photo.sealed_retake_reason = vault.seal(
        reason, patient_id=photo.patient_id, row=photo, field="sealed_retake_reason"
    )
    photo.save(update_fields=["retake_asked_at", "sealed_retake_reason"])


def sweep_photo_files(*, now: datetime) -> int:
    """Destroy files that no row names and that have lain for a day; return how many. Safe to repeat."""
    lying = [path for path in settings.PHOTOS_ROOT.glob("??/*") if _has_lain(path, now)]
    ids = {path: UUID(path.stem.partition(".")[0]) for path in lying}
    known = set(Photo.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
    orphans = [path for path, photo_id in ids.items() if photo_id not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _has_lain(path: Path, now: datetime) -> bool:
    return path.stat().st_mtime < (now - ORPHANS_LIVE).timestamp()


def _count(patient: Patient, now: datetime) -> None:
    if len(list_photos(patient.pk)) >= MOST_KEPT:
        raise TooManyPhotos
    try:
        limits.hit(
            purpose="photo",
            subject=str(patient.pk),
            limit=settings.LIMIT_PHOTOS_PER_PATIENT,
            window=timedelta(hours=1),
            now=now,
        )
    except limits.LimitReached:
        raise TooManyPhotos from None


def _write(path: Path, content: bytes) -> None:
    """Write a private file whole or not at all, and see it on the disk before going on."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
