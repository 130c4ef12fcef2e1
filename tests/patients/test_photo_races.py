"""Two photos of one view at the same moment: both are safe, and none is half there."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from patients.models import Patient, Photo
from patients.queries.photos import list_photos, path_of, read_photo
from patients.queries.vault import get_vault
from tests.factories import PatientFactory, UserFactory
from tests.patients.photo_pages import agree, keep_photo
from tests.photos.pictures import encoded, noise
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = [encoded(noise(200, side), "JPEG") for side in (100, 120, 140)]


@pytest.fixture
def patient(settings: Any, tmp_path: Path) -> Patient:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return agree(PatientFactory.create(account=UserFactory.create()))


def files_of(root: Path) -> set[Path]:
    """Return the files that lie there, unfinished ones included."""
    return {path for path in root.rglob("*") if path.is_file()}


def test_two_photos_of_one_view_at_once_leave_no_harm(patient: Patient, tmp_path: Path) -> None:
    keep_photo(patient, raw=PICTURES[2])

    outcomes = all_at_once([partial(keep_photo, patient, raw=raw) for raw in PICTURES[:2]])

    assert all(outcome.won for outcome in outcomes), outcomes
    there = list_photos(patient.pk)
    vault = get_vault([patient.pk])
    assert {photo.pk for photo in there} <= {outcome.value.pk for outcome in outcomes}
    assert there
    assert all(len(read_photo(photo, vault)) == photo.size for photo in there)
    assert files_of(tmp_path) == {path_of(photo.pk) for photo in there}


def test_a_photo_that_cannot_be_written_to_the_database_takes_none_away(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database dies between the file and its row: the earlier photo is still whole."""
    first = keep_photo(patient)

    def die(*_arguments: Any, **_options: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(Photo, "save", die)
    with pytest.raises(ConnectionError):
        keep_photo(patient, raw=PICTURES[0])

    assert list_photos(patient.pk) == [first]
    assert read_photo(first, get_vault([patient.pk]))
