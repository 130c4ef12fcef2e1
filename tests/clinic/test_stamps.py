"""Marks of what a page showed."""

from datetime import date
from typing import Any

from clinic.stamps import list_changed, stamp_fields, stamp_of


def test_the_same_values_have_the_same_mark() -> None:
    assert stamp_of({"a": 1, "b": date(2026, 1, 1)}) == stamp_of({"b": date(2026, 1, 1), "a": 1})
    assert stamp_of({"a": {3, 1, 2}}) == stamp_of({"a": {2, 1, 3}})


def test_any_other_value_has_another() -> None:
    values: list[dict[str, Any]] = [
        {"a": 1},
        {"a": "1"},
        {"a": None},
        {"a": {1}},
        {"a": date(2026, 1, 1)},
        {"b": 1},
    ]

    assert len({stamp_of(value) for value in values}) == len(values)


def test_a_changed_field_is_named() -> None:
    seen = stamp_fields({"name": "Mali", "city": "Bangkok"})

    assert list_changed(seen, {"name": "Mali", "city": "Bangkok"}) == []
    assert list_changed(seen, {"name": "Mali", "city": "Tokyo"}) == ["city"]


def test_a_line_that_says_nothing_calls_everything_changed() -> None:
    for nonsense in ("", "name", "::: name:", "\x00"):
        assert list_changed(nonsense, {"name": "Mali", "city": "Tokyo"}) == ["name", "city"]
