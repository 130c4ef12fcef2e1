"""A fingerprint differs when what is stored does."""

from datetime import date
from typing import Any

from clinic.fingerprints import fingerprint


def test_the_same_values_have_the_same_fingerprint_in_any_order() -> None:
    assert fingerprint({"a": 1, "b": {3, 1}}) == fingerprint({"b": {1, 3}, "a": 1})


def test_any_other_value_has_another() -> None:
    values: list[dict[str, Any]] = [
        {"a": 1},
        {"a": "1"},
        {"a": None},
        {"a": {1}},
        {"a": date(2026, 1, 1)},
        {"b": 1},
    ]

    assert len({fingerprint(value) for value in values}) == len(values)
