"""Typed dates whose day may be left out."""

from datetime import date

import pytest

from patients.typed_dates import DateProblem, read_date

FIRST, LAST = date(2000, 1, 1), date(2026, 11, 9)


@pytest.mark.parametrize(
    ("month", "year", "meant"),
    [("2", "2024", date(2024, 2, 29)), ("มิ.ย.", "๒๐๒๕", date(2025, 6, 30)), ("11", "2026", LAST)],
)
def test_a_month_alone_is_its_last_day_but_not_after_the_latest(month: str, year: str, meant: date) -> None:
    assert read_date("", month, year, earliest=FIRST, latest=LAST, needs_day=False) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("", "3", "2024"), "missing"),
        (("1", "1", "1999"), "too_early"),
        (("10", "11", "2026"), "too_late"),
        (("1", "1", "2567"), "buddhist"),
    ],
)
def test_what_is_wrong_is_named(typed: tuple[str, str, str], code: str) -> None:
    with pytest.raises(DateProblem) as caught:
        read_date(*typed, earliest=FIRST, latest=LAST)

    assert caught.value.code == code
