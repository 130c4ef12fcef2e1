"""The clinic's visit types in `clinic/data`: the plan's lengths, notice, resources and days."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "clinic" / "data"
METHODS = ["MN_SERUM", "INJ_SCAR", "TOP_EXO", "IV_MSC"]

# The clinic's draft plan of 22 November 2026:
# code, minutes, buffer after, notice hours, who may book, needs
VISITS = [
    ("CONS_NEW", 40, 10, 24, "anyone", "doctor consult_room"),
    ("CONS_EXT", 60, 10, 2, "staff", "doctor consult_room"),
    ("CONS_FU", 20, 5, 24, "returning", "doctor consult_room"),
    ("NURSE_PHOTO", 20, 5, 2, "staff", "nurse photo_corner"),
    ("PATCH_D0", 30, 5, 24, "staff", "nurse treatment_room"),
    ("PATCH_D2", 20, 5, 0, "staff", "nurse treatment_room"),
    ("PATCH_D34", 15, 5, 0, "staff", "doctor treatment_room"),
    ("PATCH_D7", 15, 5, 0, "staff", "doctor treatment_room"),
    ("CONSENT", 20, 0, 2, "staff", "doctor consult_room"),
    ("MN_SERUM", 90, 15, 24, "gated", "doctor procedure_room needling_device"),
    ("INJ_SCAR", 45, 15, 24, "gated", "doctor procedure_room"),
    ("TOP_EXO", 45, 10, 24, "gated", "nurse treatment_room"),
    ("IV_MSC", 150, 30, 48, "gated", "doctor infusion_bay"),
    ("SAFETY_CALL", 10, 0, 0, "staff", "nurse"),
]
VIDEO_TOO = {"CONS_NEW", "CONS_EXT", "CONS_FU", "CONSENT"}


def load(name: str) -> Any:
    """Return one data file, parsed."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def visits() -> dict[str, dict[str, Any]]:
    """Return the visit types by code."""
    return {visit["code"]: visit for visit in load("visit_types")}


def test_visit_types_keep_the_plan() -> None:
    found = [
        (
            v["code"],
            v["minutes"],
            v["buffer_after_minutes"],
            v["notice_hours"],
            v["bookable_by"],
            " ".join(v["needs"]),
        )
        for v in load("visit_types")
    ]

    assert found == VISITS
    assert [v["order"] for v in load("visit_types")] == list(range(1, 15))


def test_visit_types_happen_where_the_plan_says() -> None:
    modes = {code: visit["modes"] for code, visit in visits().items()}
    expected = {code: ["in_person", "video"] if code in VIDEO_TOO else ["in_person"] for code in modes}

    assert modes == expected | {"SAFETY_CALL": ["phone", "video"]}


def test_visit_types_start_on_a_grid_within_a_horizon() -> None:
    grids = {code: visit["grid_minutes"] for code, visit in visits().items()}
    far = {code for code, visit in visits().items() if visit["horizon_days"] == 90}

    assert grids == {code: 10 if by == "staff" else 30 for code, _, _, _, by, _ in VISITS}
    assert far == {"CONS_NEW", "CONS_EXT", "CONS_FU"}
    assert {visit["horizon_days"] for visit in visits().values()} == {90, 60}


def test_visit_types_keep_nothing_free_before_and_only_patches_go_on_on_a_monday() -> None:
    weekdays = {code: visit["weekdays"] for code, visit in visits().items() if visit["weekdays"] is not None}

    assert {visit["buffer_before_minutes"] for visit in visits().values()} == {0}
    assert weekdays == {"PATCH_D0": [1]}


def test_gated_visit_types_carry_out_the_method_of_the_same_code() -> None:
    carried = {code: visit["treatment"] for code, visit in visits().items() if visit["treatment"]}

    assert carried == {code: code for code in METHODS}
    assert {code for code, visit in visits().items() if visit["bookable_by"] == "gated"} == set(METHODS)


def test_treatments_and_visit_types_agree_on_minutes() -> None:
    on_cards = {t["code"]: t["visit_minutes"] for t in load("treatments")}

    assert on_cards == {code: visits()[code]["minutes"] for code in METHODS}
