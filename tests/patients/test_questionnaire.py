"""The questions of the current version: what is shown, what is hidden, what is missing."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from patients.conditions import read_condition
from patients.questionnaire import Question, Questionnaire, load_questionnaire
from patients.rule_book import load_rule_book
from tests.patients.open_cases import TODAY, calm_answers


@pytest.fixture
def questionnaire() -> Questionnaire:
    """The current questionnaire."""
    return load_questionnaire()


def test_questionnaire_has_its_questions_in_sections_and_stages(questionnaire: Questionnaire) -> None:
    stages = Counter(question.stage for question in questionnaire.questions)

    assert len(questionnaire.by_key) == len(questionnaire.questions) == 104
    assert "".join(section.id for section in questionnaire.sections) == "ABCDEFGHIJKLMN"
    assert stages == {
        "before_visit": 37,
        "before_visit_conditional": 6,
        "carried": 6,
        "optional": 3,
        "after": 51,
        "computed": 1,
    }


def test_questions_stand_in_the_order_of_their_sections(questionnaire: Questionnaire) -> None:
    sections = [question.section for question in questionnaire.questions]

    assert sections == sorted(sections)


def test_odd_questions_carry_their_structure(questionnaire: Questionnaire) -> None:
    treatments, medicines = questionnaire.by_key["h_treatments"], questionnaire.by_key["i_med_last"]
    poem, photos = questionnaire.by_key["f_poem"], questionnaire.by_key["m_photos"]

    assert list(treatments.columns) == ["type", "last_date", "reaction"]
    assert [len(options) for options in treatments.columns.values()] == [18, 0, 10]
    assert len(medicines.keys) == 5
    assert (poem.keys[0], poem.keys[-1], poem.minimum, poem.maximum) == ("poem_1", "poem_7", 0, 4)
    assert len(photos.options) == 7


def test_questions_feed_only_what_there_is(questionnaire: Questionnaire) -> None:
    book = load_rule_book()
    rules = {rule.id for rule in book.rules} | {rule.id for rule in book.urgent}

    assert {name for question in questionnaire.questions for name in question.feeds} <= rules | {
        "ukwp",
        "extent",
        "scar_class",
    }


def test_every_rule_reads_questions_that_there_are(questionnaire: Questionnaire) -> None:
    book = load_rule_book()
    reads = {name for rule in book.rules if rule.when for name in rule.when.reads}

    assert reads - {"ad_level", "fitz"} <= questionnaire.by_key.keys()


@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ({"b_country": "TH", "n_stay_days": 3}, ["b_country"]),
        ({"b_country": "SG", "n_stay_days": 3}, ["b_country", "n_stay_days"]),
        ({"n_stay_days": 3, "a_cross_border": True}, []),
        ({"b_guardian_consent": "yes"}, []),
        ({"b_dob": "2006-12-02", "b_guardian_consent": "yes"}, ["b_dob", "b_guardian_consent"]),
        ({"b_dob": "2006-12-01", "b_guardian_consent": "yes"}, ["b_dob"]),
        ({"b_sex_at_birth": "prefer_not", "d_pregnant": "no"}, ["b_sex_at_birth", "d_pregnant"]),
        ({"b_sex_at_birth": "male", "d_pregnant": "no"}, ["b_sex_at_birth"]),
        ({"i_isotretinoin": "unsure", "i_isotretinoin_stop": "2026-01-01"}, ["i_isotretinoin"]),
        (
            {"f_itch_12m": "no", "f_dry_year": "yes", "f_asthma_hayfever": "yes"},
            ["f_itch_12m", "f_asthma_hayfever"],
        ),
        ({"f_bsa": None, "i_other": "", "f_areas": [], "b_interpreter": False}, ["b_interpreter"]),
    ],
)
def test_drop_hidden_keeps_what_counts(
    questionnaire: Questionnaire, answers: dict[str, Any], kept: list[str]
) -> None:
    assert list(questionnaire.drop_hidden(answers, TODAY)) == kept


def test_drop_hidden_puts_answers_in_the_order_of_the_questions(questionnaire: Questionnaire) -> None:
    backwards = dict(reversed(calm_answers().items()))

    kept = list(questionnaire.drop_hidden(backwards, TODAY))

    assert kept == [question.key for question in questionnaire.questions if question.key in backwards]


def test_what_a_hidden_answer_showed_is_hidden_too() -> None:
    chain: list[tuple[str, dict[str, Any]]] = [
        ("c", {"eq": ["b", "yes"]}),
        ("b", {"eq": ["a", "yes"]}),
        ("a", {"age_lt": 20}),
    ]
    questions = [
        Question(
            key, "A", "after", "single", required=True, options=("yes",), show_if=read_condition(show_if)
        )
        for key, show_if in chain
    ]
    questionnaire = Questionnaire("0", (), tuple(questions))

    assert questionnaire.drop_hidden({"a": "yes", "b": "yes", "c": "yes"}, TODAY) == {}
    assert questionnaire.missing({"a": "yes", "b": "yes"}, TODAY) == []


def test_nothing_is_missing_from_a_complete_form(questionnaire: Questionnaire) -> None:
    assert questionnaire.missing(calm_answers(), TODAY) == []


@pytest.mark.parametrize("blank", [None, "", []])
def test_blanks_are_missing_and_false_is_not(questionnaire: Questionnaire, blank: Any) -> None:
    answers = calm_answers() | {"k_organ": blank, "c_now": blank, "a_privacy_notice": False}

    assert questionnaire.missing(answers, TODAY) == ["c_now", "k_organ"]


def test_missing_names_only_what_is_shown(questionnaire: Questionnaire) -> None:
    abroad, young = calm_answers(b_country="JP"), calm_answers(b_dob="2010-01-01")

    assert questionnaire.missing(abroad, TODAY) == ["a_cross_border", "n_stay_days", "n_followup_local"]
    assert questionnaire.missing(young, TODAY) == ["b_guardian_consent", "b_guardian_name"]
    assert questionnaire.missing(young, date(2030, 1, 1)) == []


def test_everything_required_and_unconditional_is_missing_from_an_empty_form(
    questionnaire: Questionnaire,
) -> None:
    required = [each.key for each in questionnaire.questions if each.required and each.show_if is None]

    assert questionnaire.missing({}, TODAY) == required
