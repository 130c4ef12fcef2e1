"""Checking and sending: everything in words, sent once, changed later, and nothing said of suitability."""

import re
from typing import Any

import pytest
from django.test import Client

from patients.models import FormVersion, Patient, UrgentAlert
from patients.queries.health_forms import open_draft
from patients.versions import CURRENT
from patients.words import load_words
from tests.patients.form_pages import AGREED, answers_before, keep_answers, path_of, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(client: Client) -> Patient:
    patient = sign_in(client)
    keep_answers(patient, **answers_before())
    return patient


def send(client: Client, patient: Patient, revision: int | None = None) -> Any:
    """Press "Send to the clinic" on a page of some revision, the present one if none is given."""
    seen = open_draft(patient).revision if revision is None else revision
    return client.post(path_of(patient, "check"), {"revision": str(seen)})


def test_check_shows_every_answer_in_words_with_its_change_link(client: Client, patient: Patient) -> None:
    page = client.get(path_of(patient, "check")).content.decode()

    for words in ("Usually burns", "JAK tablets", "Microneedling, 31 May 2025", "United Kingdom", "ลาย 😀"):
        assert words in page
    assert f"{path_of(patient, 'in-the-sun')}?back=check#div_id_e_burn" in page


def test_check_does_not_speak_of_what_was_not_asked_as_no(client: Client, patient: Patient) -> None:
    keep_answers(patient, e_burn=None, x_unsure=["e_burn"], f_itch_nrs=None)
    send_first = client.get(path_of(patient, "check")).content.decode()

    burn = re.search(r"In strong sun</dt><dd[^>]*>(.*?)</dd>", send_first, re.DOTALL)
    assert burn
    assert "Not sure" in burn[1]
    assert "Not answered" in send_first


def test_change_leads_back_to_checking(client: Client, patient: Patient) -> None:
    fields = {"revision": "999999", "back": "check", "e_burn": "never_burns", "e_tan": "tans_easily"}

    answer = client.post(path_of(patient, "in-the-sun"), fields)

    assert answer["Location"] == path_of(patient, "check")


def test_sending_twice_makes_one_version(client: Client, patient: Patient) -> None:
    revision = open_draft(patient).revision

    answers = [send(client, patient, revision) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [path_of(patient, "sent")] * 2
    assert FormVersion.objects.count() == 1


def test_an_answer_changed_on_another_page_is_checked_before_it_is_sent(
    client: Client, patient: Patient
) -> None:
    revision = open_draft(patient).revision
    keep_answers(patient, e_burn="never_burns")

    answer = send(client, patient, revision)

    assert answer.status_code == 409
    assert "Check them once more, then send." in answer.content.decode()
    assert not FormVersion.objects.exists()


def test_what_is_missing_is_marked_and_nothing_is_sent(client: Client, patient: Patient) -> None:
    keep_answers(patient, e_burn=None)

    answer = send(client, patient)

    assert answer.status_code == 422
    assert "Some questions are still open." in answer.content.decode()
    assert answer.content.decode().count("is-open") == 1
    assert not FormVersion.objects.exists()


def test_a_change_after_sending_waits_to_be_sent_and_makes_the_next_version(
    client: Client, patient: Patient
) -> None:
    send(client, patient)
    assert "Changed, not sent yet" not in client.get(path_of(patient)).content.decode()

    keep_answers(patient, e_burn="never_burns")
    changed = client.get(path_of(patient)).content.decode()
    send(client, patient)

    assert "Changed, not sent yet" in changed
    assert list(FormVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_going_through_a_page_after_sending_is_no_change(client: Client, patient: Patient) -> None:
    send(client, patient)

    client.post(path_of(patient, "photos"), {"revision": "999999"})

    draft = open_draft(patient).row
    assert draft is not None
    assert draft.is_sent
    assert "Changed, not sent yet" not in client.get(path_of(patient)).content.decode()


def test_sent_says_what_the_assessment_says_and_never_that_somebody_is_suitable(
    client: Client, patient: Patient
) -> None:
    send(client, patient)

    page = client.get(path_of(patient, "sent")).content.decode()

    assert "That’s all we need before you come" in page
    assert "Thank you. The rest can wait for your visit" in page
    assert not re.search(r"suitable|approved|eligible", page, re.IGNORECASE)


def test_no_sentence_of_the_form_says_suitable() -> None:
    said = [sentence["en"] for sentence in load_words(CURRENT).texts.values()]
    said += [message.body["en"] for message in load_words(CURRENT).messages.values()]

    assert not [sentence for sentence in said if re.search(r"suitable|approved|eligible", sentence, re.I)]


def test_sent_and_check_wait_for_a_form(client: Client) -> None:
    patient = sign_in(client)

    assert client.get(path_of(patient, "sent"))["Location"] == path_of(patient)
    assert client.get(path_of(patient, "check"))["Location"] == path_of(patient)
    assert send(client, patient, 0)["Location"] == path_of(patient)


def test_an_urgent_answer_ticked_beside_none_acts_while_we_ask(client: Client) -> None:
    patient = sign_in(client)
    keep_answers(patient, **AGREED)

    fields = {"revision": str(10**6), "c_now": ["none", "painful_blisters_spreading"]}
    answer = client.post(path_of(patient, "right-now"), fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="urgent"' in page
    assert "Please keep one or the other." in page
    assert UrgentAlert.objects.get().patient == patient


def test_an_urgent_answer_stops_once_and_then_lets_the_form_go_on(client: Client) -> None:
    patient = sign_in(client)
    keep_answers(patient, **AGREED, b_country="GB")
    fields = {"revision": "999999", "c_now": "chest_pain_or_leg_swelling"}

    first = client.post(path_of(patient, "right-now"), fields)
    shown = client.get(first["Location"]).content.decode()
    second = client.post(path_of(patient, "right-now"), fields)

    assert first["Location"] == path_of(patient, "right-now") + "#urgent"
    assert "Call an ambulance now" in shown
    assert 'href="tel:999"' in shown
    assert 'href="tel:1669"' in shown
    assert "Nobody at the clinic can read this right now." in shown
    assert second["Location"] == path_of(patient, "in-the-sun")
