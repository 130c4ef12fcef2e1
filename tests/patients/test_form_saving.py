"""Saving while the form is filled in, and that what people type goes nowhere else."""

import logging
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from clinic.models import OutboxMessage
from patients.models import Draft, FormVersion, Patient
from patients.queries.health_forms import open_draft
from patients.services import drafts
from patients.views import saving
from tests.patients.form_pages import (
    AGREED,
    answers_before,
    fields_for,
    keep_answers,
    path_of,
    shown_pages,
    sign_in,
)

pytestmark = pytest.mark.django_db
CANARY = "Kanarienvogel7"


@pytest.fixture
def agreed(client: Client) -> Patient:
    patient = sign_in(client)
    keep_answers(patient, **AGREED)
    return patient


def save(client: Client, patient: Patient, slug: str, **fields: Any) -> Any:
    """Send what a page holds, as its script does."""
    return client.post(path_of(patient, f"{slug}/save"), {"revision": str(10**6), **fields})


def test_save_keeps_what_can_be_read_and_says_when(client: Client, agreed: Patient) -> None:
    answer = save(client, agreed, "from-abroad")
    keep_answers(agreed, b_country="GB")
    answer = save(client, agreed, "from-abroad", a_cross_border="on", n_stay_days="many")

    assert answer.json()["saved"].startswith("Saved ")
    assert answer.json()["revision"] == open_draft(agreed).revision
    assert open_draft(agreed).answers["a_cross_border"] is True
    assert "n_stay_days" not in open_draft(agreed).answers


def test_save_before_consent_keeps_nothing(client: Client) -> None:
    patient = sign_in(client)

    answer = save(client, patient, "in-the-sun", e_burn="never_burns")

    assert answer.status_code == 422
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("slug", "fields"), [("consent", {"a_privacy_notice": "on"}), ("sign", {"x_signature": "H"})]
)
def test_nobody_agrees_or_signs_by_passing_by(
    client: Client, agreed: Patient, slug: str, fields: dict[str, str]
) -> None:
    before = open_draft(agreed).answers

    assert save(client, agreed, slug, **fields).status_code == 422
    assert open_draft(agreed).answers == before


def test_an_older_page_is_told_of_both_answers(client: Client, agreed: Patient) -> None:
    revision = open_draft(agreed).revision
    keep_answers(agreed, e_burn="never_burns")

    answer = save(client, agreed, "in-the-sun", e_burn="always_burns", revision=revision)

    assert answer.status_code == 409
    assert all(
        words in answer.json()["conflict"] for words in ("Never burns", "Always burns", "another device")
    )
    assert open_draft(agreed).answers["e_burn"] == "never_burns"


@pytest.mark.parametrize(("keep", "kept"), [("this", "always_burns"), ("that", "never_burns")])
def test_the_choice_works_without_scripts(client: Client, agreed: Patient, keep: str, kept: str) -> None:
    revision = open_draft(agreed).revision
    keep_answers(agreed, e_burn="never_burns")
    fields = {"revision": str(revision), "e_burn": "always_burns", "e_tan": "tans_easily"}

    asked = client.post(path_of(agreed, "in-the-sun"), fields)
    client.post(path_of(agreed, "in-the-sun"), fields | {"keep": keep})

    assert asked.status_code == 409
    assert f'name="revision" value="{revision}"' in asked.content.decode()
    assert open_draft(agreed).answers["e_burn"] == kept
    assert open_draft(agreed).answers["e_tan"] == "tans_easily"


@pytest.mark.parametrize("path", ["right-now/save", "right-now"])
def test_what_cannot_wait_is_said_before_a_choice_is_made(client: Client, agreed: Patient, path: str) -> None:
    revision = str(open_draft(agreed).revision)
    keep_answers(agreed, c_now=["none"])

    answer = client.post(
        path_of(agreed, path), {"revision": revision, "c_now": ["painful_blisters_spreading"]}
    )

    assert answer.status_code == 409
    assert 'id="urgent"' in (answer.json()["urgent"] if path.endswith("save") else answer.content.decode())


@pytest.mark.parametrize("path", ["in-the-sun/save", "in-the-sun"])
def test_an_answer_that_nobody_disputes_is_kept_beside_one_in_doubt(
    client: Client, agreed: Patient, path: str
) -> None:
    revision = str(open_draft(agreed).revision)
    keep_answers(agreed, e_burn="never_burns")

    fields = {"revision": revision, "e_burn": "always_burns", "e_tan": "tans_easily"}
    answer = client.post(path_of(agreed, path), fields)

    assert answer.status_code == 409
    answers = open_draft(agreed).answers
    assert (answers["e_burn"], answers["e_tan"]) == ("never_burns", "tans_easily")


@pytest.mark.parametrize("button", [{"add": "1"}, {}])
def test_a_yes_taken_back_meanwhile_is_told_whatever_is_pressed(
    client: Client, agreed: Patient, button: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_back_then_save(**asked: Any) -> Any:
        keep_answers(agreed, a_health_data_consent=False)
        return drafts.save_answers(**asked)

    monkeypatch.setattr(saving, "save_answers", take_back_then_save)
    row = {"h_treatments-rows": "1", "h_treatments-0-type": "microneedling"}

    answer = client.post(path_of(agreed, "done-before"), {"revision": str(10**6), **row, **button})

    assert answer.status_code == 422
    assert "Please read and agree first." in answer.content.decode()
    assert "h_treatments" not in open_draft(agreed).answers


def test_two_pages_at_once_are_no_conflict(client: Client, agreed: Patient) -> None:
    revision = open_draft(agreed).revision

    save(client, agreed, "in-the-sun", e_burn="not_sure", e_tan="not_sure", revision=revision)
    answer = save(client, agreed, "your-face-today", g_acne_grade="not_sure", revision=revision)

    assert answer.status_code == 200
    assert open_draft(agreed).answers["x_unsure"] == ["e_burn", "e_tan", "g_acne_grade"]


def test_what_is_typed_goes_nowhere_but_into_the_form(
    client: Client, agreed: Patient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = {"x_words": CANARY, "x_words_medicines": CANARY, "x_signature": CANARY, "b_guardian_name": CANARY}
    answers = answers_before() | words
    addresses = []

    for page in shown_pages(agreed, "before"):
        save(client, agreed, page.slug, **fields_for(page, answers))
        answer = client.post(path_of(agreed, page.slug), fields_for(page, answers))
        addresses.append(answer["Location"])
    client.post(path_of(agreed, "check"), {"revision": str(open_draft(agreed).revision)})

    assert open_draft(agreed).answers["x_words"] == CANARY
    assert CANARY not in caplog.text
    assert CANARY not in "".join(addresses)
    assert not any(CANARY in str(session.get_decoded()) for session in Session.objects.all())
    assert not any(CANARY in str(row.__dict__) for row in OutboxMessage.objects.all())
    stored = [bytes(row.sealed) for row in Draft.objects.all()]
    stored += [bytes(row.sealed) for row in FormVersion.objects.all()]
    assert stored
    assert not any(CANARY.encode() in sealed for sealed in stored)


def test_pages_are_kept_by_no_cache(client: Client, agreed: Patient) -> None:
    for slug in ("", "in-the-sun", "check"):
        assert "no-store" in client.get(path_of(agreed, slug))["Cache-Control"]
