"""The whole of the assessment: the worked cases, levels, routes, considerations, what a page needs."""

import dataclasses
import json
import timeit
from datetime import date
from typing import Any

import pytest

from patients.assessment import Assessment, Consideration, assess
from patients.questionnaire import load_questionnaire
from patients.rule_book import load_rule_book
from patients.versions import UnknownVersion
from tests.patients.open_cases import TODAY, calm_answers, load_open_cases

METHODS = ("MN_SERUM", "INJ_SCAR", "TOP_EXO", "IV_MSC")


def assessed(**changes: Any) -> Assessment:
    """Return the assessment of the calm case with changes; None leaves an answer out."""
    return assess(calm_answers(**changes), TODAY)


@pytest.mark.parametrize("case", load_open_cases(), ids=lambda case: str(case["id"]))
def test_open_cases_match_exactly(case: dict[str, Any]) -> None:
    result = assess(case["answers"], date.fromisoformat(case["reference_date"])).as_json()

    assert json.dumps(result) == json.dumps(case["expected"])


def test_open_cases_are_six() -> None:
    assert len(load_open_cases()) == 6


def test_baseline_stands_when_nothing_matches() -> None:
    assert assessed().method_levels == {
        "MN_SERUM": "caution",
        "INJ_SCAR": "relative",
        "TOP_EXO": "caution",
        "IV_MSC": "relative",
    }


def test_highest_level_of_all_flags_wins_by_method() -> None:
    levels = assessed(k_bleeding="yes", k_vte="yes", e_smoking="current").method_levels

    assert levels == {
        "MN_SERUM": "absolute",
        "INJ_SCAR": "relative",
        "TOP_EXO": "caution",
        "IV_MSC": "absolute",
    }


def test_flags_and_urgent_messages_stand_in_the_order_of_the_rules() -> None:
    result = assessed(
        l_pressure="yes", d_pregnant="yes", k_bleeding="yes", l_selfharm="yes", c_now=["changing_mole"]
    )

    order = [rule.id for rule in load_rule_book().rules]
    assert [flag.id for flag in result.flags] == sorted((flag.id for flag in result.flags), key=order.index)
    assert [urgent.id for urgent in result.urgent] == ["U_SELF_HARM", "U_MOLE"]


def test_missing_answers_make_the_last_flag_and_raise_every_method() -> None:
    result = assessed(k_organ=None, c_now=[], e_smoking="current")

    assert [flag.id for flag in result.flags] == ["F_SMOKER", "F_INCOMPLETE"]
    assert result.as_json()["flags"]["F_INCOMPLETE"] == {
        "match": "full",
        "levels": dict.fromkeys(METHODS, "relative"),
        "missing": ["c_now", "k_organ"],
    }
    assert result.missing == ("c_now", "k_organ")
    assert result.method_levels == dict.fromkeys(METHODS, "relative")
    assert (result.route, result.patient_message_key) == ("incomplete", "please_complete")


def test_missing_answers_lower_nothing() -> None:
    assert assessed(k_organ=None, k_cancer="active_or_treatment").method_levels == dict.fromkeys(
        METHODS, "absolute"
    )


@pytest.mark.parametrize(
    ("changes", "route", "key"),
    [
        ({}, "standard_consultation", "thanks_review"),
        ({"c_now": ["trouble_breathing_swollen_face"], "b_dob": "2010-01-01"}, "urgent_advice", "urgent_now"),
        ({"l_selfharm": "yes", "k_organ": None}, "urgent_advice", "urgent_now"),
        ({"c_now": ["changing_mole", "fever_unwell"]}, "priority_consultation", "priority_booking"),
        ({"c_now": ["changing_mole"], "k_organ": None}, "priority_consultation", "priority_booking"),
        ({"b_dob": "2006-12-02", "c_now": ["changing_mole"]}, "guardian_required", "guardian_needed"),
        ({"b_dob": "2006-12-02", "b_guardian_consent": "no"}, "guardian_required", "guardian_needed"),
        ({"b_dob": "2006-12-02", "b_guardian_consent": "yes"}, "incomplete", "please_complete"),
        ({"b_dob": "2006-12-01"}, "standard_consultation", "thanks_review"),
        ({"b_dob": None}, "incomplete", "please_complete"),
        ({"k_organ": None, "k_vte": "yes"}, "incomplete", "please_complete"),
        ({"k_vte": "yes"}, "extended_consultation", "thanks_review"),
        ({"k_vte": "unsure"}, "extended_consultation", "thanks_review"),
        ({"k_hsv": "past", "k_bleeding": "yes"}, "standard_consultation", "thanks_review"),
        (
            {"k_hsv": "past", "k_bleeding": "yes", "k_rosacea": "yes"},
            "extended_consultation",
            "thanks_review",
        ),
        (
            {"k_hsv": "past", "k_bleeding": "yes", "e_smoking": "current"},
            "standard_consultation",
            "thanks_review",
        ),
    ],
)
def test_routes_go_by_what_cannot_wait_first(changes: dict[str, Any], route: str, key: str) -> None:
    result = assessed(**changes)

    assert (result.route, result.patient_message_key) == (route, key)


