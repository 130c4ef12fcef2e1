"""What a message says: time, place and a link, in both languages; never a clinical word or a name."""

import re
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from clinic.models import Clinic, OutboxMessage, User
from clinic.services.letters import PASSWORD_RESET, SIGN_IN_CODE
from clinic.tokens import derive_code, derive_token
from tests import factories
from tests.clinic import letters
from tests.clinic.letters import CLINICAL_WORDS, SITE, part, read, words

pytestmark = pytest.mark.django_db

VISIT_KINDS = ["booked", "moved", "changed", "cancelled"]
TOKEN = derive_token("visit", UUID(letters.visit_facts()["link_id"]))


@pytest.fixture(autouse=True)
def clinic() -> Clinic:
    """A clinic with a plain name."""
    return Clinic.objects.create(pk=1, name="Mali", email="hello@mali.example")


def mail_of(kind: str = "booked", language: str = "en", **changes: Any) -> EmailMessage:
    """Return the mail of a message as a mail program would read it."""
    message = letters.post(kind, language=language, facts=letters.visit_facts(**changes))
    return read(message)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("booked", "Your appointment on Thu 26 Nov, 10:30"),
        ("moved", "Your appointment is now on Thu 26 Nov, 10:30"),
        ("changed", "Your appointment on Thu 26 Nov, 10:30 has changed"),
        ("cancelled", "Your appointment on Thu 26 Nov, 10:30 is cancelled"),
    ],
)
def test_subject_is_the_time_and_nothing_else(kind: str, subject: str) -> None:
    message = letters.post(kind)
    OutboxMessage.objects.update(created_at=letters.NOW)
    message.refresh_from_db()

    assert read(message)["subject"] == subject


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_a_visit_at_the_clinic_leads_with_the_clinics_time(content_type: str) -> None:
    body = part(mail_of(), content_type)

    assert "10:30 Bangkok time" in body
    assert "03:30 in London" in body
    assert body.index("10:30") < body.index("03:30")


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_a_video_call_leads_with_the_patients_time(content_type: str) -> None:
    body = part(mail_of(mode="video"), content_type)

    assert "03:30 London time" in body
    assert "10:30 in Bangkok" in body
    assert "Video call" in body


def test_the_other_city_names_its_weekday_when_it_differs() -> None:
    body = part(mail_of(patient_zone="America/New_York"), "text/plain")

    assert "Wed 22:30 in New York" in body


def test_one_zone_is_shown_once() -> None:
    body = part(mail_of(patient_zone=""), "text/plain")

    assert "10:30 Bangkok time" in body
    assert " in " not in body.split("Reference")[0]


def test_thai_mail_counts_buddhist_years() -> None:
    mail = mail_of(language="th")

    assert "26 พ.ย. 2569 10:30\N{NO-BREAK SPACE}น." in part(mail, "text/plain")
    assert '<html lang="th">' in part(mail, "text/html")


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
@pytest.mark.parametrize("kind", ["booked", "moved"])
def test_the_links_show_move_and_cancel_the_visit(kind: str, content_type: str) -> None:
    body = part(mail_of(kind), content_type)

    for path in ("", "move/", "cancel/"):
        assert f"{SITE}/visit/{TOKEN}/{path}" in body


def test_the_links_of_a_thai_mail_are_thai_pages() -> None:
    body = part(mail_of(language="th"), "text/plain")

    assert f"{SITE}/th/visit/{TOKEN}/" in body
    assert f"{SITE}/visit/" not in body


def test_a_cancelled_visit_has_no_link_to_change_it() -> None:
    mail = mail_of("cancelled")

    assert TOKEN not in words(mail)
    assert f"{SITE}/book/" in part(mail, "text/plain")


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_the_mail_says_where_and_how_to_reach_us(content_type: str) -> None:
    body = part(mail_of(), content_type)

    for fact in ("Dr Ploy S.", "Mali, Sathorn", "1 Soi Mali, Bangkok", "BCDF2345", "+66 2 105 0000"):
        assert fact in body
    assert "https://maps.example/mali" in body


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
@pytest.mark.parametrize("kind", ["moved", "changed"])
def test_a_moved_visit_says_where_it_was(kind: str, content_type: str) -> None:
    body = part(mail_of(kind, old_starts_at="2026-11-25T02:00:00+00:00"), content_type)

    assert "Wed 25 Nov" in body
    assert "09:00 Bangkok time" in body


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_a_changed_visit_says_how_long_it_takes(content_type: str) -> None:
    body = part(mail_of("changed"), content_type)

    assert "Please allow 40 minutes." in body
    assert "10:30 Bangkok time" in body
    assert "It was" not in body


