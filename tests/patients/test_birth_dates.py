"""Typed dates of birth become dates, or say which part to look at."""

from datetime import date

import pytest

from patients.birth_dates import read_birth_date
from patients.typed_dates import DateProblem

TODAY = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("typed", "born"),
    [
        (("27", "3", "2014"), date(2014, 3, 27)),
        ((" 7 ", "03", "2014"), date(2014, 3, 7)),
        (("๒๗", "๓", "๒๐๑๔"), date(2014, 3, 27)),
        (("27", "March", "2014"), date(2014, 3, 27)),
        (("27", "sept", "2014"), date(2014, 9, 27)),
        (("27", "มี.ค.", "2014"), date(2014, 3, 27)),
        (("27", "มีนาคม", "2014"), date(2014, 3, 27)),
        (("29", "2", "2016"), date(2016, 2, 29)),
        (("9", "11", "2026"), TODAY),
        (("1", "1", "1906"), date(1906, 1, 1)),
    ],
)
def test_read_birth_date_accepts(typed: tuple[str, str, str], born: date) -> None:
    assert read_birth_date(*typed, today=TODAY) == born


@pytest.mark.parametrize(
    ("typed", "code", "part"),
    [
        (("", "", ""), "missing", "day"),
        (("27", "", "2014"), "missing", "month"),
        (("27", "3", " "), "missing", "year"),
        (("0", "3", "2014"), "day", "day"),
        (("32", "3", "2014"), "day", "day"),
        (("-1", "3", "2014"), "day", "day"),
        (("²", "3", "2014"), "day", "day"),
        (("27", "13", "2014"), "month", "month"),
        (("27", "Smarch", "2014"), "month", "month"),
        (("27", "\x00", "2014"), "month", "month"),
        (("27", "3", "14"), "short_year", "year"),
        (("27", "3", "20145"), "year", "year"),
        (("27", "3", "9" * 10_000), "year", "year"),
        (("27", "3", "🎂"), "year", "year"),
        (("29", "2", "2015"), "no_such_day", "day"),
        (("31", "4", "2014"), "no_such_day", "day"),
        (("10", "11", "2026"), "too_late", "year"),
        (("1", "1", "2027"), "too_late", "year"),
        (("1", "1", "2399"), "too_late", "year"),
        (("1", "1", "1905"), "too_early", "year"),
        (("1", "1", "1900"), "too_early", "year"),
        (("1", "1", "2600"), "too_late", "year"),
        (("29", "2", "2558"), "no_such_day", "day"),
    ],
)
def test_read_birth_date_names_the_part(typed: tuple[str, str, str], code: str, part: str) -> None:
    with pytest.raises(DateProblem) as caught:
        read_birth_date(*typed, today=TODAY)

    assert (caught.value.code, caught.value.part) == (code, part)


@pytest.mark.parametrize(("typed", "suggested"), [("2537", 1994), ("๒๕๓๗", 1994), ("2569", 2026)])
def test_read_birth_date_asks_about_a_buddhist_year(typed: str, suggested: int) -> None:
    with pytest.raises(DateProblem) as caught:
        read_birth_date("1", "2", typed, today=TODAY)

    assert (caught.value.code, caught.value.suggested_year) == ("buddhist", suggested)