def test_young_people_with_a_guardian_go_on() -> None:
    result = assessed(b_dob="2006-12-02", b_guardian_consent="yes", b_guardian_name="Test Mother")

    assert result.route == "standard_consultation"


@pytest.mark.parametrize("extended", sorted(load_rule_book().extended_flags))
def test_extended_flags_are_rules(extended: str) -> None:
    assert extended in {rule.id for rule in load_rule_book().rules}


@pytest.mark.parametrize(
    ("changes", "methods"),
    [
        ({"g_scar_types": ["pie_red_marks"]}, ["TOP_EXO"]),
        ({"g_scar_types": ["keloid"]}, []),
        ({"g_scar_types": ["unsure"]}, []),
        ({"g_visible_50cm": "no"}, ["MN_SERUM", "TOP_EXO"]),
        ({"g_flatten": "no", "f_self_sensitive": "yes"}, ["INJ_SCAR", "MN_SERUM", "TOP_EXO"]),
        ({"g_scar_types": ["icepick"], "f_contact_allergy": "yes"}, ["INJ_SCAR", "TOP_EXO"]),
        ({"g_visible_50cm": None, "g_covered": None}, []),
        ({"f_itch_12m": "yes", "f_itch_nrs": 5, "f_bsa": 10}, ["TOP_EXO", "INJ_SCAR", "IV_MSC"]),
        ({"g_scar_types": ["keloid"], "f_itch_12m": "yes", "f_itch_nrs": 5, "f_bsa": 10}, ["IV_MSC"]),
    ],
)
def test_considerations_follow_the_published_table(changes: dict[str, Any], methods: list[str]) -> None:
    assert [each.method for each in assessed(**changes).considerations] == methods


def test_considerations_stand_under_the_level_of_their_method() -> None:
    result = assessed(k_bleeding="yes", g_visible_50cm="no", g_scar_types=["icepick"], f_self_sensitive="yes")

    assert result.considerations == (
        Consideration("MN_SERUM", "absolute", "not_now"),
        Consideration("INJ_SCAR", "relative", "discuss_after_review"),
        Consideration("TOP_EXO", "caution", "discuss"),
    )


def test_table_knows_every_class_grade_and_sensitivity() -> None:
    table = load_rule_book().table
    dented = {"shallow_atrophic": {"2", "3", "4"}, "deep_atrophic": {"2", "3", "4"}}
    flat = {"macular_only": {"any"}, "raised_only": {"any"}, "unclassified": {"any"}}

    assert {name: set(grades) for name, grades in table.items()} == dented | flat
    assert {tuple(sensitivities) for grades in table.values() for sensitivities in grades.values()} == {
        ("low", "moderate", "high")
    }


def test_nothing_is_ever_bookable_as_a_procedure() -> None:
    assert assessed().bookable_as_procedure == ()


def test_flags_lead_to_their_answers() -> None:
    flags = {
        flag.id: flag.questions
        for flag in assessed(
            k_infection_local="yes",
            i_meds=["systemic_steroid"],
            f_poem={f"poem_{item}": 4 for item in range(1, 8)},
            e_burn="never_burns",
            e_tan="tans_easily",
            k_organ=None,
        ).flags
    }

    assert flags == {
        "F_INFECTION_LOCAL": ("k_infection_local",),
        "F_AD_SEVERE": ("f_poem", "f_itch_nrs"),
        "F_IMMUNOSUPPRESSED": ("i_meds",),
        "F_FITZ_IV_VI": ("e_burn", "e_tan"),
        "F_INCOMPLETE": (),
    }
    assert assessed(l_selfharm="yes").urgent[0].questions == ("l_selfharm",)


