"""Marks of what a page showed."""

from datetime import date

from clinic.stamps import list_changed, stamp_fields, stamp_of


def test_the_same_values_have_the_same_mark() -> None:
    assert stamp_of({"a": 1, "b": date(2026, 1, 1)}) == stamp_of({"b": date(2026, 1, 1), "a": 1})
    assert stamp_of(1) != stamp_of(2)


def test_a_changed_field_is_named() -> None:
    seen = stamp_fields({"name": "Mali", "city": "Bangkok"})

    assert list_changed(seen, {"name": "Mali", "city": "Bangkok"}) == []
    assert list_changed(seen, {"name": "Mali", "city": "Tokyo"}) == ["city"]


def test_a_line_that_says_nothing_calls_everything_changed() -> None:
    for nonsense in ("", "name", "::: name:", "\x00"):
        assert list_changed(nonsense, {"name": "Mali", "city": "Tokyo"}) == ["name", "city"]
