"""Photos: only with consent, sealed on disk, and kept as long as a version needs them."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from clinic.sealing import Unreadable
from patients.models import Patient, Photo
from patients.photo_files import PhotoProblem
from patients.queries import photos as queries
from patients.queries.vault import get_vault
from patients.services import photos
from patients.services.drafts import Writer
from tests.factories import PatientFactory
from tests.patients.forms import CONSENT, NOW, save, send_case
from tests.photos.pictures import JPEG_START

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return tmp_path / "photos"


@pytest.fixture
def patient() -> Patient:
    found = PatientFactory.create()
    save(found, **CONSENT, a_photo_care=True)
    return found


def picture(colour: str = "tan") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


def add(patient: Patient, view: str = "front", raw: bytes | None = None, minutes: int = 0) -> Photo:
    writer, now = Writer(None), NOW + timedelta(minutes=minutes)
    return photos.add_photo(patient=patient, view=view, raw=raw or picture(), writer=writer, now=now)


def test_photo_is_read_back_as_a_picture(patient: Patient) -> None:
    photo = add(patient)

    jpeg = queries.read_photo(photo, get_vault([patient.pk]))

    assert Image.open(io.BytesIO(jpeg)).size == (photo.width, photo.height) == (40, 30)
    assert len(jpeg) == photo.size
    assert jpeg.startswith(JPEG_START)


def test_file_is_private_and_sealed(patient: Patient) -> None:
    path = queries.path_of(add(patient).pk)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert JPEG_START not in path.read_bytes()


def test_file_of_another_photo_does_not_open(patient: Patient) -> None:
    one, other = add(patient), add(patient, "close_up")
    queries.path_of(one.pk).write_bytes(queries.path_of(other.pk).read_bytes())

    with pytest.raises(Unreadable):
        queries.read_photo(one, get_vault([patient.pk]))


def test_file_that_is_gone_is_unreadable(patient: Patient) -> None:
    photo = add(patient)
    queries.path_of(photo.pk).unlink()

    with pytest.raises(Unreadable):
        queries.read_photo(photo, get_vault([patient.pk]))


@pytest.mark.parametrize("consent", [{}, {"a_photo_care": False}])
def test_without_consent_no_photo_is_kept(folder: Path, consent: dict[str, Any]) -> None:
    patient = PatientFactory.create()
    save(patient, **CONSENT, **consent)

    with pytest.raises(photos.NoPhotoConsent):
        add(patient)

    assert not folder.exists()


def test_consent_that_was_taken_back_ends_uploads(patient: Patient) -> None:
    save(patient, 10**6, a_photo_care=False)

    with pytest.raises(photos.NoPhotoConsent):
        add(patient)


def test_what_is_no_photo_leaves_nothing(patient: Patient, folder: Path) -> None:
    with pytest.raises(PhotoProblem):
        add(patient, raw=b"<svg/>")

    assert not Photo.objects.exists()
    assert not folder.exists()


def test_a_retake_destroys_a_photo_that_was_not_sent(
    patient: Patient, django_capture_on_commit_callbacks: Any
) -> None:
    first = add(patient)

    with django_capture_on_commit_callbacks(execute=True):
        second = add(patient, minutes=1)

    assert queries.list_photos(patient.pk) == [second]
    assert not queries.path_of(first.pk).exists()


def test_a_photo_that_was_sent_stays_with_its_version(patient: Patient) -> None:
    first = add(patient, minutes=-5)
    version = send_case(patient, a_photo_care=True)

    second = add(patient, minutes=5)
    photos.remove_photo(photo=first, now=NOW + timedelta(minutes=6))

    assert queries.list_photos(patient.pk) == [second]
    assert queries.list_photos_of(version) == [first]
    assert queries.read_photo(first, get_vault([patient.pk]))


def test_only_so_many_photos_are_kept(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_KEPT", 1)
    add(patient)

    with pytest.raises(photos.TooManyPhotos):
        add(patient, "close_up")


def test_only_so_many_photos_are_read_in_an_hour(patient: Patient, settings: Any) -> None:
    settings.LIMIT_PHOTOS_PER_PATIENT = 1
    add(patient)

    with pytest.raises(photos.TooManyPhotos):
        add(patient, minutes=59)

    assert add(patient, minutes=61).view == "front"


def test_sweep_destroys_what_no_row_names_after_a_day(patient: Patient) -> None:
    kept, lost, fresh = add(patient), add(patient, "close_up"), add(patient, "left_45")
    Photo.objects.filter(pk__in=[lost.pk, fresh.pk]).delete()
    for photo, hours in ((kept, 48), (lost, 48), (fresh, 1)):
        written = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(queries.path_of(photo.pk), (written, written))

    assert photos.sweep_photo_files(now=NOW) == 1
    assert [queries.path_of(photo.pk).exists() for photo in (kept, lost, fresh)] == [True, False, True]


def test_a_photo_of_somebody_else_is_not_found(patient: Patient) -> None:
    photo = add(patient)

    with pytest.raises(Photo.DoesNotExist):
        queries.get_photo(photo.pk, patient_id=PatientFactory.create().pk)
