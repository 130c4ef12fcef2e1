"""Photos on the patient's pages: sent, refused kindly, taken out, and seen by nobody else."""

import html
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from patients.models import Patient, Photo
from patients.photo_files import PROBLEMS, Busy
from patients.queries.photos import path_of as file_of
from patients.services import photos as service
from patients.views import photo_taking
from tests.patients.form_pages import AGREED, keep_answers, path_of, sign_in
from tests.patients.forms import NOW
from tests.patients.photo_pages import SHARP, card_of, keep_photo, send_photo, send_with_photos, willing
from tests.photos.pictures import encoded, noise, valid_photo

pytestmark = pytest.mark.django_db
PLACES = ["front", "half-left", "half-right", "left", "right", "near", "other"]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return tmp_path / "photos"


@pytest.fixture
def patient(client: Client) -> Patient:
    return willing(client)


def read(client: Client, patient: Patient, page: str = "photos") -> str:
    answer = client.get(path_of(patient, page))
    assert answer.status_code == 200
    return answer.content.decode()


def test_page_has_a_card_for_each_view_outside_the_form(client: Client, patient: Patient) -> None:
    page = read(client, patient)

    form, rest = page.split("</form>", 1)[0], page.partition('id="page-form"')[2].partition("</form>")[2]
    for place in PLACES:
        assert f'id="photo-{place}"' not in form
        card = card_of(rest, place)
        assert 'name="photo"' in card
        assert "<svg" in card
        assert "capture" not in card
    assert "Turn until we see your left ear" in card_of(page, "left")


def test_no_address_speaks_of_health(client: Client, patient: Patient) -> None:
    photo = keep_photo(patient, "eczema_area")

    page = read(client, patient)

    assert str(photo.pk) in card_of(page, "other")
    assert "eczema_area" not in page


def test_without_consent_cards_say_what_to_do_first(client: Client) -> None:
    patient = sign_in(client)
    keep_answers(patient, **AGREED)

    page = read(client, patient)
    answer = send_photo(client, patient, SHARP)

    assert "Tick the box above first, then save" in card_of(page, "front")
    assert 'name="photo"' not in page
    assert answer.status_code == 422
    assert "Please tick first that we may keep photos in your record." in answer.content.decode()
    assert not Photo.objects.exists()


def test_saving_the_consent_shows_the_cards_and_saving_again_goes_on(client: Client) -> None:
    patient = sign_in(client)
    keep_answers(patient, **AGREED)
    assert 'name="show_photos"' in read(client, patient)
    fields = {"a_photo_care": "on", "revision": "1000000"}

    first = client.post(path_of(patient, "photos"), {**fields, "show_photos": "1"})
    page = read(client, patient)
    second = client.post(path_of(patient, "photos"), fields)

    assert first["Location"] == path_of(patient, "photos") + "#photos"
    assert 'name="show_photos"' not in page
    assert 'name="photo"' in card_of(page, "front")
    assert path_of(patient, "photos") not in second["Location"]


def test_saving_without_consent_skips_the_photos(client: Client) -> None:
    patient = sign_in(client)
    keep_answers(patient, **AGREED)

    answer = client.post(path_of(patient, "photos"), {"revision": "1000000", "show_photos": "1"})

    assert answer.status_code == 302
    assert path_of(patient, "photos") not in answer["Location"]


@pytest.mark.parametrize("kind", ["jpeg", "png", "heic"])
def test_photo_of_each_kind_is_kept_and_shown(client: Client, patient: Patient, kind: str) -> None:
    answer = send_photo(client, patient, valid_photo(kind), "half-left")

    photo = Photo.objects.get()
    assert answer.status_code == 302
    assert answer["Location"].endswith("/photos/?added=half-left#photo-half-left")
    page = client.get(answer["Location"]).content.decode()
    address = path_of(patient, f"photos/{photo.pk}/image")
    assert f'src="{address}"' in card_of(page, "half-left")
    assert 'data-announce="Half left: photo added" ' in card_of(page, "half-left").replace(">", " >")
    assert Image.open(io.BytesIO(client.get(address).content)).format == "JPEG"
    assert photo.view == "left_45"
    assert photo.uploaded_by == patient.account


def test_sharp_photo_looks_sharp_and_a_blurred_one_is_kept_too(client: Client, patient: Patient) -> None:
    send_photo(client, patient, SHARP)
    blurred = noise(1300, 1250).resize((12, 12)).resize((1300, 1250))
    send_photo(client, patient, encoded(blurred, "JPEG"), "near")

    page = read(client, patient)

    assert "Added. Looks sharp" in card_of(page, "front")
    assert "A bit blurred. Take it again?" in card_of(page, "near")
    assert Photo.objects.count() == 2


