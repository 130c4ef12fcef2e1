"""Every rule and every urgent rule matches what it should, and lets its nearest neighbour pass."""

from collections.abc import Iterator

import pytest

from patients.assessment import assess
from patients.questionnaire import load_questionnaire
from patients.rule_book import LEVELS, load_rule_book
from tests.patients.open_cases import TODAY, calm_answers
from tests.patients.rule_cases import MORE_WAYS, NO_WAYS, RULES, URGENT, Changes


def flags_of(changes: Changes) -> dict[str, str]:
    """Return how strongly each rule matches the calm case with changes."""
    return {flag.id: flag.match for flag in assess(calm_answers(**changes), TODAY).flags}


def urgent_of(changes: Changes) -> list[str]:
    """Return what cannot wait in the calm case with changes."""
    return [urgent.id for urgent in assess(calm_answers(**changes), TODAY).urgent]


def test_calm_case_raises_nothing() -> None:
    assert (flags_of({}), urgent_of({})) == ({}, [])


@pytest.mark.parametrize("rule", RULES)
def test_rule_matches_its_answers_and_lets_others_pass(rule: str) -> None:
    matching, passing = RULES[rule]

    assert rule in flags_of(matching)
    assert rule not in flags_of(passing)


@pytest.mark.parametrize(("rule", "changes"), MORE_WAYS)
def test_rule_matches_each_of_its_ways(rule: str, changes: Changes) -> None:
    assert flags_of(changes)[rule] == "full"


@pytest.mark.parametrize(("rule", "changes"), NO_WAYS)
def test_rule_lets_what_only_looks_alike_pass(rule: str, changes: Changes) -> None:
    assert rule not in flags_of(changes)


@pytest.mark.parametrize("rule", URGENT)
def test_urgent_rule_matches_its_answers_and_lets_others_pass(rule: str) -> None:
    matching, passing = URGENT[rule]

    assert rule in urgent_of(matching)
    assert rule not in urgent_of(passing)


def test_tables_name_every_rule() -> None:
    book = load_rule_book()

    assert list(RULES) == [rule.id for rule in book.rules]
    assert list(URGENT) == [rule.id for rule in book.urgent]


def weak_ways() -> Iterator[tuple[str, Changes]]:
    """Yield each rule that an answer "unsure" or "prefer not to say" matches, with that answer."""
    for question in load_questionnaire().questions:
        for doubt in {"unsure", "prefer_not"} & set(question.options):
            answer: Changes = {question.key: [doubt] if question.type == "multi" else doubt}
            yield from ((rule, answer) for rule in flags_of(answer))


def test_doubt_matches_weakly_and_only_where_the_rules_say() -> None:
    found = sorted({(rule, key) for rule, answer in weak_ways() for key in answer})

    assert found == [
        ("F_ALLERGY_UNSURE", "j_allergies"),
        ("F_ANAPHYLAXIS_HX", "j_anaphylaxis"),
        ("F_AUTOIMMUNE", "k_autoimmune"),
        ("F_BLEEDING", "k_bleeding"),
        ("F_CANCER_LT5Y", "k_cancer"),
        ("F_CONTACT_ALLERGY", "f_contact_allergy"),
        ("F_DIABETES_UNCTRL", "k_diabetes"),
        ("F_ECZEMA_AT_SITE", "f_face_eczema_now"),
        ("F_EH_HISTORY", "f_eczema_herpeticum"),
        ("F_IMMUNOSUPPRESSED", "k_immunodeficiency"),
        ("F_INFECTION_LOCAL", "k_infection_local"),
        ("F_INFECTION_SYSTEMIC", "k_infection_systemic"),
        ("F_ISO_LT6M", "i_isotretinoin"),
        ("F_KELOID_FAMILY", "k_keloid_family"),
        ("F_KELOID_PERSONAL", "k_keloid_personal"),
        ("F_LESION_AT_SITE", "k_lesion_area"),
        ("F_LIVE_VACCINE", "i_live_vaccine_12w"),
        ("F_ORGAN_SEVERE", "k_organ"),
        ("F_PIH_TENDENCY", "e_pih_tendency"),
        ("F_PREGNANT", "d_pregnant"),
        ("F_ROSACEA", "k_rosacea"),
        ("F_SELFHARM_DECLINED", "l_selfharm"),
        ("F_SUN_RECENT", "e_sun_14d"),
        ("F_TRYING", "d_trying"),
        ("F_VTE_HISTORY", "k_vte"),
        ("F_VTE_RISK", "d_combined_hormones"),
    ]


@pytest.mark.parametrize(("rule", "answer"), list(weak_ways()))
def test_doubt_caps_every_level_at_relative(rule: str, answer: Changes) -> None:
    flag = next(flag for flag in assess(calm_answers(**answer), TODAY).flags if flag.id == rule)

    full = next(each.levels for each in load_rule_book().rules if each.id == rule)
    assert flag.match == "weak"
    assert flag.levels == {method: min(full[method], "relative", key=LEVELS.index) for method in full}


def test_certain_answer_beside_a_doubtful_one_matches_fully() -> None:
    assert flags_of({"k_autoimmune": ["unsure", "lupus"]}) == {"F_AUTOIMMUNE": "full"}
    assert flags_of({"k_infection_local": "unsure", "c_now": ["hot_spreading_redness"]}) == {
        "F_INFECTION_LOCAL": "full"
    }
