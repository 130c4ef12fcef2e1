"""Photos on clinicians' pages: through time, large, taken at the visit, and asked for again."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from clinic.models import ReadRecord, Role
from clinic.safe_headers import NOTHING
from clinic.services.audit import Reader
from patients import tasks
from patients.models import FormVersion, Patient, Photo
from patients.queries.photos import path_of as file_of
from patients.services.photos import ORPHANS_LIVE, remove_photo
from patients.views import photo_images
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.form_pages import path_of, sign_in
from tests.patients.forms import NOW, send_case
from tests.patients.photo_pages import SHARP, card_of, keep_photo, send_with_photos, willing

pytestmark = pytest.mark.django_db
Action = ReadRecord.Action


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.PHOTOS_ROOT = tmp_path / "photos"


@pytest.fixture
def version() -> FormVersion:
    SiteFactory.create()
    return send_case(PatientFactory.create(), a_photo_care=True)


@pytest.fixture
def patient(version: FormVersion) -> Patient:
    return version.patient


@pytest.fixture(params=[Role.NURSE, Role.CLINICIAN])
def reader(request: pytest.FixtureRequest, client: Client) -> Client:
    """Let a nurse, then a clinician, read."""
    client.force_login(StaffFactory.create(roles=[request.param]))
    return client


@pytest.fixture
def nurse(client: Client) -> Client:
    client.force_login(StaffFactory.create(roles=[Role.NURSE]))
    return client


def sent_photo(patient: Patient, view: str = "front", **options: Any) -> Photo:
    """Keep a photo that was there when the patient sent the form."""
    return keep_photo(patient, view, now=NOW - timedelta(hours=1), **options)


def image(photo: Photo) -> str:
    """Return the address of a photo for staff."""
    return f"/review/photos/{photo.pk}/"


def take(client: Client, version: FormVersion, raw: bytes = SHARP, view: str = "left_profile") -> Any:
    """Send a photo as from the review page."""
    file = SimpleUploadedFile("DSC_1.jpg", raw)
    return client.post(f"/review/forms/{version.pk}/photos/", {"view": view, "photo": file})


def test_staff_who_care_see_a_photo_and_it_is_written_down(reader: Client, patient: Patient) -> None:
    photo = sent_photo(patient)

    answer = reader.get(image(photo))

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Content-Security-Policy"] == NOTHING
    row = ReadRecord.objects.get(action=Action.PHOTO)
    assert (row.subject_type, row.subject_ids, row.patient_ids) == ("photo", [photo.pk], [patient.pk])


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER])
def test_other_staff_see_none(client: Client, patient: Patient, role: str) -> None:
    client.force_login(StaffFactory.create(roles=[role]))
    photo = sent_photo(patient)

    assert client.get(image(photo)).status_code == 403
    assert client.get(image(photo) + "page/").status_code == 403
    assert not ReadRecord.objects.filter(action=Action.PHOTO).exists()


def test_a_read_is_written_down_before_the_file_is_opened(
    nurse: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = sent_photo(patient)
    rows: list[ReadRecord] = []

    def look(*_args: Any) -> bytes:
        rows.extend(ReadRecord.objects.filter(action=Action.PHOTO, subject_ids=[photo.pk]))
        return SHARP

    monkeypatch.setattr(photo_images, "read_photo", look)
    nurse.get(image(photo))
    assert len(rows) == 1

    monkeypatch.setattr(photo_images, "record_read", lambda **_row: None)
    nurse.get(image(photo))
    assert len(rows) == 2  # the one from before: what is not written down is seen to be missing


def test_what_is_gone_is_not_found(nurse: Client, patient: Patient) -> None:
    photo = sent_photo(patient)
    (archived,) = send_with_photos(PatientFactory.create(), "front")
    file_of(photo.pk).unlink()
    Patient.objects.filter(pk=archived.patient_id).update(archived_at=timezone.now())

    for address in (image(photo), image(archived), f"/review/photos/{uuid4()}/"):
        assert nurse.get(address).status_code == 404
    assert nurse.get(image(archived) + "page/").status_code == 404


def test_a_photo_that_was_not_sent_is_the_patients_alone(nurse: Client, patient: Patient) -> None:
    photo = keep_photo(patient, now=NOW + timedelta(hours=1))

    assert nurse.get(image(photo)).status_code == 404
    assert nurse.get(image(photo) + "page/").status_code == 404
    assert image(photo) not in nurse.get(image(sent_photo(patient)) + "page/").content.decode()


def test_a_sent_photo_that_was_taken_out_stays_readable(nurse: Client, patient: Patient) -> None:
    photo = sent_photo(patient)
    remove_photo(photo=photo, now=NOW + timedelta(hours=1))

    assert nurse.get(image(photo)).status_code == 200
    assert "Taken out by the patient later" in nurse.get(image(photo) + "page/").content.decode()


def test_views_stand_in_the_order_they_are_asked_for_and_missing_ones_are_named(
    nurse: Client, version: FormVersion, patient: Patient
) -> None:
    for view in ("close_up", "left_45", "front"):
        sent_photo(patient, view)

    page = nurse.get(f"/review/forms/{version.pk}/").content.decode()

    places = [page.index(f"<figcaption>{label}") for label in ("Front", "Left, turned half", "Close-up")]
    assert places == sorted(places)
    assert "Skipped. Take at the visit: Right, turned half, Left side, Right side</p>" in page


def test_a_click_opens_the_photo_on_a_page_of_its_own(
    nurse: Client, version: FormVersion, patient: Patient
) -> None:
    first, second = sent_photo(patient, by_clinic=True), sent_photo(patient)

    form = nurse.get(f"/review/forms/{version.pk}/").content.decode()
    page = nurse.get(image(second) + "page/").content.decode()

    assert f'href="{image(second)}page/"' in form
    assert f'src="{image(second)}"' in page
    assert f'href="{image(first)}page/"' in page
    assert f'href="/review/forms/{version.pk}/#photos"' in page


def test_staff_keep_a_photo_taken_at_the_visit(reader: Client, version: FormVersion) -> None:
    answer = take(reader, version)

    photo = Photo.objects.get()
    assert answer["Location"] == f"/review/forms/{version.pk}/?added=photo#photos"
    assert (photo.view, photo.by_clinic, photo.patient) == ("left_profile", True, version.patient)
    assert photo.uploaded_by is not None
    assert "by the clinic" in reader.get(answer["Location"]).content.decode()


def test_what_staff_sent_and_is_no_photo_is_refused_on_the_page(nurse: Client, version: FormVersion) -> None:
    answer = take(nurse, version, b"<svg/>")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This file is not a photo we can open." in page
    assert '<details class="take-here" open>' in page
    assert "Left side</option>" in page.partition("selected>")[2][:40]
    assert not Photo.objects.exists()


def test_an_unknown_view_is_refused(nurse: Client, version: FormVersion) -> None:
    assert take(nurse, version, view="back").status_code == 422


def test_staff_keep_no_photo_without_the_patients_yes(nurse: Client) -> None:
    version = send_case(PatientFactory.create(), a_photo_care=None)

    assert take(nurse, version).status_code == 422
    assert not Photo.objects.exists()


def test_a_retake_is_asked_for_with_a_reason_that_the_patient_reads(reader: Client) -> None:
    home = Client()
    patient = sign_in(home)
    (photo,) = send_with_photos(patient, "front")

    without = reader.post(image(photo) + "page/", {"reason": " "})
    answer = reader.post(image(photo) + "page/", {"reason": "Stand by a window <please>"})

    assert without.status_code == 422
    assert answer["Location"] == image(photo) + "page/"
    photo.refresh_from_db()
    assert b"window" not in bytes(photo.sealed_retake_reason or b"")
    assert "A new photo was asked for" in reader.get(image(photo) + "page/").content.decode()
    card = card_of(home.get(path_of(patient, "photos")).content.decode(), "front")
    assert "Stand by a window &lt;please&gt;" in card


def test_a_photo_of_the_clinic_is_not_asked_for_again(nurse: Client, patient: Patient) -> None:
    photo = sent_photo(patient, by_clinic=True)

    nurse.post(image(photo) + "page/", {"reason": "Blurred"})

    photo.refresh_from_db()
    assert photo.retake_asked_at is None
    assert "Unusable" not in nurse.get(image(photo) + "page/").content.decode()


def test_the_daily_task_sweeps_what_an_upload_left(patient: Patient) -> None:
    kept, lost = sent_photo(patient), sent_photo(patient, "close_up")
    Photo.objects.filter(pk=lost.pk).delete()
    old = (timezone.now() - 2 * ORPHANS_LIVE).timestamp()
    for photo in (kept, lost):
        os.utime(file_of(photo.pk), (old, old))

    tasks.sweep_photo_files(timestamp=0)

    assert (file_of(kept.pk).exists(), file_of(lost.pk).exists()) == (True, False)


def test_photos_that_are_there_are_not_called_unanswered(
    nurse: Client, version: FormVersion, patient: Patient
) -> None:
    sent_photo(patient)

    page = nurse.get(f"/review/forms/{version.pk}/").content.decode()

    assert "<dt>Photos in record</dt>" in page
    assert "<dt>Photos</dt>" not in page


def test_a_dozen_photos_on_one_page_are_one_read_to_the_patient(nurse: Client) -> None:
    home = Client()
    patient = sign_in(home)
    for photo in send_with_photos(patient, "front", "left_45", "close_up"):
        nurse.get(image(photo))
    client = Client()
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy"))
    client.get(image(Photo.objects.filter(patient=patient)[0]))

    page = home.get(path_of(patient, "readers")).content.decode()

    assert ReadRecord.objects.filter(action=Action.PHOTO).count() == 4
    assert page.count("Looked at your photos") == 2
    assert page.count("Dr Ploy") == 1


def test_photos_that_are_opened_later_are_another_read() -> None:
    home = Client()
    photo = sent_photo(willing(home))
    reader = Reader(StaffFactory.create(roles=[Role.NURSE]))
    for minutes in (15, 3, 0):
        photo_images.stream_photo(photo, reader, timezone.now() - timedelta(minutes=minutes))

    page = home.get(path_of(photo.patient, "readers")).content.decode()

    assert page.count("Looked at your photos") == 2
