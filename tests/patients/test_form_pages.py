"""Every page of the health form, from the definition: shown, filled in, saved, and what was typed is kept."""

from typing import Any

import pytest
from django.test import Client

from patients.models import FormVersion, Patient
from patients.queries.health_forms import open_draft
from tests.patients.form_pages import (
    AGREED,
    FORM,
    answers_before,
    fields_for,
    keep_answers,
    path_of,
    shown_pages,
    sign_in,
)
from tests.patients.forms import answers_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(client: Client) -> Patient:
    return sign_in(client)


@pytest.fixture
def agreed(patient: Patient) -> Patient:
    keep_answers(patient, **AGREED)
    return patient


def walk(client: Client, patient: Patient, stage: str, answers: dict[str, Any]) -> list[str]:
    """Fill in every page of a stage that is shown, as the buttons lead; return the slugs."""
    first, *_rest = shown_pages(patient, stage)
    address, walked = path_of(patient, first.slug), []
    while "/check/" not in address:
        page = FORM.page(address.split("/")[-2])
        shown = client.get(address)
        assert shown.status_code == 200, address
        posted = client.post(address, fields_for(page, answers))
        assert posted.status_code == 302, (page.slug, dict(posted.context["form"].errors))
        walked.append(page.slug)
        address = posted["Location"]
    return walked


def test_the_first_stage_is_filled_in_page_by_page_and_sent(client: Client, patient: Patient) -> None:
    answers = answers_before()

    walked = walk(client, patient, "before", answers)
    page = client.get(path_of(patient, "check"))
    sent = client.post(path_of(patient, "check"), {"revision": page.context["revision"]}, follow=True)

    skipped = {"guardian"}
    assert walked == [p.slug for p in FORM.pages_in("before") if p.slug not in skipped]
    kept = open_draft(patient).answers
    assert {key: kept[key] for key in answers} == answers
    assert "That’s all we need before you come" in sent.content.decode()
    assert FormVersion.objects.get().stage == FormVersion.Stage.BEFORE


def test_the_second_stage_completes_the_form(client: Client, patient: Patient) -> None:
    answers = answers_of("calm") | {"n_followup_local": "yes"}
    walk(client, patient, "before", answers_before())
    client.post(path_of(patient, "check"), {"revision": open_draft(patient).revision})

    walked = walk(client, patient, "after", answers)
    page = client.get(path_of(patient, "check"))
    sent = client.post(path_of(patient, "check"), {"revision": page.context["revision"]}, follow=True)

    hidden = {"last-week", "score", "how-it-began"}
    assert walked == [p.slug for p in FORM.pages_in("after") if p.slug not in hidden]
    assert "Thank you. Your form is complete" in sent.content.decode()
    assert FormVersion.objects.order_by("-number")[0].stage == FormVersion.Stage.COMPLETE