@pytest.mark.parametrize(
    ("kind", "method"),
    [("booked", "REQUEST"), ("moved", "REQUEST"), ("changed", "REQUEST"), ("cancelled", "CANCEL")],
)
def test_the_calendar_file_is_attached(kind: str, method: str) -> None:
    mail = mail_of(kind)

    (file,) = list(mail.iter_attachments())
    assert file.get_content_type() == "text/calendar"
    assert file["content-type"].params["method"] == method
    assert file.get_filename() == "appointment.ics"
    assert Calendar.from_ical(file.get_content())["method"] == method


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("kind", [*VISIT_KINDS, SIGN_IN_CODE, PASSWORD_RESET])
def test_no_mail_has_a_clinical_word(kind: str, language: str) -> None:
    facts = letters.visit_facts(user_id=factories.StaffFactory.create().pk)
    message = letters.post(kind, language=language, facts=facts)

    text = words(read(message)).lower()

    assert [word for word in CLINICAL_WORDS if word in text] == []


def test_the_list_of_clinical_words_sees_one() -> None:
    mail = mail_of(practitioner={"en": "Acne scar team", "th": "x"})

    assert [word for word in CLINICAL_WORDS if word in words(mail).lower()] == ["acne", "scar"]


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_calendar_file_has_no_clinical_word(language: str) -> None:
    file = part(mail_of(language=language), "text/calendar").lower()

    assert [word for word in CLINICAL_WORDS if word in file] == []


def test_the_code_is_derived_and_not_stored() -> None:
    message = letters.post(SIGN_IN_CODE, facts={})

    code = derive_code(SIGN_IN_CODE, message.subject_id)
    assert code in part(read(message), "text/plain")
    assert code in part(read(message), "text/html")
    assert re.fullmatch(r"\d{4}-\d{4}", code)
    assert code not in str(OutboxMessage.objects.values())


def test_the_subject_of_a_code_does_not_show_it() -> None:
    message = letters.post(SIGN_IN_CODE, facts={})

    assert read(message)["subject"] == "Your sign-in code"


def test_the_message_id_follows_from_the_message() -> None:
    message = letters.post()

    assert read(message)["message-id"] == read(message)["message-id"]
    assert read(message)["message-id"] == f"<{message.pk}@mali.example>"


def test_two_messages_have_two_message_ids() -> None:
    assert mail_of()["message-id"] != mail_of()["message-id"]


def test_an_answer_goes_to_the_clinic() -> None:
    assert mail_of()["reply-to"] == "hello@mali.example"


def test_nothing_typed_reaches_a_header() -> None:
    evil = "x\r\nBcc: evil@example.com"

    mail = mail_of(practitioner={"en": evil, "th": evil}, site_name={"en": evil, "th": evil}, reference=evil)

    assert mail["bcc"] is None


def test_an_address_with_a_line_break_is_refused() -> None:
    message = letters.post(to="a@example.com\r\nBcc: evil@example.com")

    with pytest.raises(ValueError):
        read(message)


def test_html_escapes_what_the_clinic_wrote() -> None:
    html = part(mail_of(practitioner={"en": "<b>Ploy</b> & Co", "th": "x"}), "text/html")

    assert "&lt;b&gt;Ploy&lt;/b&gt; &amp; Co" in html


def test_text_does_not_escape() -> None:
    assert "Ploy & Co" in part(mail_of(practitioner={"en": "Ploy & Co", "th": "x"}), "text/plain")


@pytest.mark.parametrize("kind", VISIT_KINDS)
def test_html_loads_nothing_from_elsewhere(kind: str) -> None:
    html = part(mail_of(kind), "text/html")

    assert re.findall(r"<(?:img|script|link|iframe)\b|url\(|@import", html) == []


def test_html_has_colours_for_the_dark() -> None:
    assert "prefers-color-scheme: dark" in part(mail_of(), "text/html")


def test_the_password_link_lets_its_user_in_once(client: Any) -> None:
    user = User.objects.create_user("nok@example.com", "old password 123", roles=["front_desk"])
    message = letters.post(PASSWORD_RESET, facts={"user_id": user.pk})

    (link,) = re.findall(rf"{SITE}(\S+)", part(read(message), "text/plain"))
    page = client.get(link, follow=True)

    assert page.status_code == 200
    assert "token_fail" not in page.context
    assert "form" in page.context
