"""Answers in words, and every question has them."""

from typing import Any

import pytest

from patients.answer_words import say_answer
from patients.country_names import country_name, list_countries
from patients.versions import CURRENT
from tests.patients.form_pages import answers_before
from tests.patients.forms import answers_of


@pytest.mark.parametrize(
    ("key", "answer", "said"),
    [
        ("e_burn", "rarely_burns", ["Rarely burns"]),
        ("c_now", ["fever_unwell", "changing_mole"], ["Fever, or feeling ill", "A mole that is changing"]),
        ("a_health_data_consent", True, ["Yes"]),
        ("b_country", "GB", ["United Kingdom"]),
        ("b_dob", "1994-03-14", ["14 March 1994"]),
        ("f_itch_nrs", 0, ["0 of 10"]),
        ("f_bsa", 0, ["0"]),
        ("x_face_map", ["left_cheek"], ["Left cheek"]),
        ("x_words", "ลาย 😀", ["ลาย 😀"]),
        ("i_med_last", {"jak_oral": "2026-01-31"}, ["JAK tablets: 31 January 2026"]),
        ("h_treatments", [{"type": "prp", "last_date": "2025-05-31"}], ["PRP, 31 May 2025"]),
        ("h_treatments", [{"type": "prp", "reaction": "infection"}], ["PRP, Infection"]),
        ("m_photos", ["front"], ["Front"]),
        ("f_poem", {"poem_1": 4}, ["Item 1: itch: Every day"]),
        ("f_bsa", None, []),
    ],
)
def test_an_answer_is_said_in_words(key: str, answer: Any, said: list[str]) -> None:
    assert say_answer(key, answer, "en", CURRENT) == said


def test_thai_dates_are_buddhist() -> None:
    assert say_answer("b_dob", "1994-03-14", "th", CURRENT) == ["14 มีนาคม 2537"]


@pytest.mark.parametrize("language", ["en", "th"])
def test_no_answer_is_said_by_its_code(language: str) -> None:
    for key, answer in (answers_of("calm") | answers_before()).items():
        codes = answer if isinstance(answer, list) else [answer]
        said = say_answer(key, answer, language, CURRENT)
        assert said
        if key not in {"x_words", "x_signature", "b_emergency_name", "b_emergency_phone"}:
            assert not {c for c in codes if isinstance(c, str) and not c[0].isupper()} & set(said)


def test_countries_have_names_in_both_languages() -> None:
    assert country_name("TH", "th") == "ไทย"
    assert country_name("XX", "en") == "XX"
    assert {code for code, _name in list_countries("en")} == {code for code, _name in list_countries("th")}
