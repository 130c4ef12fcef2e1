"""Two readings of the rules, written apart, agree on random cases, to the letter and the order."""

import json
import os
import random
from collections import Counter
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from patients.assessment import assess
from patients.rule_book import load_rule_book
from tests.patients import naive_assessment
from tests.patients.naive_assessment import Naive
from tests.patients.open_cases import load_open_cases
from tests.patients.random_cases import make_case

CASES = int(os.environ.get("NUAN_ASSESS_CASES", "2000"))
SEED = int(os.environ.get("NUAN_ASSESS_SEED", str(random.randrange(10**9))))
ONLY_WEAK = {"F_ALLERGY_UNSURE", "F_SELFHARM_DECLINED"}


def agree(answers: dict[str, Any], day: date) -> bool:
    """Say whether both readings give the same text."""
    return json.dumps(assess(answers, day).as_json()) == json.dumps(Naive(answers, day).judge())


def test_two_readings_agree_on_random_cases() -> None:
    chance = random.Random(SEED)

    for number in range(CASES):
        answers, day = make_case(chance)
        assert agree(answers, day), f"NUAN_ASSESS_SEED={SEED}, case {number}: {day} {answers}"


def test_random_cases_reach_every_rule_route_and_scar_class() -> None:
    chance = random.Random(SEED)
    seen: Counter[str] = Counter()
    for _ in range(2000):
        result = assess(*make_case(chance))
        seen.update(flag.id for flag in result.flags if flag.match == "full" or flag.id in ONLY_WEAK)
        seen.update([result.route, result.facts.scar_class, result.facts.extent])

    book = load_rule_book()
    wanted = {rule.id for rule in book.rules} | book.message_keys.keys() | book.table.keys() | {"widespread"}
    assert wanted - seen.keys() == set(), SEED


@pytest.mark.parametrize("case", load_open_cases(), ids=lambda case: str(case["id"]))
def test_second_reading_knows_the_open_cases(case: dict[str, Any]) -> None:
    result = Naive(case["answers"], date.fromisoformat(case["reference_date"])).judge()

    assert result == case["expected"]


@pytest.mark.parametrize(
    ("rule", "when"),
    [
        ("F_RECENT_RESURFACING", {"treat_within": [["ablative_laser", "subcision"], 182]}),
        ("F_AGE_U18", {"age_lt": 17}),
        ("F_ISO_LT6M", {"days_since_lt": ["i_isotretinoin_stop", 183]}),
        ("F_FITZ_IV_VI", {"fact_gte": ["fitz", 5]}),
    ],
)
def test_a_changed_rule_is_seen(rule: str, when: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    changed = deepcopy(naive_assessment.RULES)
    next(each for each in changed["rules"] if each["id"] == rule)["when"] = when
    monkeypatch.setattr(naive_assessment, "RULES", changed)
    chance = random.Random(SEED)

    assert not all(agree(*make_case(chance)) for _ in range(2000)), SEED