REFUSED = {
    "not_a_photo": (b"<svg/>", "This file is not a photo we can open."),
    "damaged": (SHARP[:2000], "This photo is damaged."),
    "too_large": (SHARP + bytes(15 * 1024 * 1024), "This photo is too large."),
    "beyond the limit of a request": (SHARP + bytes(17 * 1024 * 1024), "This photo is too large."),
    "empty": (b"", "This file is not a photo we can open."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal_is_said_beside_its_control_and_the_page_stays(
    client: Client, patient: Patient, name: str
) -> None:
    raw, words = REFUSED[name]
    kept = keep_photo(patient, "close_up")

    answer = send_photo(client, patient, raw)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error:" in page
    assert words in card_of(page, "front")
    assert 'aria-describedby="photo-front-fault"' in card_of(page, "front")
    assert str(kept.pk) in card_of(page, "near")
    assert 'name="a_photo_care"' in page
    assert list(Photo.objects.all()) == [kept]


def test_nothing_chosen_is_said(client: Client, patient: Patient) -> None:
    answer = client.post(path_of(patient, "photos/front/add"), {"photo": "a text"})

    assert answer.status_code == 422
    assert "Choose a photo first." in card_of(answer.content.decode(), "front")


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_refusal_has_words(
    client: Client, patient: Patient, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_raw: bytes) -> None:
        raise PROBLEMS[code]

    monkeypatch.setattr(service, "process_photo", refuse)

    answer = send_photo(client, patient, SHARP)

    is_busy = code == Busy.code
    assert answer.status_code == (503 if is_busy else 422)
    assert answer.headers.get("Retry-After") == ("60" if is_busy else None)
    card = card_of(answer.content.decode(), "front")
    assert 'id="photo-front-fault"' in card
    assert str(photo_taking.PROBLEM_WORDS[code]) in html.unescape(card)


def test_too_many_are_refused_kindly(client: Client, patient: Patient, settings: Any) -> None:
    settings.LIMIT_PHOTOS_PER_PATIENT = 1
    send_photo(client, patient, SHARP)

    answer = send_photo(client, patient, SHARP, "near")

    assert answer.status_code == 422
    assert "many photos" in card_of(answer.content.decode(), "near")


def test_an_unknown_view_is_not_found(client: Client, patient: Patient) -> None:
    assert send_photo(client, patient, SHARP, "back").status_code == 404


def test_a_photo_comes_only_after_consent_to_the_form(client: Client) -> None:
    patient = sign_in(client)

    answer = send_photo(client, patient, SHARP)

    assert answer["Location"] == path_of(patient, "consent")
    assert not Photo.objects.exists()


def test_a_photo_is_taken_out(
    client: Client, patient: Patient, django_capture_on_commit_callbacks: Any
) -> None:
    photo = keep_photo(patient)

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(path_of(patient, f"photos/{photo.pk}/remove"))

    assert answer["Location"] == path_of(patient, "photos") + "#photo-front"
    assert not Photo.objects.exists()
    assert not file_of(photo.pk).exists()
    assert "Look at the camera" in card_of(read(client, patient), "front")


def test_a_photo_of_the_clinic_is_not_the_patients_to_take_out(client: Client, patient: Patient) -> None:
    photo = keep_photo(patient, by_clinic=True)

    assert client.post(path_of(patient, f"photos/{photo.pk}/remove")).status_code == 404
    assert str(photo.pk) not in read(client, patient)


def test_consent_taken_back_hides_adding_and_keeps_taking_out(client: Client, patient: Patient) -> None:
    keep_photo(patient)
    keep_answers(patient, a_photo_care=False)

    card = card_of(read(client, patient), "front")

    assert 'name="photo"' not in card
    assert "Yes, take it out" in card


def test_medicine_box_has_its_card_beside_the_medicines(client: Client, patient: Patient) -> None:
    answer = send_photo(client, patient, SHARP, "box")

    assert answer["Location"].startswith(path_of(patient, "what-you-use"))
    assert "Added. Looks sharp" in card_of(read(client, patient, "what-you-use"), "box")
    assert "photo-box" not in read(client, patient, "photos")


def test_medicines_page_leads_to_the_consent(client: Client) -> None:
    patient = sign_in(client)
    keep_answers(patient, **AGREED)

    assert f'href="{path_of(patient, "photos")}"' in card_of(read(client, patient, "what-you-use"), "box")


def test_the_clinics_wish_for_a_new_photo_is_shown_until_it_comes(client: Client, patient: Patient) -> None:
    photo = keep_photo(patient)
    service.ask_for_retake(photo=photo, reason="Please stand by a window", now=photo.uploaded_at)

    before = card_of(read(client, patient), "front")
    send_photo(client, patient, SHARP)
    after = card_of(read(client, patient), "front")

    assert "The clinic asks for a new photo" in before
    assert "Please stand by a window" in before
    assert "Please stand by a window" not in after


def test_check_page_names_the_photos_and_leads_back_to_them(client: Client, patient: Patient) -> None:
    none = check_row(client, patient)
    keep_photo(patient, "left_45")
    keep_photo(patient)
    keep_photo(patient, by_clinic=True)

    some = check_row(client, patient)

    assert "None. We can take them at your visit" in none
    assert some.count("Front") == 1
    assert some.index("Front") < some.index("Half left")
    assert f'href="{path_of(patient, "photos")}?back=check#photos"' in some


def check_row(client: Client, patient: Patient) -> str:
    """Return the row of the check page about photos."""
    return read(client, patient, "check").partition("<dt>Photos</dt>")[2].partition("</div>")[0]


def test_a_photo_that_came_after_the_form_was_sent_says_when_the_clinic_sees_it(client: Client) -> None:
    patient = sign_in(client)
    send_with_photos(patient, "front")
    keep_photo(patient, "close_up", now=NOW + timedelta(hours=1))

    page = read(client, patient)

    words = "The clinic sees it when you send your form again."
    assert words in card_of(page, "near")
    assert words not in card_of(page, "front")
    assert "The clinic keeps it with the form you sent." in card_of(page, "front")
