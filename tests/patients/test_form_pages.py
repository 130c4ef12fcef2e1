"""Every page of the health form, from the definition: shown, filled in, saved, and what was typed is kept."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from clinic.models import ReadRecord
from patients.models import FormVersion, Patient
from patients.queries.health_forms import open_draft
from patients.views import mounts
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


def post(client: Client, patient: Patient, page: str, **fields: Any) -> Any:
    """Press "Save and continue" on a page."""
    return client.post(path_of(patient, page), {"revision": str(10**6), **fields})


def test_before_consent_every_page_leads_to_consent(client: Client, patient: Patient) -> None:
    for page in FORM.pages[1:]:
        answer = client.get(path_of(patient, page.slug))
        assert answer["Location"] == path_of(patient, "consent")

    assert post(client, patient, "in-the-sun", e_burn="rarely_burns").status_code == 302
    assert open_draft(patient).answers == {}


def test_no_box_is_ticked_and_no_choice_made_beforehand(client: Client, agreed: Patient) -> None:
    for page in FORM.pages_in("before")[1:-1]:
        answer = client.get(path_of(agreed, page.slug))
        assert " checked" not in answer.content.decode(), page.slug


def test_both_boxes_are_needed_and_nothing_is_kept_of_one(client: Client, patient: Patient) -> None:
    answer = post(client, patient, "consent", a_privacy_notice="on")

    assert answer.status_code == 422
    assert "We need your yes before we ask about your health." in answer.content.decode()
    assert open_draft(patient).answers == {}


def test_saying_no_ends_kindly_and_can_be_changed(client: Client, patient: Patient) -> None:
    answer = client.post(path_of(patient, "consent"), {"decline": "1"}, follow=True)

    page = answer.content.decode()
    assert "Your visit stays booked. The doctor asks you in person." in page
    assert path_of(patient, "consent") in page
    assert open_draft(patient).answers == {"a_health_data_consent": False}


def test_consent_can_be_taken_back_and_answers_stay(client: Client, agreed: Patient) -> None:
    keep_answers(agreed, e_burn="rarely_burns")

    client.post(path_of(agreed, "consent"), {"decline": "1"})

    assert open_draft(agreed).answers["e_burn"] == "rarely_burns"
    assert client.get(path_of(agreed, "in-the-sun"))["Location"] == path_of(agreed, "consent")


def test_what_is_missing_is_said_beside_it_and_what_is_right_is_kept(client: Client, agreed: Patient) -> None:
    answer = post(client, agreed, "in-the-sun", e_burn="rarely_burns")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Choose how your skin changes, or “I’m not sure”") == 2  # in the summary, and beside it
    assert "<title>Error: " in page
    assert 'value="rarely_burns" id="id_e_burn_3" checked' in page
    assert open_draft(agreed).answers["e_burn"] == "rarely_burns"


def test_our_own_not_sure_leaves_the_answer_empty_and_is_shown_again(client: Client, agreed: Patient) -> None:
    keep_answers(agreed, e_burn="rarely_burns")

    post(client, agreed, "in-the-sun", e_burn="not_sure", e_tan="not_sure")
    again = client.get(path_of(agreed, "in-the-sun")).content.decode()

    answers = open_draft(agreed).answers
    assert "e_burn" not in answers
    assert answers["x_unsure"] == ["e_burn", "e_tan"]
    assert again.count('value="not_sure"') == again.count(" checked>") == 2


def test_none_and_something_else_is_asked_back(client: Client, agreed: Patient) -> None:
    answer = post(client, agreed, "right-now", c_now=["none", "fever_unwell"])

    assert answer.status_code == 422
    assert "You ticked “None of these” and something else." in answer.content.decode()
    assert "c_now" not in open_draft(agreed).answers


def test_a_buddhist_year_is_asked_back_and_accepted_by_a_button(client: Client, agreed: Patient) -> None:
    fields = {"a_completing_for": "self", "b_country": "TH", "b_sex_at_birth": "female"}
    born = {"b_dob_day": "๑๔", "b_dob_month": "มี.ค.", "b_dob_year": "2537"}

    asked = post(client, agreed, "who-you-are", **fields, **born)
    post(client, agreed, "who-you-are", **fields, **born, accept_year="b_dob:1994")

    assert "You typed 2537. Is that 1994?" in asked.content.decode()
    assert 'name="accept_year" value="b_dob:1994"' in asked.content.decode()
    assert open_draft(agreed).answers["b_dob"] == "1994-03-14"


def test_the_country_starts_as_that_of_the_phone(client: Client, agreed: Patient) -> None:
    page = client.get(path_of(agreed, "who-you-are")).content.decode()

    assert '<option value="GB" selected>United Kingdom</option>' in page


def test_what_another_answer_on_the_page_hides_is_not_asked(client: Client, agreed: Patient) -> None:
    keep_answers(agreed, i_isotretinoin="past", i_isotretinoin_stop="2024-06-30")

    never = post(client, agreed, "what-you-use", i_isotretinoin="never", i_meds="none")
    kept = open_draft(agreed).answers["i_isotretinoin_stop"]
    past = post(client, agreed, "what-you-use", i_isotretinoin="past", i_meds="none")

    assert (never.status_code, kept) == (302, "2024-06-30")
    assert past.status_code == 422
    assert "Enter the date of the last capsule." in past.content.decode()


def test_a_month_is_enough_for_a_medicine_and_only_ticked_ones_count(client: Client, agreed: Patient) -> None:
    dates = {"i_med_last-jak_oral_month": "5", "i_med_last-jak_oral_year": "2025"}
    other = {"i_med_last-systemic_steroid_month": "5", "i_med_last-systemic_steroid_year": "2025"}

    post(client, agreed, "what-you-use", i_isotretinoin="never", i_meds="jak_oral", **dates, **other)

    assert open_draft(agreed).answers["i_med_last"] == {"jak_oral": "2025-05-31"}


def test_treatments_are_added_and_removed_without_scripts(client: Client, agreed: Patient) -> None:
    two = {"h_treatments-rows": "2", "h_treatments-0-type": "prp", "h_treatments-1-type": "surgery"}

    added = post(client, agreed, "done-before", **two, add="1")
    removed = post(client, agreed, "done-before", **two, remove="0")

    assert added.status_code == removed.status_code == 200
    assert added.content.decode().count('<legend class="form-label">Treatment ') == 3
    assert removed.content.decode().count('<legend class="form-label">Treatment ') == 1
    assert open_draft(agreed).answers["h_treatments"] == [{"type": "surgery"}]


def test_a_treatment_without_a_name_is_asked_about(client: Client, agreed: Patient) -> None:
    answer = post(
        client, agreed, "done-before", **{"h_treatments-rows": "1", "h_treatments-0-reaction": "none"}
    )

    assert answer.status_code == 422
    assert "Choose what was done, or remove this treatment" in answer.content.decode()


def test_scar_areas_follow_from_the_face(client: Client, agreed: Patient) -> None:
    post(client, agreed, "places", x_face_map=["left_cheek", "right_jaw", "chin"])

    assert open_draft(agreed).answers["g_scar_areas"] == ["cheeks", "chin_jaw"]


def test_nobody_reaches_somebody_elses_form(client: Client, agreed: Patient) -> None:
    other = sign_in(Client())
    keep_answers(other, **AGREED)

    for page in ["", "consent", "in-the-sun", "in-the-sun/save", "check", "sent", "readers"]:
        assert {
            client.get(path_of(other, page)).status_code,
            client.post(path_of(other, page)).status_code,
        } <= {404, 405}
    assert open_draft(other).answers == AGREED


@pytest.mark.parametrize("slug", ["", "in-the-sun", "check"])
def test_a_page_is_read_with_a_fixed_number_of_queries(
    client: Client, agreed: Patient, slug: str, django_assert_max_num_queries: Any
) -> None:
    client.get(path_of(agreed, slug))

    with django_assert_max_num_queries(13):
        client.get(path_of(agreed, slug))
    keep_answers(agreed, **answers_before())
    with django_assert_max_num_queries(13):
        client.get(path_of(agreed, slug))


def test_every_read_is_written_down_before_it_is_shown(client: Client, agreed: Patient) -> None:
    draft = open_draft(agreed).row
    assert draft is not None

    client.get(path_of(agreed, "in-the-sun"))

    read = ReadRecord.objects.get()
    assert (read.reader, read.subject_type, read.subject_ids) == (agreed.account, "draft", [draft.pk])


def test_if_a_read_cannot_be_written_down_nothing_is_shown(
    client: Client, agreed: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_facts: object) -> None:
        raise OperationalError

    monkeypatch.setattr(mounts, "record_read", refuse)

    with pytest.raises(OperationalError):
        client.get(path_of(agreed, "in-the-sun"))
