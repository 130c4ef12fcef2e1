"""Names keep their spelling and lose what nobody can see."""

import pytest

from patients.names import clean_name, first_name, has_letter, has_picture


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Hannah   Whitfield\n", "Hannah Whitfield"),
        ("ณัฐธิดา ใจดี", "ณัฐธิดา ใจดี"),
        ("Nuño D'Souza-Łoś", "Nuño D'Souza-Łoś"),
        ("e\u0301mile", "émile"),
        ("王小明", "王小明"),
        ("\u202eevil\u202c name\u200f", "evil name"),
        ("Zero\u200bwidth\ufeff", "Zerowidth"),
        ("N\x00U\x07L", "NUL"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("\u200cAnn\u200d", "Ann"),
        ("\u200d", ""),
    ],
)
def test_clean_name_keeps_the_spelling(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(("name", "expected"), [("王", True), ("ก", True), ("123 -", False), ("", False)])
def test_has_letter_knows_any_script(name: str, expected: bool) -> None:
    assert has_letter(name) is expected


@pytest.mark.parametrize(("name", "expected"), [("Ann 🎉", True), ("Ann 👍🏽", True), ("Ann O´Neil", False)])
def test_has_picture_sees_emoji(name: str, expected: bool) -> None:
    assert has_picture(name) is expected


@pytest.mark.parametrize(
    ("name", "first"), [("Hannah Whitfield", "Hannah"), ("Dr. Ann Lee", "Ann"), ("", "")]
)
def test_first_name_greets(name: str, first: str) -> None:
    assert first_name(name) == first