def test_an_urgent_rule_carries_its_message() -> None:
    (urgent,) = assessed(l_selfharm="yes").urgent

    assert urgent.message == next(rule.message for rule in load_rule_book().urgent if rule.id == urgent.id)


def test_flags_carry_the_window_and_questions_of_their_rule() -> None:
    rules = {rule.id: rule for rule in load_rule_book().rules}
    flags = [*assessed(k_hsv="now").flags, *assessed(k_bleeding="yes").flags]

    assert [flag.window_days for flag in flags] == [rules[flag.id].window_days for flag in flags]
    assert all(flag.missing == () for flag in flags)


def test_notes_carry_their_words() -> None:
    (note,) = assessed(g_flatten="unsure").notes

    assert note.label == load_rule_book().notes["provisional_grade"]


def test_needing_a_longer_visit_is_yes_or_no() -> None:
    assert assessed().needs_longer_visit is False
    assert assessed(k_bleeding="yes", k_keloid_personal="yes", k_hsv="now").needs_longer_visit is True


def test_flags_carry_the_words_of_their_rule() -> None:
    flag = assessed(k_hsv="now").flags[0]

    assert (flag.label["en"], flag.cite, flag.evidence) == ("Cold sore now", ("S-SKINPEN", "K"), "F")
    assert flag.clears_when is not None
    assert {"en", "th"} == flag.label.keys() == flag.reason.keys() == flag.clears_when.keys()


@pytest.mark.parametrize(
    ("changes", "notes"),
    [
        ({}, []),
        ({"e_natural_colour": "light_brown"}, ["confirm_phototype"]),
        ({"e_natural_colour": "medium_beige_olive"}, []),
        ({"e_natural_colour": "dark_brown_black", "e_tan": None}, []),
        ({"e_natural_colour": None}, []),
        ({"g_flatten": "unsure"}, ["provisional_grade"]),
        ({"g_flatten": None}, ["provisional_grade"]),
        ({"g_flatten": "unsure", "g_visible_50cm": "no"}, []),
    ],
)
def test_notes_say_what_to_confirm(changes: dict[str, Any], notes: list[str]) -> None:
    assert [note.id for note in assessed(**changes).notes] == notes


def test_assessment_keeps_its_version_and_day() -> None:
    result = assess(calm_answers(), TODAY, "0.1-draft")

    assert (result.version, result.reference_date) == ("0.1-draft", TODAY)
    with pytest.raises(UnknownVersion):
        assess(calm_answers(), TODAY, "0.0")


def test_assessment_cannot_be_changed_through_what_it_gives() -> None:
    result = assessed(k_bleeding="yes")
    data = result.as_json()
    data["flags"]["F_BLEEDING"]["levels"]["MN_SERUM"] = "none"
    data["method_levels"].clear()

    assert assessed(k_bleeding="yes").as_json() == result.as_json() != data
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.route = "standard_consultation"  # type: ignore[misc]
    with pytest.raises(TypeError):
        result.flags[0].levels["MN_SERUM"] = "none"  # type: ignore[index]


def test_every_sentence_is_in_two_languages() -> None:
    book = load_rule_book()
    sentences = [
        *(words for rule in (*book.rules, book.incomplete) for words in (rule.label, rule.reason)),
        *(rule.clears_when for rule in (*book.rules, book.incomplete) if rule.clears_when),
        *(urgent.message for urgent in book.urgent),
        *book.methods.values(),
        *book.notes.values(),
        *(section.title for section in load_questionnaire().sections),
        book.status,
        book.purpose,
    ]

    assert all(words.keys() == {"en", "th"} and all(words.values()) for words in sentences)


def test_assessment_takes_less_than_5_ms() -> None:
    answers = load_open_cases()[2]["answers"]
    assess(answers, TODAY)

    # The quickest of five rounds: what runs beside it makes some slower, and none quicker.
    rounds = timeit.repeat(lambda: assess(answers, TODAY), number=20, repeat=5)

    assert min(rounds) / 20 < 0.005


def test_a_flag_that_lasts_some_days_says_how_many() -> None:
    assert {flag.id: flag.window_days for flag in assessed(e_sun_14d="yes").flags}["F_SUN_RECENT"] == 14
