"""The evaluator of conditions: each operator, how strengths combine, what missing answers do."""

from datetime import date
from typing import Any

import pytest

from patients.conditions import BadCondition, Case, Strength, _always, age_on, read_condition

TODAY = date(2026, 12, 1)
NONE, WEAK, FULL = Strength.NONE, Strength.WEAK, Strength.FULL


def match(condition: dict[str, Any], **answers: Any) -> Strength:
    """Return how strongly a condition matches some answers today."""
    return read_condition(condition).match(
        Case(answers, TODAY, {"fitz": 4, "ad_level": "mild", "poem": None})
    )


def treatment(kind: str, last_date: str | None = None, reaction: str | None = None) -> list[dict[str, Any]]:
    """Return one past treatment as an answer."""
    return [{"type": kind, "last_date": last_date, "reaction": reaction}]


@pytest.mark.parametrize(
    ("condition", "answer", "strength"),
    [
        ({"yes": "q"}, "yes", FULL),
        ({"yes": "q"}, "unsure", WEAK),
        ({"yes": "q"}, "prefer_not", WEAK),
        ({"yes": "q"}, "no", NONE),
        ({"eq": ["q", "now"]}, "now", FULL),
        ({"eq": ["q", "now"]}, "unsure", NONE),
        ({"eq": ["q", "unsure"]}, "unsure", WEAK),
        ({"ne": ["q", "TH"]}, "SG", FULL),
        ({"ne": ["q", "TH"]}, "TH", NONE),
        ({"in": ["q", ["past", "unsure"]]}, "past", FULL),
        ({"in": ["q", ["past", "unsure"]]}, "unsure", WEAK),
        ({"in": ["q", ["past", "unsure"]]}, "never", NONE),
        ({"has": ["q", ["a", "unsure"]]}, ["unsure", "b"], WEAK),
        ({"has": ["q", ["a", "unsure"]]}, ["a", "unsure"], FULL),
        ({"has": ["q", ["a", "unsure"]]}, ["none"], NONE),
        ({"gte": ["q", 9]}, 9, FULL),
        ({"gte": ["q", 9]}, 8, NONE),
        ({"lt": ["q", 7]}, 6, FULL),
        ({"lt": ["q", 7]}, 0, FULL),
        ({"lt": ["q", 7]}, 7, NONE),
        ({"days_since_lt": ["q", 28]}, "2026-11-04", FULL),
        ({"days_since_lt": ["q", 28]}, "2026-11-03", NONE),
        ({"days_since_lt": ["q", 28]}, "2030-01-01", FULL),
        ({"days_until_lt": ["q", 56]}, "2026-12-01", FULL),
        ({"days_until_lt": ["q", 56]}, "2027-01-25", FULL),
        ({"days_until_lt": ["q", 56]}, "2027-01-26", NONE),
        ({"days_until_lt": ["q", 56]}, "2026-11-30", NONE),
    ],
)
def test_operators_on_one_answer(condition: dict[str, Any], answer: Any, strength: Strength) -> None:
    assert match(condition, q=answer) == strength


@pytest.mark.parametrize(
    ("condition", "rows", "strength"),
    [
        ({"treat_within": [["prp"], 28]}, treatment("prp", "2026-11-04"), FULL),
        ({"treat_within": [["prp"], 28]}, treatment("prp", "2026-11-03"), NONE),
        ({"treat_within": [["prp"], 28]}, treatment("prp", "2027-11-03"), FULL),
        ({"treat_within": [["prp"], 28]}, treatment("prp"), NONE),
        ({"treat_within": [["prp"], 28]}, [{"type": "prp"}], NONE),
        ({"treat_within": [["prp"], 28]}, treatment("surgery", "2026-11-30"), NONE),
        ({"treat_ever": ["surgery", "prp"]}, treatment("prp"), FULL),
        ({"treat_ever": ["surgery"]}, treatment("prp"), NONE),
        ({"treat_reaction": [["infection"]]}, treatment("surgery", None, "infection"), FULL),
        ({"treat_reaction": [["infection"]]}, treatment("surgery", None, "none"), NONE),
        ({"treat_reaction": [["infection"]]}, treatment("surgery"), NONE),
        ({"treat_reaction": [["infection"]]}, treatment("prp", None, "infection"), NONE),
        ({"treat_reaction": [["infection"]]}, treatment("stem_cell", None, "infection"), NONE),
        ({"treat_reaction": [["infection"]]}, treatment("exosome_topical", None, "infection"), NONE),
        ({"treat_reaction": [["infection"]]}, treatment("exosome_injected", None, "infection"), NONE),
        ({"treat_reaction_of": [["prp"], ["allergic"]]}, treatment("prp", None, "allergic"), FULL),
        ({"treat_reaction_of": [["prp"], ["allergic"]]}, treatment("surgery", None, "allergic"), NONE),
    ],
)
def test_operators_on_treatments(condition: dict[str, Any], rows: list[Any], strength: Strength) -> None:
    harmless = {"type": "nonablative_laser", "last_date": "2020-01-01", "reaction": "none"}

    assert match(condition, h_treatments=[harmless, *rows]) == strength


