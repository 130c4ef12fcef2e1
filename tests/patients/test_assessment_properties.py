"""What must hold for any answers: risks add up, doubt counts, order and hidden answers do not."""

import json
import random
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from patients.assessment import assess
from patients.conditions import UNSURE, Case
from patients.questionnaire import Question, load_questionnaire
from patients.rule_book import LEVELS

QUESTIONS = load_questionnaire().questions
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
DATES = st.dates(date(1950, 1, 1), date(2031, 12, 31)).map(str)
BLANK = st.sampled_from((None, ""))


def any_answer(question: Question) -> st.SearchStrategy[Any]:
    """Return the well-shaped answers to a question."""
    fixed: dict[str, st.SearchStrategy[Any]] = {
        "bool": st.booleans(),
        "date": DATES,
        "country": st.sampled_from(("TH", "SG")),
        "dict_dates": st.dictionaries(st.sampled_from(question.keys or ("",)), DATES | BLANK),
        "scale_7x0_4": st.dictionaries(st.sampled_from(question.keys or ("",)), st.integers(0, 4) | BLANK),
    }
    if question.type in fixed:
        return fixed[question.type]
    if question.columns:
        kinds, reactions = (st.sampled_from(question.columns[name]) for name in ("type", "reaction"))
        optional = {"last_date": DATES | BLANK, "reaction": reactions | BLANK}
        return st.lists(st.fixed_dictionaries({"type": kinds}, optional=optional), max_size=3)
    if question.options:
        one = st.sampled_from(question.options)
        return one if question.type == "single" else st.lists(one, max_size=4)
    if question.maximum is not None:
        return st.integers(question.minimum, question.maximum)
    return st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


BY_KEY = {question.key: any_answer(question) for question in QUESTIONS}
ANSWERS = st.fixed_dictionaries({}, optional=BY_KEY)

# From the mildest answer to the gravest, where each step adds a risk and hides no question.
DOUBTED = [
    question.key
    for question in QUESTIONS
    if question.type == "single" and {"yes", "no"} < set(question.options) and UNSURE & set(question.options)
]
LADDERS: dict[str, list[Any]] = {
    **{
        key: ["no", next(iter(UNSURE & set(load_questionnaire().by_key[key].options))), "yes"]
        for key in DOUBTED
    },
    **{key: ["no", "yes"] for key in ("d_breastfeeding", "g_nodules", "k_faint", "k_trial", "l_pressure")},
    "k_cancer": ["none", "past_ge5y", "unsure", "past_lt5y", "active_or_treatment"],
    "k_organ": ["none", "mild", "unsure", "severe"],
    "k_diabetes": ["none", "controlled", "unsure", "uncontrolled"],
    "k_hsv": ["never", "past", "now"],
    "e_smoking": ["never", "current"],
    "f_asthma_control": ["none", "partly_controlled", "uncontrolled"],
    "i_isotretinoin": ["never", "unsure", "current"],
    "l_expectation": ["just_information", "complete_removal"],
    "l_hours_thinking": ["15_60min", "1_3h", "over_3h"],
    "l_impairs": ["no", "sometimes", "often"],
    "l_dcq_total": list(range(22)),
    "f_itch_nrs": list(range(11)),
    "n_stay_days": list(range(20, -1, -1)),
    **{key: list(load_questionnaire().by_key[key].options) for key in ("g_acne_grade", "e_burn", "e_tan")},
}
ADDED_TO = (
    "c_now",
    "i_meds",
    "j_allergies",
    "k_autoimmune",
    "k_koebner",
    "k_vte_risks",
    "k_implants",
    "g_scar_types",
)


def levels_of(answers: Mapping[str, Any], day: date) -> list[int]:
    """Return each method's level as a number."""
    return [LEVELS.index(level) for level in assess(answers, day).method_levels.values()]


def none_lower(before: list[int], after: list[int]) -> bool:
    """Say whether no method's level fell."""
    return all(low <= high for low, high in zip(before, after, strict=True))


@settings(max_examples=300, deadline=None)
@given(ANSWERS, DAYS)
def test_any_well_shaped_answers_are_judged(answers: dict[str, Any], day: date) -> None:
    result = json.loads(json.dumps(assess(answers, day).as_json()))

    assert result.keys() == {
        *("facts", "flags", "method_levels", "urgent", "route", "patient_message_key"),
        *("considerations", "bookable_as_procedure"),
    }
    assert result["bookable_as_procedure"] == []


