"""References in groups that are read out."""

import pytest

from bookings.references import spelling_groups


@pytest.mark.parametrize(
    ("reference", "groups"),
    [
        ("BCDF234", ["BCD", "F2", "34"]),
        ("BCDF23", ["BCD", "F23"]),
        ("BCDF2345", ["BCD", "F23", "45"]),
        ("B", ["B"]),
    ],
)
def test_groups_are_short_and_none_is_a_single_letter(reference: str, groups: list[str]) -> None:
    assert spelling_groups(reference) == groups
    assert "".join(groups) == reference
