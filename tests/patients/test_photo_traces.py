"""A photo on its way through the site leaves nothing behind, and no file brings the site down."""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from patients.models import Patient, Photo
from tests.patients.photo_pages import SHARP, send_photo, willing
from tests.photos.mutations import mutated
from tests.photos.pictures import JPEG_START

pytestmark = pytest.mark.django_db
FILES = 100
TO_A_DISK = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

written: list[str] = []
"""Paths that were opened for writing, while `watching`."""
watching = False


def hear(event: str, details: tuple[Any, ...]) -> None:
    """Note what this process opens for writing by its path; a pipe has none."""
    if not watching or event != "open" or isinstance(details[0], int):
        return
    if details[2] & (os.O_WRONLY | os.O_RDWR):
        written.append(str(details[0]))


sys.addaudithook(hear)  # Python has no way to take it off again


@contextmanager
def watch_writes() -> Iterator[list[str]]:
    """Give the paths that are opened for writing in the block."""
    global watching  # noqa: PLW0603 (an audit hook can only be told to be quiet)
    written.clear()
    watching = True
    try:
        yield written
    finally:
        watching = False


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path / "photos"


@pytest.fixture
def patient(client: Client) -> Patient:
    return willing(client)


@pytest.mark.parametrize("raw", [SHARP, SHARP[:2000], b"<svg/>"], ids=["kept", "damaged", "no photo"])
def test_only_sealed_files_are_written(client: Client, patient: Patient, raw: bytes, folder: Path) -> None:
    with watch_writes() as paths:
        send_photo(client, patient, raw)

    assert [path for path in paths if not path.startswith(f"{folder}/") and path != os.devnull] == []
    assert all(JPEG_START not in path.read_bytes() for path in folder.rglob("*.*"))
    assert len(list(folder.rglob("*.*"))) == Photo.objects.count()


def test_the_watch_sees_an_upload_that_goes_to_a_disk(
    client: Client, patient: Patient, settings: Any, tmp_path: Path
) -> None:
    settings.FILE_UPLOAD_HANDLERS = TO_A_DISK

    with watch_writes() as paths:
        send_photo(client, patient, SHARP)

    assert any(path.startswith(f"{tmp_path}/") and path.endswith(".upload.HEIC") for path in paths)


@pytest.mark.parametrize("raw", [SHARP, SHARP[:2000], b"canary-7714 <svg/>"])
def test_no_log_names_a_photo_or_holds_any_of_it(
    client: Client, patient: Patient, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    send_photo(client, patient, raw)
    send_photo(client, patient, b"")

    assert caplog.records
    for trace in ("IMG_0001", "canary-7714", "JFIF", repr(raw[:8])[2:-1]):
        assert trace not in caplog.text


def test_no_mutated_file_is_an_error_of_ours(client: Client, patient: Patient, settings: Any) -> None:
    settings.LIMIT_PHOTOS_PER_PATIENT = FILES
    seed = random.SystemRandom().randrange(10**6)
    print(f"Seed {seed}")  # noqa: T201 (shown if it fails)

    answers = {number: send_photo(client, patient, mutated(number, seed=seed)[1]) for number in range(FILES)}

    odd = {number: answer.status_code for number, answer in answers.items()
           if answer.status_code not in (302, 422)}  # fmt: skip
    assert odd == {}
    assert {answer.status_code for answer in answers.values()} == {302, 422}
