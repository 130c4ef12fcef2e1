"""The page about one's own data, and the owner's page that answers."""

import io
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pyzipper
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from bookings.services.own_copies import build_copy
from clinic.models import OutboxMessage, Role, User
from clinic.queries.retention import get_periods
from patients.models import Consent, DataExport, ErasureRequest, LockedRecord, Patient
from tests import rows
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.calendars import make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.forms import send_case
from tests.patients.health_records import raise_alert

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return tmp_path


@pytest.fixture
def patient(client: Client) -> Patient:
    account = UserFactory.create(email="hannah@example.com", email_verified_at=timezone.now())
    client.force_login(account)
    return PatientFactory.create(account=account, name="Hannah Whitfield", email="hannah@example.com")


@pytest.fixture
def owner() -> Client:
    browser = Client()
    browser.force_login(StaffFactory.create(roles=[Role.OWNER], email="owner@example.com"))
    return browser


def page_of(patient: Patient, more: str = "") -> str:
    return f"/your-data/{patient.pk}/{more}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_one_person_is_led_to_and_several_are_chosen_among(client: Client, patient: Patient) -> None:
    assert client.get("/your-data/")["Location"] == page_of(patient)

    PatientFactory.create(account=patient.account, name="Child Whitfield")

    assert "Child Whitfield" in text(client.get("/your-data/"))


def test_the_way_there_stands_on_my_visits(client: Client, patient: Patient) -> None:
    assert 'href="/your-data/"' in text(client.get("/visits/"))


def test_a_copy_from_the_button_to_the_file(client: Client, patient: Patient) -> None:
    asked = text(client.post(page_of(patient, "copy/")))
    password = asked.split('class="password" dir="ltr">')[1].split("<")[0]
    assert "We are making your file" in asked
    assert password not in text(client.post(page_of(patient, "copy/")))
    build_copy(export_id=DataExport.objects.get().pk, now=timezone.now())
    assert "Your file is ready" in text(client.get(page_of(patient)))

    answer = client.post(page_of(patient, "copy/fetch/"))

    raw = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with pyzipper.AESZipFile(io.BytesIO(raw)) as bundle:
        bundle.setpassword(password.encode())
        assert b"Hannah Whitfield" in bundle.read("index.html")
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("application/zip", True)
    gone = client.post(page_of(patient, "copy/fetch/"), follow=True)
    assert "not here any more" in text(gone)


def test_an_account_that_became_a_guardians_fetches_no_whole_copy(client: Client, patient: Patient) -> None:
    client.post(page_of(patient, "copy/"))
    build_copy(export_id=DataExport.objects.get().pk, now=timezone.now())
    Patient.objects.filter(pk=patient.pk).update(booked_for="child", birth_date=None)

    gone = client.post(page_of(patient, "copy/fetch/"), follow=True)

    assert "not here any more" in text(gone)


def test_a_link_that_a_scanner_opens_fetches_nothing(client: Client, patient: Patient) -> None:
    client.post(page_of(patient, "copy/"))
    build_copy(export_id=DataExport.objects.get().pk, now=timezone.now())

    assert client.get(page_of(patient, "copy/fetch/")).status_code == 405
    assert DataExport.objects.get().downloaded_at is None


def test_a_file_whose_password_was_lost_is_deleted(client: Client, patient: Patient) -> None:
    client.post(page_of(patient, "copy/"))

    client.post(page_of(patient, "copy/delete/"))

    assert DataExport.objects.get().ended_at is not None


def test_too_many_files_a_day_are_refused(client: Client, patient: Patient) -> None:
    for _time in range(3):
        client.post(page_of(patient, "copy/"))
        client.post(page_of(patient, "copy/delete/"))

    assert client.post(page_of(patient, "copy/")).status_code == 429


PARTS = ["", "copy/", "copy/fetch/", "copy/delete/", "take-back/", "erase/", "keep/"]


@pytest.mark.parametrize("part", PARTS)
def test_nobody_else_gets_any_of_it(client: Client, patient: Patient, part: str, owner: Client) -> None:
    other = Client()
    other.force_login(UserFactory.create())

    for browser in (other, owner):
        with rows.nothing_written():
            assert browser.get(page_of(patient, part)).status_code in (404, 405)
            assert browser.post(page_of(patient, part), {"word": "erase"}).status_code in (404, 405)


def test_consent_is_taken_back_on_the_page(client: Client, patient: Patient) -> None:
    hour_ago = timezone.now() - timedelta(hours=1)
    Consent.objects.create(patient=patient, purpose="a_photo_marketing", is_given=True, at=hour_ago)
    assert "Photos outside care" in text(client.get(page_of(patient)))

    client.post(page_of(patient, "take-back/"), {"purpose": "a_photo_marketing"})

    assert "Withdrawn" in text(client.get(page_of(patient)))
    assert not Consent.objects.order_by("pk").last().is_given  # type: ignore[union-attr]
    assert client.post(page_of(patient, "take-back/"), {"purpose": "all"}).status_code == 404


def test_who_never_came_erases_everything_at_once(client: Client, patient: Patient) -> None:
    assert "Everything is erased at once" in text(client.get(page_of(patient, "erase/")))
    assert client.post(page_of(patient, "erase/"), {"word": "no"}).status_code == 422

    answer = client.post(page_of(patient, "erase/"), {"word": " Erase "})

    assert "Everything is erased" in text(answer)
    patient.refresh_from_db()
    assert patient.erased_at is not None
    assert client.get("/visits/").status_code == 302  # signed out


def test_the_thai_word_counts(client: Client, patient: Patient) -> None:
    client.post(page_of(patient, "erase/"), {"word": "ลบ"})

    patient.refresh_from_db()
    assert patient.erased_at is not None


