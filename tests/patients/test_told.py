"""Answers in words: every kind of question, every state, both languages."""

from typing import Any

import pytest
from django.utils import translation

from patients.questionnaire import load_questionnaire
from patients.told import EMPTY, NOT_ASKED, NOT_SURE, SAID, Told, list_changed, say, tell
from patients.versions import CURRENT
from tests.patients.open_cases import TODAY, calm_answers, load_open_cases

QUESTIONS = load_questionnaire().by_key


def told(answers: dict[str, Any], **options: Any) -> dict[str, Told]:
    values: dict[str, Any] = {
        "reference_date": TODAY,
        "version": CURRENT,
        "is_complete": True,
        "language": "en",
    } | options
    return {each.key: each for section in tell(answers, **values) for each in section.rows}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("k_hsv", "recurrent", "They keep coming back"),
        ("g_scar_types", [], ""),
        ("a_photo_care", False, "No"),
        ("a_photo_care", True, "Yes"),
        ("f_itch_nrs", 0, "0 of 10"),
        ("f_bsa", 12, "12 %"),
        ("f_flares_12w", 3, "3"),
        ("b_dob", "1994-03-02", "2 March 1994"),
        ("b_country", "GB", "United Kingdom"),
        ("b_full_name", "Hannah", "Hannah"),
        ("i_med_last", {"jak_oral": "2026-10-01", "biologic_ad": ""}, "JAK tablets: 1 October 2026"),
        ("f_poem", {f"poem_{n}": 2 for n in range(1, 8)}, "14 of 28"),
        ("m_photos", ["front"], "Front"),
        (
            "h_treatments",
            [
                {"type": "subcision", "last_date": "2026-01-31", "reaction": "dark_marks"},
                {"type": "prp", "reaction": "none"},
            ],
            "Subcision, 31 January 2026, afterwards: Dark marks; PRP, no problem afterwards",
        ),
        ("k_hsv", None, ""),
    ],
)
def test_say_words_an_answer(key: str, value: Any, words: str) -> None:
    assert say(QUESTIONS[key], value, CURRENT, "en") == words


def test_say_speaks_thai() -> None:
    with translation.override("th"):
        assert say(QUESTIONS["k_hsv"], "never", CURRENT, "th") == "ไม่เคยเป็น"
        assert say(QUESTIONS["b_dob"], "1994-03-02", CURRENT, "th") == "2 มีนาคม 2537"


@pytest.mark.parametrize("case", load_open_cases(), ids=lambda case: case["id"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_every_worked_case_can_be_told(case: dict[str, Any], language: str) -> None:
    rows = told(case["answers"], language=language)

    assert all(each.words for each in rows.values())
    assert not [each for each in rows.values() if each.state == SAID and each.words.startswith("{")]


def test_what_was_not_answered_says_why() -> None:
    answers = calm_answers(k_bleeding=None, e_burn=None, b_gender=None) | {"x_unsure": ["e_burn"]}

    rows = told(answers)

    assert (rows["k_bleeding"].state, rows["k_bleeding"].words) == (NOT_ASKED, "Not asked yet")
    assert (rows["e_burn"].state, rows["e_burn"].words) == (NOT_SURE, "Not sure")
    assert (rows["b_gender"].state, rows["b_gender"].words) == (EMPTY, "Left empty")
    assert told(answers, is_complete=False)["b_gender"].state == NOT_ASKED


def test_hidden_questions_are_left_out_unless_what_counts_shows_them() -> None:
    answers = calm_answers(f_doctor_dx="no")

    assert "f_age_onset" not in told(answers)
    assert "f_age_onset" in told(answers, counting=answers | {"f_doctor_dx": "yes"})


def test_places_are_told_by_side() -> None:
    rows = told(calm_answers() | {"x_face_map": ["left_cheek", "nose"]})

    assert rows["g_scar_areas"].words == "Left cheek, Nose"


def test_numbers_are_places_in_the_questionnaire() -> None:
    keys = list(QUESTIONS)

    assert all(keys[each.number - 1] == each.key for each in told(calm_answers()).values())


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({}, {"a": ""}, []),
        ({"a": None}, {"a": []}, []),
        ({"a": False}, {}, ["a"]),
        ({"a": 1}, {"b": 1}, ["b", "a"]),
    ],
)
def test_changes_are_answers_that_differ(
    before: dict[str, Any], now: dict[str, Any], changed: list[str]
) -> None:
    assert list_changed(before, now) == changed
