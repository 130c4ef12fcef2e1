"""Money in words."""

import pytest

from clinic.money import format_money


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (150_000, "THB", "฿1,500"),
        (150_050, "THB", "฿1,500.50"),
        (0, "THB", "฿0"),
        (9_500, "GBP", "£95"),
        (1_234_567, "JPY", "¥1,234,567"),
        (990, "CHF", "CHF\N{NO-BREAK SPACE}9.90"),
    ],
)
def test_money_shows_minor_units_only_if_there_are_any(minor: int, currency: str, words: str) -> None:
    assert format_money(minor, currency) == words
