"""What the desk does on a record's page: checks who somebody is, and writes to them."""

import html
import re
import uuid
from typing import Any

import pytest
from django.test import Client

from bookings.models import Appointment
from clinic.models import Clinic, OutboxMessage, User
from patients.models import DeskMessage, Patient
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.bookings.people_pages import open_record, words_of
from tests.calendars import make_calendar
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit() -> Appointment:
    Clinic.objects.create(pk=1, name="Mali")
    return book_for(make_calendar(), email="hannah.w@example.com")


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def test_a_check_is_noted_with_who_and_when(client: Client, visit: Appointment, nok: User) -> None:
    address = f"/desk/patients/{visit.patient_id}/check/"

    page = client.post(address, {"asked": ["name", "contact"]}, follow=True).content.decode()

    assert "Noted: you checked who this is." in page
    assert re.search(r"Nok checked this: \w", words_of(page))


@pytest.mark.parametrize("asked", [[], ["name"], ["name", "shoe"]])
def test_a_check_of_fewer_than_two_is_asked_again(
    client: Client, visit: Appointment, nok: User, asked: list[str]
) -> None:
    response = client.post(f"/desk/patients/{visit.patient_id}/check/", {"asked": asked})

    assert response.status_code == 422
    assert "Error:" in response.content.decode()
    assert not patient_of(visit).identity_checks.exists()


def message(client: Client, visit: Appointment, **fields: str) -> Any:
    said = {"key": str(uuid.uuid4()), "words": "Until Thursday. Nok"}
    return client.post(f"/desk/patients/{visit.patient_id}/messages/", said | fields, follow=True)


def test_a_message_is_shown_and_can_be_taken_back(client: Client, visit: Appointment, nok: User) -> None:
    page = message(client, visit).content.decode()
    assert "Until Thursday. Nok" in page
    sent = DeskMessage.objects.get()

    again = client.post(f"/desk/patients/{visit.patient_id}/messages/{sent.pk}/undo/", follow=True)

    assert "Taken back. It was not sent." in again.content.decode()
    assert OutboxMessage.objects.get(subject_id=sent.pk).status == "dropped"


@pytest.mark.parametrize("fields", [{"words": ""}, {"words": "a" * 1001}, {"words": "a\x00b"}, {"key": "x"}])
def test_a_message_that_cannot_be_sent_is_kept_and_explained(
    client: Client, visit: Appointment, nok: User, fields: dict[str, str]
) -> None:
    response = message(client, visit, **fields)

    assert response.status_code == 422
    assert fields.get("words", "Until")[:500].replace("\x00", "") in response.content.decode().replace(
        "\x00", ""
    )
    assert not DeskMessage.objects.exists()


@pytest.mark.parametrize("words", ["Bring the acne cream.", "About your ec\u200bzema", "เรื่องสิวของคุณ"])
def test_no_word_of_health_leaves_in_a_mail(
    client: Client, visit: Appointment, nok: User, words: str
) -> None:
    response = message(client, visit, words=f"Hello. {words}")

    assert response.status_code == 422
    assert "Emails travel in the open." in response.content.decode()
    assert not OutboxMessage.objects.filter(subject_type="desk_message").exists()
    assert not DeskMessage.objects.exists()


def test_the_clinics_own_name_may_be_a_word_of_health(client: Client, visit: Appointment, nok: User) -> None:
    Clinic.objects.update_or_create(pk=1, defaults={"name": "Mali Skin Clinic"})

    assert message(client, visit, words="Mali SKIN clinic is closed on Friday.").status_code == 200
    assert message(client, visit, words="Your skin is better.").status_code == 422


@pytest.mark.parametrize("quick", ["directions", "form", "late"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_quick_texts_can_be_sent_as_they_are(
    client: Client, visit: Appointment, nok: User, quick: str, language: str
) -> None:
    Patient.objects.update(language=language)
    page = open_record(client, visit, f"?quick={quick}")
    text = html.unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])

    assert message(client, visit, words=text.strip()).status_code == 200


def test_without_an_email_the_page_says_so(client: Client, visit: Appointment, nok: User) -> None:
    Patient.objects.update(email="")

    page = open_record(client, visit)
    assert "There is no email for this patient. Please call." in page
    assert "<textarea" not in page
    assert message(client, visit).status_code == 422


@pytest.mark.parametrize(
    ("quick", "words"),
    [("directions", "1 Soi Mali"), ("form", "/form/"), ("late", "running late"), ("nonsense", "")],
)
def test_quick_texts_fill_the_message_and_hold_no_secret(
    client: Client, visit: Appointment, nok: User, quick: str, words: str
) -> None:
    text = open_record(client, visit, f"?quick={quick}").partition("<textarea")[2].partition("</textarea>")[0]

    assert words in text
    assert not re.search(r"[A-Za-z0-9_-]{40,}", text)


def test_quick_texts_are_in_the_patients_language(client: Client, visit: Appointment, nok: User) -> None:
    Patient.objects.update(language="th")

    assert "(ไทย)" in open_record(client, visit, "?quick=directions").partition("<textarea")[2]
