"""Cases for tests of the assessment: the six worked ones, and a calm one that raises nothing."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from deploy.local.places import ROOT

TODAY = date(2026, 12, 1)
"""The day that the cases count to."""

_CASES = ROOT / "patients" / "demo" / "cases"


def load_open_cases() -> list[dict[str, Any]]:
    """Return the six worked cases with what is expected of each."""
    return [_load(path) for path in sorted(_CASES.glob("vo-*.json"))]


def calm_answers(**changes: Any) -> dict[str, Any]:
    """Return complete answers of a woman of 27 in Bangkok that match no rule; None leaves one out."""
    answers = load_case("calm")["answers"] | changes
    return {key: answer for key, answer in answers.items() if answer is not None}


def load_case(name: str) -> dict[str, Any]:
    """Return one case by the name of its file: `calm`, or `vo-01` to `vo-06`."""
    return _load(_CASES / f"{name}.json")


@cache
def _load(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return case