def test_an_account_of_a_family_stays_signed_in(client: Client, patient: Patient) -> None:
    child = PatientFactory.create(account=patient.account, name="Child Whitfield")

    answer = client.post(page_of(child, "erase/"), {"word": "erase"}, follow=True)

    assert "Everything about this person is erased" in text(answer)
    assert User.objects.filter(patients=patient, is_active=True).exists()


def test_a_visit_ahead_stands_in_the_way(client: Client, patient: Patient) -> None:
    visit = book_for(make_calendar(), account=patient.account, name=patient.name)

    answer = client.post(page_of(patient_of(visit), "erase/"), {"word": "erase"})

    assert answer.status_code == 409
    assert "It must be cancelled first" in text(answer)


def ask_to_erase(client: Client, patient: Patient) -> ErasureRequest:
    """Ask to be erased with a form that law keeps."""
    send_case(patient)
    assert "This stays, locked" in text(client.get(page_of(patient, "erase/")))
    client.post(page_of(patient, "erase/"), {"word": "erase"})
    return ErasureRequest.objects.get(patient=patient)


def test_what_law_keeps_goes_to_the_owner_who_approves(
    client: Client, patient: Patient, owner: Client
) -> None:
    asked = ask_to_erase(client, patient)
    assert OutboxMessage.objects.get(kind="privacy_request").to == "owner@example.com"
    assert "We answer by" in text(client.get(page_of(patient)))
    assert "Hannah Whitfield" in text(owner.get("/setup/privacy/"))

    owner.post(f"/setup/privacy/requests/{asked.pk}/approve/")

    page = text(owner.get("/setup/privacy/"))
    assert "Hannah Whitfield" not in page
    assert patient.pk.hex[:8].upper() in page
    assert LockedRecord.objects.count() == 1
    asked.refresh_from_db()
    assert asked.outcome == "erased"
    assert "answered already" in text(owner.post(f"/setup/privacy/requests/{asked.pk}/approve/", follow=True))


def test_a_refusal_says_why(client: Client, patient: Patient, owner: Client) -> None:
    asked = ask_to_erase(client, patient)
    address = f"/setup/privacy/requests/{asked.pk}/refuse/"
    assert "Say why" in text(owner.post(address, {"reason": " "}, follow=True))

    owner.post(address, {"reason": "A claim is open until May."})

    page = text(client.get(page_of(patient)))
    assert "A claim is open until May." in page
    assert "Personal Data Protection Committee" in page
    assert OutboxMessage.objects.get(kind="privacy_answer").to == "hannah@example.com"
    assert "answered already" in text(owner.post(address, {"reason": "Again"}, follow=True))


def test_a_request_is_taken_back(client: Client, patient: Patient, owner: Client) -> None:
    asked = ask_to_erase(client, patient)

    client.post(page_of(patient, "keep/"))

    asked.refresh_from_db()
    assert asked.outcome == "taken_back"
    assert "Nobody asks" in text(owner.get("/setup/privacy/"))


def test_a_second_request_is_the_first(client: Client, patient: Patient) -> None:
    asked = ask_to_erase(client, patient)

    client.post(page_of(patient, "erase/"), {"word": "erase"})

    assert ErasureRequest.objects.get() == asked


def test_what_came_in_between_is_said_to_the_owner(client: Client, patient: Patient, owner: Client) -> None:
    asked = ask_to_erase(client, patient)
    raise_alert(patient)

    answer = owner.post(f"/setup/privacy/requests/{asked.pk}/approve/", follow=True)

    assert "A doctor has to read" in text(answer)
    assert ErasureRequest.objects.get().settled_at is None


def test_a_request_that_is_not_there_is_404(owner: Client) -> None:
    for step in ("approve", "refuse"):
        address = f"/setup/privacy/requests/{uuid.uuid4()}/{step}/"
        assert owner.post(address, {"reason": "x"}).status_code == 404


def test_the_owner_chooses_how_long_within_bounds(owner: Client) -> None:
    lengths = {code: str(length) for code, length in get_periods().items()}

    assert owner.post("/setup/privacy/periods/", lengths | {"records": "4"}).status_code == 422
    owner.post("/setup/privacy/periods/", lengths | {"records": "10"})

    assert get_periods()["records"] == 10


@pytest.mark.parametrize("role", ["front_desk", "nurse", "clinician"])
def test_an_erased_record_is_hidden_from_everybody(client: Client, patient: Patient, role: str) -> None:
    version = send_case(patient)
    visit = book_for(make_calendar(), account=patient.account, name="Hannah Whitfield")
    over = timezone.now() - timedelta(days=2)
    Appointment.objects.filter(pk=visit.pk).update(
        patient=patient, status="done", starts_at=over, ends_at=over + timedelta(minutes=40)
    )
    visit.allocations.all().delete()
    Patient.objects.exclude(pk=patient.pk).delete()
    asked = ask_to_erase_again(client, patient)
    staff, owners = Client(), Client()
    staff.force_login(StaffFactory.create(roles=[role]))
    owners.force_login(StaffFactory.create(roles=[Role.OWNER]))
    owners.post(f"/setup/privacy/requests/{asked.pk}/approve/")

    for browser in (staff, owners):
        assert browser.get(f"/desk/patients/{patient.pk}/").status_code in (403, 404)
        assert browser.get(f"/review/forms/{version.pk}/").status_code in (403, 404)
        assert "Whitfield" not in text(browser.get("/desk/patients/?q=Hannah"))


def ask_to_erase_again(client: Client, patient: Patient) -> ErasureRequest:
    client.post(page_of(patient, "erase/"), {"word": "erase"})
    return ErasureRequest.objects.get(patient=patient)