@pytest.mark.parametrize(
    ("answers", "strength"),
    [
        ({"i_meds": ["jak_oral"]}, FULL),
        ({"i_meds": ["jak_oral"], "i_med_last": {"jak_oral": None}}, FULL),
        ({"i_meds": ["jak_oral"], "i_med_last": {"jak_oral": ""}}, FULL),
        ({"i_meds": ["jak_oral"], "i_med_last": {"systemic_steroid": "2020-01-01"}}, FULL),
        ({"i_meds": ["jak_oral"], "i_med_last": {"jak_oral": "2026-11-04"}}, FULL),
        ({"i_meds": ["jak_oral"], "i_med_last": {"jak_oral": "2026-11-03"}}, NONE),
        ({"i_meds": ["jak_oral"], "i_med_last": {"jak_oral": "2027-11-03"}}, FULL),
        ({"i_meds": ["none"], "i_med_last": {"jak_oral": "2026-11-30"}}, NONE),
        ({"i_med_last": {"jak_oral": "2026-11-30"}}, NONE),
    ],
)
def test_med_within_takes_a_blank_date_for_current(answers: dict[str, Any], strength: Strength) -> None:
    assert match({"med_within": ["jak_oral", 28]}, **answers) == strength


@pytest.mark.parametrize(
    ("condition", "strength"),
    [
        ({"fact_in": ["ad_level", ["mild", "severe"]]}, FULL),
        ({"fact_in": ["ad_level", ["severe"]]}, NONE),
        ({"fact_in": ["poem", ["mild"]]}, NONE),
        ({"fact_gte": ["fitz", 4]}, FULL),
        ({"fact_gte": ["fitz", 5]}, NONE),
        ({"fact_gte": ["poem", 0]}, NONE),
        ({"fact_gte": ["unheard", 0]}, NONE),
    ],
)
def test_operators_on_facts(condition: dict[str, Any], strength: Strength) -> None:
    assert match(condition) == strength


@pytest.mark.parametrize(
    ("born", "younger", "as_old"),
    [("2008-12-01", NONE, FULL), ("2008-12-02", FULL, NONE), ("2000-01-01", NONE, FULL)],
)
def test_an_age_counts_from_the_birthday_itself(born: str, younger: Strength, as_old: Strength) -> None:
    assert match({"age_lt": 18}, b_dob=born) == younger
    assert match({"age_gte": 18}, b_dob=born) == as_old


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({"yes": "q", "no": "q"}, "A condition has one operator, not ['no', 'yes']."),
        ({"sometimes": "q"}, "There is no operator 'sometimes'."),
        ({"gte": ["q"]}, "'gte' cannot take ['q']."),
        ({"any": []}, "'any' needs at least one part."),
    ],
)
def test_a_condition_that_makes_no_sense_says_why(condition: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadCondition) as refusal:
        read_condition(condition)

    assert str(refusal.value) == fault


def test_a_condition_on_an_age_reads_the_birth_date() -> None:
    assert read_condition({"age_lt": 18}).reads == read_condition({"age_gte": 18}).reads == ("b_dob",)


@pytest.mark.parametrize(
    "condition",
    [
        {"yes": "q"},
        {"eq": ["q", "a"]},
        {"ne": ["q", "a"]},
        {"in": ["q", ["a"]]},
        {"has": ["q", ["a"]]},
        {"gte": ["q", -5]},
        {"lt": ["q", 1000]},
        {"age_lt": 200},
        {"age_gte": -200},
        {"days_since_lt": ["q", 10**6]},
        {"days_until_lt": ["q", 10**6]},
        {"med_within": ["jak_oral", 10**6]},
        {"treat_within": [["prp"], 10**6]},
        {"treat_ever": ["prp"]},
        {"treat_reaction": [["infection"]]},
        {"treat_reaction_of": [["prp"], ["infection"]]},
    ],
)
def test_missing_answers_match_nothing(condition: dict[str, Any]) -> None:
    assert match(condition) == NONE


@pytest.mark.parametrize(
    ("first", "second", "either", "both"),
    [
        ("yes", "yes", FULL, FULL),
        ("yes", "unsure", FULL, WEAK),
        ("unsure", "unsure", WEAK, WEAK),
        ("unsure", "no", WEAK, NONE),
        ("no", "no", NONE, NONE),
    ],
)
def test_any_takes_the_strongest_and_all_the_weakest(
    first: str, second: str, either: Strength, both: Strength
) -> None:
    parts = [{"yes": "p"}, {"yes": "q"}]

    assert match({"any": parts}, p=first, q=second) == either
    assert match({"all": parts}, p=first, q=second) == both


def test_matched_reads_names_only_the_parts_that_match() -> None:
    condition = read_condition({"any": [{"yes": "p"}, {"med_within": ["prp", 2]}, {"all": [{"age_lt": 99}]}]})
    case = Case({"p": "no", "i_meds": ["prp"], "b_dob": "1999-01-01"}, TODAY)

    assert condition.matched_reads(case) == ("i_meds", "i_med_last", "b_dob")
    assert condition.reads == ("p", "i_meds", "i_med_last", "b_dob")


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 12, 1), date(2026, 12, 1), 18),
        (date(2008, 12, 2), date(2026, 12, 1), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 12, 1), date(2026, 12, 1), 0),
        (date(2026, 12, 2), date(2026, 12, 1), -1),
    ],
)
def test_age_counts_whole_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"yes": "p", "eq": ["p", "q"]},
        {"like": ["p", "q"]},
        {"any": []},
        {"eq": ["p"]},
        {"days_since_lt": "p"},
        {"any": [{"nor": []}]},
    ],
)
def test_unreadable_conditions_are_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(BadCondition):
        read_condition(condition)


def test_an_operator_on_certain_answers_reads_those_whatever_it_is_given() -> None:
    assert _always("i_meds", "i_med_last")("anything", 90) == ("i_meds", "i_med_last")
