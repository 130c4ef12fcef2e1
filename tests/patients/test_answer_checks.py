"""Answers are held to the shape of their questions; faults name the question and repeat nothing."""

from typing import Any

import pytest

from patients.answer_checks import BadAnswers, Fault, check_answers
from patients.assessment import assess
from patients.questionnaire import load_questionnaire
from tests.patients.open_cases import TODAY, calm_answers, load_open_cases

SECRET = "secret-canary"

GOOD: list[dict[str, Any]] = [
    {},
    calm_answers(),
    *(case["answers"] for case in load_open_cases()),
    {"c_now": ["none", "fever_unwell"]},
    {"c_now": ["fever_unwell", "fever_unwell"]},
    {"h_treatments": [{"type": "prp"}, {"type": "prp", "last_date": None, "reaction": ""}]},
    {"f_poem": {}},
    {"f_poem": {"poem_1": None, "poem_7": 4}},
    {"i_med_last": {"jak_oral": "", "systemic_steroid": None, "anticoagulant": "2024-02-29"}},
    {"b_dob": "9999-12-31", "l_event_date": "0001-01-01"},
    {"e_fitz": 6, "m_photos": ["front"], "n_stay_days": 0},
    {"i_other": "วิตามินซี ๑ เม็ด 🙂"},
]

BAD: list[tuple[str, Any]] = [
    ("e_burn", SECRET),
    ("e_burn", ["always_burns"]),
    ("e_burn", 1),
    ("e_burn", True),
    ("c_now", SECRET),
    ("c_now", [SECRET]),
    ("c_now", ["none", None]),
    ("c_now", ["none", ["none"]]),
    ("c_now", {"none": True}),
    ("c_now", ["none"] * 201),
    ("a_privacy_notice", "true"),
    ("a_privacy_notice", 1),
    ("a_privacy_notice", 0),
    ("b_full_name", 5),
    ("b_full_name", f"{SECRET}\0"),
    ("b_full_name", f"{SECRET}\ud800"),
    ("b_full_name", "x" * 10_001),
    ("b_country", "th"),
    ("b_country", "THA"),
    ("b_country", "TH\n"),
    ("b_country", "ＴＨ"),
    ("b_dob", 19990514),
    ("b_dob", "14/05/1999"),
    ("b_dob", "19990514"),
    ("b_dob", "1999-W20-5"),
    ("b_dob", "1999-5-14"),
    ("b_dob", "2026-02-29"),
    ("b_dob", "0000-01-01"),
    ("b_dob", "1999-05-14\n"),
    ("b_dob", "๑๙๙๙-๐๕-๑๔"),
    ("b_dob", "1999-05-14T00:00:00"),
    ("f_bsa", 101),
    ("f_bsa", -1),
    ("f_bsa", 5.0),
    ("f_bsa", float("nan")),
    ("f_bsa", float("inf")),
    ("f_bsa", 10**400),
    ("f_bsa", "5"),
    ("f_bsa", True),
    ("f_itch_nrs", 11),
    ("l_dcq_total", 22),
    ("e_fitz", 0),
    ("n_stay_days", -1),
    ("n_stay_days", 10_000),
    ("f_poem", [0, 0, 0, 0, 0, 0, 0]),
    ("f_poem", {"poem_8": 1}),
    ("f_poem", {"poem_1": 5}),
    ("f_poem", {"poem_1": "1"}),
    ("f_poem", {"poem_1": False}),
    ("i_med_last", ["jak_oral"]),
    ("i_med_last", {SECRET: "2026-01-01"}),
    ("i_med_last", {"jak_oral": SECRET}),
    ("i_med_last", {"none": "2026-01-01"}),
    ("h_treatments", {"type": "prp"}),
    ("h_treatments", [SECRET]),
    ("h_treatments", [{"last_date": "2026-01-01"}]),
    ("h_treatments", [{"type": SECRET}]),
    ("h_treatments", [{"type": ["prp"]}]),
    ("h_treatments", [{"type": "prp", "last_date": "last May"}]),
    ("h_treatments", [{"type": "prp", "reaction": SECRET}]),
    ("h_treatments", [{"type": "prp", "price": 1}]),
    ("h_treatments", [{"type": "prp"}] * 201),
    ("m_photos", [SECRET]),
]


@pytest.mark.parametrize("answers", GOOD)
def test_good_answers_have_no_fault(answers: dict[str, Any]) -> None:
    assert check_answers(answers, load_questionnaire()) == []


@pytest.mark.parametrize("key", [question.key for question in load_questionnaire().questions])
@pytest.mark.parametrize("blank", [None, "", []])
def test_blanks_are_never_wrong(key: str, blank: Any) -> None:
    assert check_answers({key: blank}, load_questionnaire()) == []


@pytest.mark.parametrize(("key", "answer"), BAD)
def test_bad_answers_are_refused_by_the_name_of_their_question(key: str, answer: Any) -> None:
    with pytest.raises(BadAnswers) as caught:
        assess(calm_answers() | {key: answer}, TODAY)

    assert {fault.question for fault in caught.value.faults} == {key}
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("answers", [None, [], "answers", 5])
def test_answers_must_be_an_object(answers: Any) -> None:
    faults = check_answers(answers, load_questionnaire())

    assert [fault.question for fault in faults] == ["answers"]


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("f_unheard_of", "f_unheard_of"),
        ("Somchai has eczema", "an unknown key"),
        ("f_bsa\0", "an unknown key"),
        ("x" * 41, "an unknown key"),
        (5, "an unknown key"),
    ],
)
def test_unknown_questions_are_refused_and_named_only_if_they_look_like_ours(key: Any, named: str) -> None:
    faults = check_answers({key: "yes"}, load_questionnaire())

    assert faults == [Fault(named, "is not a question of this questionnaire")]


def test_all_faults_are_told_at_once() -> None:
    answers = {"f_bsa": -1, "e_burn": "x", "h_treatments": [{"type": "prp"}, {"type": "x"}]}

    faults = check_answers(answers, load_questionnaire())

    assert [str(fault) for fault in faults] == [
        "f_bsa: must lie between 0 and 100",
        "e_burn: is not one of the options",
        "h_treatments: row 2: type is not one of the options",
    ]