@settings(max_examples=100, deadline=None)
@given(ANSWERS, DAYS, st.randoms())
def test_order_of_answers_never_matters(answers: dict[str, Any], day: date, chance: random.Random) -> None:
    items = [(key, list(value) if isinstance(value, list) else value) for key, value in answers.items()]
    chance.shuffle(items)
    for _key, value in items:
        if isinstance(value, list):
            chance.shuffle(value)

    assert assess(dict(items), day) == assess(answers, day)


@settings(max_examples=100, deadline=None)
@given(ANSWERS, DAYS, st.data())
def test_hidden_answers_change_nothing(answers: dict[str, Any], day: date, data: st.DataObject) -> None:
    case = Case(load_questionnaire().drop_hidden(answers, day), day)
    hidden = [question.key for question in QUESTIONS if not question.is_shown(case)]

    more = {key: data.draw(BY_KEY[key]) for key in hidden}

    assert assess({**answers, **more}, day) == assess(answers, day)


@settings(max_examples=100, deadline=None)
@given(ANSWERS, DAYS)
def test_blanks_are_no_answers(answers: dict[str, Any], day: date) -> None:
    blanks = {question.key: None for question in QUESTIONS if question.key not in answers}

    assert assess({**answers, **blanks}, day) == assess(answers, day)


@pytest.mark.parametrize("key", LADDERS)
@settings(max_examples=10, deadline=None)
@given(answers=ANSWERS, day=DAYS)
def test_a_graver_answer_never_lowers_a_level(key: str, answers: dict[str, Any], day: date) -> None:
    levels = [levels_of(answers | {key: rung}, day) for rung in LADDERS[key]]

    assert all(none_lower(*pair) for pair in pairwise(levels))


@pytest.mark.parametrize("key", ADDED_TO)
@settings(max_examples=10, deadline=None)
@given(answers=ANSWERS, day=DAYS, data=st.data())
def test_another_risk_chosen_never_lowers_a_level(
    key: str, answers: dict[str, Any], day: date, data: st.DataObject
) -> None:
    options = load_questionnaire().by_key[key].options
    chosen = data.draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
    added = data.draw(st.sampled_from(options))

    assert none_lower(
        levels_of(answers | {key: chosen}, day), levels_of(answers | {key: [*chosen, added]}, day)
    )


@settings(max_examples=100, deadline=None)
@given(ANSWERS, DAYS, BY_KEY["h_treatments"], BY_KEY["h_treatments"])
def test_another_past_treatment_never_lowers_a_level(
    answers: dict[str, Any], day: date, rows: list[Any], added: list[Any]
) -> None:
    before, after = answers | {"h_treatments": rows}, answers | {"h_treatments": rows + added}

    assert none_lower(levels_of(before, day), levels_of(after, day))


@settings(max_examples=100, deadline=None)
@given(
    ANSWERS,
    DAYS,
    st.integers(0, 400),
    st.integers(0, 400),
    st.booleans(),
)
def test_a_later_date_never_lowers_a_level(
    answers: dict[str, Any], day: date, long_ago: int, later: int, stop: bool
) -> None:
    def dated(days: int) -> dict[str, Any]:
        text = str(day - timedelta(days=days))
        if stop:
            return answers | {"i_isotretinoin": "past", "i_isotretinoin_stop": text}
        return answers | {"h_treatments": [{"type": "ablative_laser", "last_date": text}]}

    before, after = dated(long_ago + later), dated(later)

    assert none_lower(levels_of(before, day), levels_of(after, day))


@settings(max_examples=100, deadline=None)
@given(ANSWERS, DAYS, st.lists(st.integers(0, 4), min_size=7, max_size=7), st.integers(0, 6))
def test_a_worse_poem_never_lowers_a_level(
    answers: dict[str, Any], day: date, scores: list[int], worse: int
) -> None:
    assume(scores[worse] < 4)
    items = {f"poem_{number}": score for number, score in enumerate(scores, start=1)}

    before = levels_of(answers | {"f_poem": items}, day)
    after = levels_of(answers | {"f_poem": items | {f"poem_{worse + 1}": scores[worse] + 1}}, day)

    assert none_lower(before, after)


@pytest.mark.parametrize("key", DOUBTED)
@settings(max_examples=10, deadline=None)
@given(answers=ANSWERS, day=DAYS)
def test_doubt_counts_like_yes_up_to_relative(key: str, answers: dict[str, Any], day: date) -> None:
    options = load_questionnaire().by_key[key].options
    sure = levels_of(answers | {key: "yes"}, day)

    for doubt in UNSURE & set(options):
        doubted = levels_of(answers | {key: doubt}, day)
        assert none_lower([min(level, LEVELS.index("relative")) for level in sure], doubted)
