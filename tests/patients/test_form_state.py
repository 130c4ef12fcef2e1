"""What is asked, what is open, what waits for what."""

from datetime import date
from typing import Any

import pytest

from patients.form_state import SEEN, UNSURE, FormState, Respondent, list_open_keys
from patients.pages import AFTER, BEFORE, load_pages
from patients.versions import CURRENT
from tests.patients.form_pages import AGREED, answers_before
from tests.patients.open_cases import TODAY

FORM = load_pages(CURRENT)


def state_of(answers: dict[str, Any] | None = None, **rights: Any) -> FormState:
    return FormState(answers or {}, TODAY, CURRENT, Respondent(**rights))


def slugs(state: FormState, stage: str = BEFORE) -> list[str]:
    return [found.page.slug for found in state.pages(stage)]


def test_before_consent_the_consent_page_is_next() -> None:
    state = state_of()

    assert not state.has_consent
    assert state.next_page(BEFORE) == FORM.page("consent")


def test_consent_taken_back_opens_its_page_again() -> None:
    state = state_of(answers_before() | {"a_health_data_consent": False})

    assert state.has_declined
    assert state.next_page(BEFORE) == FORM.page("consent")


@pytest.mark.parametrize(
    ("changes", "page", "is_asked"),
    [
        ({"b_country": "TH"}, "from-abroad", False),
        ({"b_country": "GB"}, "from-abroad", True),
        ({"b_dob": "2010-01-01"}, "guardian", True),
        ({"b_dob": "1990-01-01"}, "guardian", False),
        ({"b_sex_at_birth": "male"}, "for-you-alone", False),
        ({"b_sex_at_birth": "intersex"}, "for-you-alone", True),
    ],
)
def test_pages_follow_what_was_answered(changes: dict[str, Any], page: str, is_asked: bool) -> None:
    assert (page in slugs(state_of(AGREED | changes))) is is_asked


def test_a_guardian_is_not_asked_private_questions() -> None:
    answers = AGREED | {"b_sex_at_birth": "female"}

    private = [page.slug for page in FORM.pages if page.private]

    assert set(private) <= {*slugs(state_of(answers)), *slugs(state_of(answers), AFTER)}
    seen = state_of(answers, sees_private=False)
    assert not set(private) & {*slugs(seen), *slugs(seen, AFTER)}
    assert seen.open_private(BEFORE) == ["d_pregnant", "l_selfharm"]


@pytest.mark.parametrize(
    ("rights", "page"), [({"poem_licensed": True}, "last-week"), ({"by_clinic": True}, "score")]
)
def test_scores_are_asked_where_they_may_be(rights: dict[str, bool], page: str) -> None:
    assert page in slugs(state_of(AGREED, **rights), AFTER)
    assert page not in slugs(state_of(AGREED), AFTER)


def test_the_signature_waits_for_the_parts_before_it() -> None:
    answers = answers_before()
    unfinished = {key: value for key, value in answers.items() if key != "e_burn"}

    assert [part.slug for part in state_of(unfinished).parts(BEFORE)[-1].needs] == ["skin"]
    assert state_of(answers).parts(BEFORE)[-1].needs == ()


def test_not_sure_closes_a_question_without_answering_it() -> None:
    answers = {key: value for key, value in answers_before().items() if key != "e_burn"}

    assert list_open_keys(answers, TODAY, CURRENT, stage=BEFORE) == ["e_burn"]
    assert list_open_keys(answers | {UNSURE: ["e_burn"]}, TODAY, CURRENT, stage=BEFORE) == []


def test_an_optional_page_is_done_when_it_was_gone_through() -> None:
    answers = answers_before() | {"h_treatments": []}
    page = FORM.page("done-before")

    assert not state_of(answers).page_state(page).is_done
    assert state_of(answers | {SEEN: ["done-before"]}).page_state(page).is_done


def test_a_guardian_signs_if_they_agree() -> None:
    answers = answers_before() | {"b_dob": "2010-01-01", "b_guardian_consent": "yes"}

    assert state_of(answers).page_state(FORM.page("sign")).open_keys == ("x_guardian_signature",)
    assert not state_of(answers | {"b_guardian_consent": "no"}).asks("x_guardian_signature")


def test_minutes_are_those_of_the_open_pages() -> None:
    assert state_of(AGREED).minutes_left(BEFORE) == 7
    assert state_of(answers_before()).minutes_left(BEFORE) == 1
    done = answers_before() | {SEEN: ["photos"]}
    assert state_of(done).minutes_left(BEFORE) == 0


@pytest.mark.parametrize(
    ("filled_by", "booked_for_child", "signs"),
    [("parent_guardian", False, True), ("self", True, True), ("self", False, False)],
)
def test_a_guardian_who_takes_part_signs(filled_by: str, booked_for_child: bool, signs: bool) -> None:
    young = {"b_dob": "2010-01-01", "b_guardian_consent": "no", "a_completing_for": filled_by}

    state = state_of(answers_before() | young, booked_for_child=booked_for_child)

    assert state.asks("x_guardian_signature") is signs


def test_the_twentieth_birthday_ends_the_guardians_part() -> None:
    answers = AGREED | {"b_dob": date(TODAY.year - 20, TODAY.month, TODAY.day).isoformat()}

    assert not state_of(answers).is_minor
