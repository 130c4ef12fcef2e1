"""What the tests of photo pages share: photos to send, and a patient who lets us keep them."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from patients.models import Patient, Photo
from patients.services import photos
from patients.services.drafts import Writer
from tests.patients.form_pages import AGREED, keep_answers, path_of, sign_in
from tests.patients.forms import CONSENT, NOW, save, send_case
from tests.photos.pictures import encoded, noise

SHARP = encoded(noise(1300, 1250), "JPEG")


def agree(patient: Patient) -> Patient:
    """Let the patient agree to the form and to photos in their record."""
    keep_answers(patient, **AGREED, a_photo_care=True)
    return patient


def willing(client: Client) -> Patient:
    """Sign in a patient who agreed."""
    return agree(sign_in(client))


def send_photo(client: Client, patient: Patient, raw: bytes, place: str = "front", **options: Any) -> Any:
    """Send a photo as a browser without scripts does; its name is whatever the phone called it."""
    file = SimpleUploadedFile("IMG_0001.HEIC", raw, "image/heic")
    return client.post(path_of(patient, f"photos/{place}/add"), {"photo": file}, **options)


def keep_photo(
    patient: Patient,
    view: str = "front",
    *,
    raw: bytes = SHARP,
    by_clinic: bool = False,
    now: datetime | None = None,
) -> Photo:
    """Keep a photo without a page."""
    writer = Writer(None if by_clinic else patient.account, by_clinic=by_clinic)
    return photos.add_photo(patient=patient, view=view, raw=raw, writer=writer, now=now or timezone.now())


def send_with_photos(patient: Patient, *views: str) -> list[Photo]:
    """Let a patient send a form with photos of these views, and return those."""
    save(patient, 10**6, **CONSENT, a_photo_care=True)
    kept = [keep_photo(patient, view, now=NOW - timedelta(hours=1)) for view in views]
    send_case(patient, a_photo_care=True)
    return kept


def card_of(page: str, place: str) -> str:
    """Return the markup of one card."""
    _before, found, after = page.partition(f'<section id="photo-{place}"')
    assert found, place
    return after.partition("</section>")[0]
