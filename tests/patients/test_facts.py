"""Facts: each instrument at the edges of its bands, and with answers missing."""

from typing import Any

import pytest

from patients.assessment import assess
from patients.facts import FLAT, RAISED, Facts, Poem, Ukwp, classify_scars
from tests.patients.open_cases import TODAY, calm_answers


def facts_of(**changes: Any) -> Facts:
    """Return the facts of the calm case with changes; None leaves an answer out."""
    return assess(calm_answers(**changes), TODAY).facts


def poem(*scores: int | None) -> dict[str, int | None]:
    """Return seven scores as an answer."""
    return {f"poem_{item}": score for item, score in enumerate(scores, start=1)}


def test_nothing_is_known_without_answers() -> None:
    assert assess({}, TODAY).facts == Facts(
        age=None,
        fitz=None,
        ukwp=Ukwp(itch=False, count=0, met=False),
        poem=Poem(scored=False, total=None, band=None),
        ad_level=None,
        scar_class="unclassified",
        gb_grade=None,
        atopic=False,
        sensitivity="low",
        extent="localised",
    )


@pytest.mark.parametrize(
    ("burn", "tan", "fitz"),
    [
        ("always_burns", "never_tans", 1),
        ("always_burns", "tans_poorly", 2),
        ("usually_burns", "tans_poorly", 2),
        ("always_burns", "always_very_dark", 4),
        ("sometimes_mild_burn", "tans_easily", 4),
        ("never_burns", "tans_very_easily_dark", 6),
        ("never_burns", None, None),
        (None, "never_tans", None),
    ],
)
def test_phototype_is_the_mean_rounded_up(burn: str | None, tan: str | None, fitz: int | None) -> None:
    assert facts_of(e_burn=burn, e_tan=tan).fitz == fitz


def test_phototype_is_not_taken_from_its_own_answer() -> None:
    assert facts_of(e_fitz=6).fitz == 2


@pytest.mark.parametrize(
    ("answers", "count", "met"),
    [
        ({"f_onset_u2": "yes", "f_flexural_hx": "yes"}, 2, False),
        ({"f_onset_u2": "yes", "f_flexural_hx": "yes", "f_dry_year": "unsure"}, 2, False),
        ({"f_onset_u2": "yes", "f_flexural_hx": "yes", "f_dry_year": "yes"}, 3, True),
        ({"f_visible_flexural": "yes", "f_asthma_hayfever": "yes", "f_dry_year": "yes"}, 3, True),
    ],
)
def test_ukwp_needs_three_of_five(answers: dict[str, str], count: int, met: bool) -> None:
    assert facts_of(f_itch_12m="yes", **answers).ukwp == Ukwp(itch=True, count=count, met=met)


@pytest.mark.parametrize("itch", ["no", None])
def test_ukwp_needs_the_itch(itch: str | None) -> None:
    answers = {"f_onset_u2": "yes", "f_flexural_hx": "yes", "f_dry_year": "yes", "f_asthma_hayfever": "yes"}

    assert facts_of(f_itch_12m=itch, **answers).ukwp == Ukwp(itch=False, count=1, met=False)


@pytest.mark.parametrize(
    ("items", "total", "band"),
    [
        (poem(0, 0, 0, 0, 0, 0, 0), 0, "clear"),
        (poem(2, 0, 0, 0, 0, 0, 0), 2, "clear"),
        (poem(3, 0, 0, 0, 0, 0, 0), 3, "mild"),
        (poem(4, 3, 0, 0, 0, 0, 0), 7, "mild"),
        (poem(4, 4, 0, 0, 0, 0, 0), 8, "moderate"),
        (poem(4, 4, 4, 4, 0, 0, 0), 16, "moderate"),
        (poem(4, 4, 4, 4, 1, 0, 0), 17, "severe"),
        (poem(4, 4, 4, 4, 4, 4, 0), 24, "severe"),
        (poem(4, 4, 4, 4, 4, 4, 1), 25, "very_severe"),
        (poem(4, 4, 4, 4, 4, 4, 4), 28, "very_severe"),
        (poem(4, 4, None, 0, 0, 0, 0), 8, "moderate"),
        ({"poem_1": 4, "poem_2": 4, "poem_3": 0, "poem_4": 0, "poem_5": 0, "poem_6": 0}, 8, "moderate"),
    ],
)
def test_poem_is_banded(items: dict[str, int | None], total: int, band: str) -> None:
    facts = facts_of(f_itch_12m="yes", f_itch_nrs=10, f_poem=items)

    assert facts.poem == Poem(scored=True, total=total, band=band)
    assert facts.ad_level == band


@pytest.mark.parametrize("items", [{}, {"poem_1": 4}, poem(4, 4, None, None, 4, 4, 4), None])
def test_poem_with_two_blanks_is_not_scored(items: dict[str, int | None] | None) -> None:
    facts = facts_of(f_itch_12m="yes", f_itch_nrs=1, f_poem=items)

    assert facts.poem == Poem(scored=False, total=None, band=None)
    assert facts.ad_level == "mild"


@pytest.mark.parametrize(
    ("itch", "level"),
    [(0, "clear"), (1, "mild"), (3, "mild"), (4, "moderate"), (6, "moderate"), (7, "severe"), (10, "severe")],
)
def test_itch_is_banded(itch: int, level: str) -> None:
    assert facts_of(f_itch_12m="yes", f_itch_nrs=itch).ad_level == level
    assert facts_of(f_itch_12m=None, f_itch_nrs=itch).ad_level == level
    assert facts_of(f_itch_12m="no", f_itch_nrs=itch).ad_level == "clear"


