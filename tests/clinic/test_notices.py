"""Mails that only say that something waits: no name, no clinical word, and a page behind a sign-in."""

import pytest

from clinic.models import Clinic
from clinic.services.notices import NOTICES
from tests import thai
from tests.clinic import letters
from tests.clinic.letters import CLINICAL_WORDS, SITE, part, read, words

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.clinic.later_urls")]

SUBJECTS = {
    "clinic_message": "A message for you",
    "copy_ready": "Your file is ready",
    "privacy_request": "A request to answer",
    "privacy_answer": "We have answered you",
    "sign_in_changed": "Your sign-in was changed",
    "urgent_call": "Please look now",
    "urgent_passed_on": "Please look now: nobody has answered",
    "opened_with_reason": "A record was opened with a reason",
}
PAGES = {
    "clinic_message": "/messages/",
    "copy_ready": "/your-data/",
    "privacy_request": "/setup/privacy/",
    "privacy_answer": "/your-data/",
    "sign_in_changed": "/account/login/",
    "urgent_call": "/review/alerts/",
    "urgent_passed_on": "/review/alerts/",
    "opened_with_reason": "/setup/opened/",
}


@pytest.fixture(autouse=True)
def clinic() -> Clinic:
    """A clinic with a plain name."""
    return Clinic.objects.create(pk=1, name="Mali", email="hello@mali.example")


def test_every_notice_is_tried_here() -> None:
    assert set(NOTICES) == set(SUBJECTS)


@pytest.mark.parametrize("kind", NOTICES)
def test_a_notice_says_where_to_look(kind: str) -> None:
    mail = read(letters.post(kind, facts={}))

    assert mail["subject"] == SUBJECTS[kind]
    for content_type in ("text/plain", "text/html"):
        assert f"{SITE}{PAGES[kind]}" in part(mail, content_type)


@pytest.mark.parametrize("kind", NOTICES)
def test_a_notice_needs_no_facts_and_shows_none(kind: str) -> None:
    canary = {"name": "Hannah Whitfield", "rule": "U_CANARY"}

    plain, told = read(letters.post(kind, facts={})), read(letters.post(kind, facts=canary))

    assert [part(told, "text/plain"), part(told, "text/html")] == [
        part(plain, "text/plain"),
        part(plain, "text/html"),
    ]


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize("kind", NOTICES)
def test_no_notice_has_a_clinical_word(kind: str, language: str) -> None:
    text = words(read(letters.post(kind, language=language, facts={}))).lower()

    assert [word for word in CLINICAL_WORDS if word in text] == []


@pytest.mark.parametrize("kind", NOTICES)
def test_a_notice_is_thai_for_a_thai_reader(kind: str) -> None:
    mail = read(letters.post(kind, language="th", facts={}))
    lines = [str(mail["subject"]), *part(mail, "text/plain").splitlines()]

    allowed = [r"https?://\S+", "Mali"]
    assert [line for line in lines if thai.is_english(thai.without(line, allowed))] == []
    assert thai.english_of(part(mail, "text/html"), allowed) == []


@pytest.mark.parametrize("kind", NOTICES)
def test_a_notice_loads_nothing_and_carries_no_file(kind: str) -> None:
    mail = read(letters.post(kind, facts={}))

    assert list(mail.iter_attachments()) == []
    assert "<img" not in part(mail, "text/html")
