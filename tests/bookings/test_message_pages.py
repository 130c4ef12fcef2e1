"""The owner's pages of the words in messages."""

from typing import Any

import pytest
from django.test import Client

from bookings.views.message_words import KINDS
from clinic.models import Clinic, MessageWording
from clinic.services.letters import VISIT_SUBJECTS
from clinic.services.notices import NOTICES
from tests import rows
from tests.bookings.offering import owner
from tests.calendars import Calendar, make_calendar
from tests.clinic import letters
from tests.clinic.letters import read, words

pytestmark = pytest.mark.django_db

PAGE = "/setup/messages/booked/"


@pytest.fixture
def client() -> Client:
    return owner()


@pytest.fixture(autouse=True)
def calendar() -> Calendar:
    Clinic.objects.create(pk=1, name="Mali")
    return make_calendar()


def typed(**changes: Any) -> dict[str, Any]:
    texts = {"words_en": "Please come early.", "words_th": "กรุณามาก่อนเวลา"}
    empty = dict.fromkeys(("subject_en", "subject_th", "heading_en", "heading_th"), "")
    return {"seen": "0", **empty, **texts, **changes}


def test_every_kind_of_message_is_named() -> None:
    assert set(KINDS) >= {*VISIT_SUBJECTS, *NOTICES}


def test_list_says_what_is_the_clinics_own_and_what_is_fixed(client: Client) -> None:
    client.post(PAGE, typed())

    page = client.get("/setup/messages/").content.decode()

    assert page.count("Your own") == 1
    assert page.count("Fixed") == 9


def test_words_go_into_use_and_leave_with_the_mail(client: Client) -> None:
    answers = [client.post(PAGE, typed()).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert MessageWording.objects.count() == 1
    assert "Please come early." in words(read(letters.post()))


def test_preview_shows_both_languages_and_stores_nothing(client: Client) -> None:
    with rows.nothing_written():
        page = client.post(PAGE, typed(look="1"), headers={"hx-request": "true"})

    body = page.content.decode()
    assert page.status_code == 200
    assert "Please come early." in body
    assert "กรุณามาก่อนเวลา" in body
    assert "<html" not in body


def test_mail_is_shown_as_it_would_leave_without_scripts(client: Client) -> None:
    with rows.nothing_written():
        page = client.post(f"{PAGE}as-mail/", typed(as_mail="th"))

    policy = page["Content-Security-Policy"]
    assert "กรุณามาก่อนเวลา" in page.content.decode()
    assert "Please come early." not in page.content.decode()
    assert "script-src" not in policy
    assert "sandbox" in policy


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("words_en", "Hello {patient}", "{patient} is no placeholder"),
        ("words_th", "<b>ก</b>", "plain text only"),
        ("words_en", "Your eczema form. Bye.", "eczema: “Your eczema form.”"),
        ("words_th", "เรื่องสิวของคุณ", "สิว"),
        ("subject_en", "Hello", "{time} is missing"),
        ("heading_en", "x" * 81, "At most 80 characters"),
        ("words_th", "", "Fill in both English and Thai."),
        ("words_en", "https://a.example", "no web address"),
        ("words_en", "a" * 3000, "Ensure this value has at most"),
    ],
)
def test_what_a_mail_must_not_carry_is_said_at_the_field(
    client: Client, field: str, wrong: str, said: str
) -> None:
    other = {"subject_en": {"subject_th": "{time}"}, "heading_en": {"heading_th": "ก"}}.get(field, {})

    page = client.post(PAGE, typed(**{field: wrong}, **other))

    errors = page.context["form"].errors
    assert (page.status_code, list(errors)) == (422, [field[:-3]])
    assert said in " ".join(errors[field[:-3]])
    assert not MessageWording.objects.exists()
    assert page.context["form"][field[:-3]].value() is not None


def test_nothing_at_all_is_not_a_wording(client: Client) -> None:
    page = client.post(PAGE, typed(words_en="", words_th=""))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["words"])


def test_a_second_owner_is_told_and_nothing_is_lost(client: Client) -> None:
    client.post(PAGE, typed())

    refused = client.post(PAGE, typed(words_en="Mine"))
    client.post(PAGE, typed(words_en="Mine", seen=refused.context["form"]["seen"].value()))

    assert refused.status_code == 409
    assert "Mine" in refused.content.decode()
    assert MessageWording.objects.latest("version").words["en"] == "Mine"


def test_default_comes_back_and_versions_stay(client: Client) -> None:
    client.post(PAGE, typed())

    for _press in range(2):
        client.post(f"{PAGE}reset/")

    page = client.get(PAGE).content.decode()
    assert "Version 1" in page
    assert "Version 2" in page
    assert "Version 3" not in page
    assert "Please come early." not in words(read(letters.post()))


@pytest.mark.parametrize("kind", ["sign_in_code", "urgent_call", "nothing", "x" * 300])
def test_fixed_and_unknown_kinds_have_no_page(client: Client, kind: str) -> None:
    assert client.get(f"/setup/messages/{kind}/").status_code == 404
    assert client.post(f"/setup/messages/{kind}/reset/").status_code == 404
    assert client.post(f"/setup/messages/{kind}/as-mail/", typed(as_mail="en")).status_code == 404


@pytest.mark.parametrize("kind", ["booked", "moved", "changed", "cancelled", "clinic_message"])
def test_every_kind_that_may_be_worded_has_an_example(client: Client, kind: str) -> None:
    page = client.get(f"/setup/messages/{kind}/")

    assert page.status_code == 200
    assert len(page.context["examples"]) == 2