def test_level_of_eczema_is_unknown_when_nothing_says() -> None:
    assert facts_of(f_itch_12m="yes", f_itch_nrs=None).ad_level is None


def test_poem_counts_without_an_itchy_year() -> None:
    assert facts_of(f_itch_12m="no", f_poem=poem(4, 4, 0, 0, 0, 0, 0)).ad_level == "moderate"


@pytest.mark.parametrize(
    ("types", "scar_class"),
    [
        (["pih_brown_marks"], "macular_only"),
        (["pie_red_marks", "pih_brown_marks"], "macular_only"),
        (["keloid"], "raised_only"),
        (["hypertrophic", "pie_red_marks"], "raised_only"),
        (["icepick"], "deep_atrophic"),
        (["boxcar_deep", "rolling", "keloid"], "deep_atrophic"),
        (["rolling"], "shallow_atrophic"),
        (["boxcar_shallow", "keloid", "unsure"], "shallow_atrophic"),
        (["unsure"], "unclassified"),
        (["unsure", "pih_brown_marks"], "unclassified"),
        (["unsure", "keloid"], "unclassified"),
        (None, "unclassified"),
    ],
)
def test_scars_are_classified(types: list[str] | None, scar_class: str) -> None:
    assert facts_of(g_scar_types=types).scar_class == scar_class


@pytest.mark.parametrize(
    ("visible", "covered", "flatten", "grade"),
    [
        ("no", "no", "no", 2),
        ("no", None, None, 2),
        ("yes", "yes", "no", 2),
        (None, "yes", "no", 2),
        ("yes", "no", "yes", 3),
        ("yes", "do_not_use", "no", 4),
        ("yes", "no", "unsure", 3),
        ("yes", "no", None, 3),
        ("yes", None, "no", 4),
        (None, "no", "no", 4),
        (None, None, "no", None),
    ],
)
def test_scars_are_graded(
    visible: str | None, covered: str | None, flatten: str | None, grade: int | None
) -> None:
    assert facts_of(g_visible_50cm=visible, g_covered=covered, g_flatten=flatten).gb_grade == grade


def test_flat_marks_are_grade_1_whatever_else_is_known() -> None:
    unknown = {"g_visible_50cm": None, "g_covered": None, "g_flatten": None}

    assert facts_of(g_scar_types=["pih_brown_marks"], **unknown).gb_grade == 1
    assert facts_of(g_scar_types=["pih_brown_marks"]).gb_grade == 1
    assert facts_of(g_scar_types=None).gb_grade is None


@pytest.mark.parametrize(
    ("answers", "sensitivity"),
    [
        ({}, "low"),
        ({"f_self_sensitive": "yes"}, "moderate"),
        ({"f_doctor_dx": "yes"}, "moderate"),
        ({"f_asthma_hayfever": "yes"}, "moderate"),
        ({"f_asthma_hayfever": "unsure"}, "low"),
        ({"f_itch_12m": "yes", "f_itch_nrs": 3}, "moderate"),
        ({"f_itch_12m": "yes", "f_itch_nrs": 4}, "high"),
        ({"f_poem": poem(4, 4, 4, 4, 4, 4, 4)}, "high"),
        ({"f_face_eczema_now": "yes"}, "high"),
        ({"f_face_eczema_now": "unsure"}, "high"),
        ({"f_contact_allergy": "unsure"}, "high"),
        ({"h_treatments": [{"type": "microneedling", "reaction": "dark_marks"}]}, "high"),
        ({"h_treatments": [{"type": "microneedling", "reaction": "none"}]}, "low"),
        ({"h_treatments": [{"type": "prp", "reaction": "infection"}]}, "low"),
    ],
)
def test_sensitivity_comes_from_what_is_known(answers: dict[str, Any], sensitivity: str) -> None:
    assert facts_of(**answers).sensitivity == sensitivity


@pytest.mark.parametrize(
    ("itch", "bsa", "areas", "extent"),
    [
        (4, 10, ["none"], "widespread"),
        (4, 9, ["face", "neck"], "localised"),
        (4, 9, ["face", "neck", "none"], "localised"),
        (4, 9, ["face", "neck", "face"], "localised"),
        (4, 0, ["face", "neck", "arms"], "widespread"),
        (4, None, ["face", "neck", "arms"], "widespread"),
        (4, None, None, "localised"),
        (3, 100, ["face", "neck", "arms"], "localised"),
        (None, 100, ["face", "neck", "arms"], "localised"),
    ],
)
def test_extent_needs_active_eczema(
    itch: int | None, bsa: int | None, areas: list[str] | None, extent: str
) -> None:
    facts = facts_of(f_itch_12m="yes", f_itch_nrs=itch, f_bsa=bsa, f_areas=areas)

    assert facts.extent == extent


@pytest.mark.parametrize(
    ("answers", "atopic"),
    [
        ({"f_doctor_dx": "yes"}, True),
        ({"f_asthma_hayfever": "yes"}, True),
        ({"f_doctor_dx": "unsure", "f_asthma_hayfever": "unsure"}, False),
        ({"f_doctor_dx": None, "f_asthma_hayfever": None}, False),
        ({"f_itch_12m": "yes", "f_onset_u2": "yes", "f_flexural_hx": "yes", "f_dry_year": "yes"}, True),
    ],
)
def test_atopic_is_what_an_answer_says(answers: dict[str, Any], atopic: bool) -> None:
    assert facts_of(**answers).atopic is atopic


def test_every_raised_and_flat_type_together_is_raised() -> None:
    assert classify_scars(sorted(RAISED | FLAT)) == "raised_only"
    assert classify_scars(sorted(FLAT)) == "macular_only"
