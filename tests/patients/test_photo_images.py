"""A photo as an image: for its own patient only, written down first, and kept by no browser."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client

from clinic.models import ReadRecord, Role
from clinic.safe_headers import NOTHING
from patients.models import Patient, Photo
from patients.queries.photos import path_of as file_of
from patients.views import photo_images
from tests.factories import StaffFactory
from tests.patients.form_pages import path_of
from tests.patients.photo_pages import SHARP, keep_photo, send_photo, willing
from tests.photos.pictures import JPEG_START

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.PHOTOS_ROOT = tmp_path / "photos"


@pytest.fixture
def patient(client: Client) -> Patient:
    return willing(client)


@pytest.mark.parametrize("who", ["another account", Role.CLINICIAN, "nobody"])
def test_nobody_else_reaches_a_photo(client: Client, patient: Patient, who: str) -> None:
    photo, other = keep_photo(patient), Client()
    if who == "another account":
        willing(other)
    elif who != "nobody":
        other.force_login(StaffFactory.create(roles=[who]))
    due = 302 if who == "nobody" else 404

    image = other.get(path_of(patient, f"photos/{photo.pk}/image"))
    removed = other.post(path_of(patient, f"photos/{photo.pk}/remove"))
    added = send_photo(other, patient, SHARP)

    assert (image.status_code, removed.status_code, added.status_code) == (due, due, due)
    assert list(Photo.objects.all()) == [photo]
    assert not ReadRecord.objects.filter(action=ReadRecord.Action.PHOTO).exists()


def test_a_photo_opens_only_at_its_own_patient(client: Client, patient: Patient) -> None:
    theirs = keep_photo(willing(Client()))

    assert client.get(path_of(patient, f"photos/{theirs.pk}/image")).status_code == 404
    assert client.get(path_of(patient, f"photos/{uuid4()}/image")).status_code == 404


def test_image_is_kept_by_no_browser_and_runs_nothing(client: Client, patient: Patient) -> None:
    answer = client.get(path_of(patient, f"photos/{keep_photo(patient).pk}/image"))

    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == NOTHING
    assert answer["Content-Disposition"] == 'inline; filename="photo.jpg"'


def test_image_that_cannot_be_opened_is_not_found(client: Client, patient: Patient) -> None:
    photo = keep_photo(patient)
    file_of(photo.pk).write_bytes(b"damaged")

    assert client.get(path_of(patient, f"photos/{photo.pk}/image")).status_code == 404


def test_a_read_is_written_down_before_the_file_is_opened(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = keep_photo(patient)
    monkeypatch.setattr(photo_images, "read_photo", lambda *_args: count_reads(photo))

    client.get(path_of(patient, f"photos/{photo.pk}/image"))

    assert ReadRecord.objects.get(action=ReadRecord.Action.PHOTO).reader == patient.account


def count_reads(photo: Photo) -> bytes:
    """Fail if the file is opened before its read is in the database."""
    assert ReadRecord.objects.filter(subject_ids=[photo.pk], action=ReadRecord.Action.PHOTO).count() == 1
    return SHARP


def test_that_check_sees_a_read_that_is_not_written_down(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = keep_photo(patient)
    monkeypatch.setattr(photo_images, "read_photo", lambda *_args: count_reads(photo))
    monkeypatch.setattr(photo_images, "record_read", lambda **_row: None)

    with pytest.raises(AssertionError):
        client.get(path_of(patient, f"photos/{photo.pk}/image"))


def test_nothing_is_shown_when_the_read_cannot_be_written_down(
    client: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = keep_photo(patient)

    def fail(**_row: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(photo_images, "record_read", fail)
    client.raise_request_exception = False

    answer = client.get(path_of(patient, f"photos/{photo.pk}/image"))

    assert answer.status_code >= 500
    assert JPEG_START not in answer.content
