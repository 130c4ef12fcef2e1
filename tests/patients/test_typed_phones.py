"""Phones as staff type them: every format finds the same number."""

import pytest

from patients.typed_phones import TypedPhone, read_phone

STORED = "+66891234567"
ABROAD = "+447700900318"


def finds(typed: str, stored: str) -> bool:
    phone = read_phone(typed, country_codes=["66"])
    return any(stored.startswith(begin) for begin in phone.begins) or any(map(stored.endswith, phone.ends))


@pytest.mark.parametrize(
    "typed",
    [
        *("+66891234567", "+66 89 123 4567", "+66 (0)89-123-4567", "0066 89 1234567", "66891234567"),
        *("089-123-4567", "0891234567", "089 12", "+66 89", "89123", "4567", "567", "๐๘๙-๑๒๓ ๔๕๖๗", "０８９"),
    ],
)
def test_every_format_finds_the_number(typed: str) -> None:
    assert finds(typed, STORED)


@pytest.mark.parametrize(
    "typed", ["+44 7700", "0044 (0)7700".replace("(0)", ""), "07700 900318", "447700900318", "0318", "318"]
)
def test_a_number_of_another_country_is_found(typed: str) -> None:
    assert finds(typed, ABROAD)


@pytest.mark.parametrize("typed", ["", "9", "089a", "+", "00", "()", "9" * 18, "%", "whit", "089@x.com"])
def test_what_is_no_phone_finds_nothing(typed: str) -> None:
    assert read_phone(typed, country_codes=["66"]) == TypedPhone()


@pytest.mark.parametrize("typed", ["088", "+66 88", "4568", "0662", "1234"])
def test_another_number_is_not_found(typed: str) -> None:
    assert not finds(typed, STORED)
