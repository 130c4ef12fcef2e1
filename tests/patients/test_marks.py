"""What is red, what comes first, and what the flags mean by method."""

from patients.assessment import Assessment, assess
from patients.marks import AMBER, RED, Prompt, list_prompts, mark_of, rank_flags
from tests.patients.open_cases import TODAY, calm_answers, load_case


def judge(case: str) -> Assessment:
    return assess(load_case(case)["answers"], TODAY)


def prompts_of(judged: Assessment) -> dict[str, Prompt]:
    return {prompt.method: prompt for prompt in list_prompts(judged)}


def test_a_flag_is_red_if_it_is_absolute_for_any_method() -> None:
    marks = {flag.id: mark_of(flag) for flag in judge("vo-06").flags}

    assert marks["F_KELOID_PERSONAL"] == RED
    assert marks["F_FITZ_IV_VI"] == AMBER


def test_a_weak_match_of_a_red_rule_is_amber() -> None:
    (pregnant,) = [flag for flag in judge("vo-03").flags if flag.id == "F_PREGNANT"]

    assert (pregnant.match, mark_of(pregnant)) == ("weak", AMBER)


def test_the_worst_come_first_and_missing_answers_are_no_flag() -> None:
    judged = assess(load_case("vo-06")["answers"] | {"k_bleeding": None}, TODAY)

    ranked = rank_flags(judged.flags)

    marks = [mark_of(flag) for flag in ranked]
    assert marks == sorted(marks, reverse=True)
    assert "F_INCOMPLETE" in [flag.id for flag in judged.flags]
    assert "F_INCOMPLETE" not in [flag.id for flag in ranked]


def test_prompts_name_what_makes_a_method_wait() -> None:
    needling = prompts_of(judge("vo-06"))["MN_SERUM"]

    assert needling.is_stop
    assert [flag.id for flag in needling.deciding] == ["F_KELOID_PERSONAL"]
    assert "absolute" not in {flag.levels["MN_SERUM"] for flag in needling.others}


def test_without_flags_a_method_stands_where_the_clinic_starts() -> None:
    prompts = prompts_of(assess(calm_answers(), TODAY))

    assert {method: prompt.level for method, prompt in prompts.items()} == {
        "MN_SERUM": "caution",
        "INJ_SCAR": "relative",
        "TOP_EXO": "caution",
        "IV_MSC": "relative",
    }
    assert not any(prompt.flags or prompt.is_stop for prompt in prompts.values())


def test_the_clinics_candidates_come_first_in_their_order_and_none_is_left_out() -> None:
    judged = judge("vo-02")

    prompts = list_prompts(judged)

    candidates = [each.method for each in judged.considerations]
    assert [prompt.method for prompt in prompts][: len(candidates)] == candidates
    assert [prompt.place for prompt in prompts if prompt.place] == list(range(1, len(candidates) + 1))
    assert {prompt.method for prompt in prompts} == set(judged.method_levels)
