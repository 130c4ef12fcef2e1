"""Which names may be one person's, and which are a family."""

import pytest

from patients.likeness import are_alike, are_in_other_letters, are_same

ONE_PERSON = [
    ("Hannah Whitfield", "H. Whitfield"),
    ("Hannah Whitfield", "hannah  whitfield"),
    ("Hannah Whitfield", "Whitfield Hannah"),
    ("Hannah Whitfield", "Hannah Witfield"),
    ("Hannah Whitfield", "Hannah"),
    ("Anne-Marie O’Brien", "Anne Marie OBrien"),
    ("José Nuñez", "Jose Nunez"),
    ("ณัฐวุฒิ ใจดี", "ณัฐวุฒ ใจดี"),
    ("น้ำ ทองคำ", "นำ้ ทองคำ"),
    ("สมชาย", "สมชาาย"),
]
FAMILY = [
    ("Lily Whitfield", "Rose Whitfield"),
    ("Hannah Whitfield", "James Whitfield"),
    ("Ann Lee", "Amy Lee"),
    ("Hannah Whitfield", "J. Whitfield"),
    ("Anan Suk", "Arun Dee"),
    ("สมชาย ใจดี", "สมหญิง ใจดี"),
    ("Lily", "Rose"),
    ("", "Rose"),
    ("...", "..."),
]


@pytest.mark.parametrize(("name", "other"), ONE_PERSON)
def test_one_person_may_be_written_in_two_ways(name: str, other: str) -> None:
    assert are_alike(name, other)
    assert are_alike(other, name)


@pytest.mark.parametrize(("name", "other"), FAMILY)
def test_a_family_is_not_one_person(name: str, other: str) -> None:
    assert not are_alike(name, other)
    assert not are_alike(other, name)


def test_the_same_words_in_any_order_are_the_same_name() -> None:
    assert are_same("Hannah Whitfield", "WHITFIELD, Hannah")
    assert not are_same("Hannah Whitfield", "H. Whitfield")
    assert not are_same("-", "...")


def test_thai_and_latin_letters_cannot_be_compared() -> None:
    assert are_in_other_letters("Somchai Jaidee", "สมชาย ใจดี")
    assert not are_in_other_letters("Somchai", "Somsak")
    assert not are_in_other_letters("", "สมชาย")
