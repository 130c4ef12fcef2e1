"""Dates of birth as people type them: any digits, month names in two languages, Buddhist years. Pure."""

import unicodedata
from datetime import date

BUDDHIST_OFFSET = 543
FIRST_BUDDHIST_YEAR = 2400
OLDEST = 120
"""Years. Nobody who books is older (oldest documented person: 122)."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("jan", "มกราคม", "มค"),
            ("feb", "กุมภาพันธ์", "กพ"),
            ("mar", "มีนาคม", "มีค"),
            ("apr", "เมษายน", "เมย"),
            ("may", "พฤษภาคม", "พค"),
            ("jun", "มิถุนายน", "มิย"),
            ("jul", "กรกฎาคม", "กค"),
            ("aug", "สิงหาคม", "สค"),
            ("sep", "กันยายน", "กย"),
            ("oct", "ตุลาคม", "ตค"),
            ("nov", "พฤศจิกายน", "พย"),
            ("dec", "ธันวาคม", "ธค"),
        ],
        start=1,
    )
    for name in names
}


class BirthDateProblem(Exception):
    """Why a typed date is not one. `part` is day, month or year: where to put the cursor.

    `code` is one of missing, day, month, year, short_year, no_such_day, future, too_old, buddhist;
    for buddhist, `suggested_year` is the year in the common era.
    """

    def __init__(self, code: str, part: str, suggested_year: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.suggested_year = suggested_year


def read_birth_date(day: str, month: str, year: str, *, today: date) -> date:
    """Return the typed date of birth.

    Thai and other digits count as digits; a month may be a number or a name ("Mar", "มี.ค."). A year
    over 2400 is taken to be Buddhist and is asked about, never silently changed.

    :raises BirthDateProblem: if it is incomplete, impossible, in the future, over 120 years ago, or
        its year is Buddhist.
    """
    for part, typed in (("day", day), ("month", month), ("year", year)):
        if not typed.strip():
            raise BirthDateProblem("missing", part)
    number = _read_number(day)
    if number is None or not 1 <= number <= 31:
        raise BirthDateProblem("day", "day")
    month_number = _read_month(month)
    if month_number is None:
        raise BirthDateProblem("month", "month")
    return _make_date(number, month_number, _read_year(year), today)


def _make_date(day: int, month: int, year: int, today: date) -> date:
    common_year = year - BUDDHIST_OFFSET if year > FIRST_BUDDHIST_YEAR else year
    if common_year < today.year - OLDEST:
        raise BirthDateProblem("too_old", "year")
    if common_year > today.year:
        raise BirthDateProblem("future", "year")
    try:
        born = date(common_year, month, day)
    except ValueError as error:
        raise BirthDateProblem("no_such_day", "day") from error
    if born > today:
        raise BirthDateProblem("future", "year")
    if common_year != year:
        raise BirthDateProblem("buddhist", "year", suggested_year=common_year)
    return born


def _read_year(typed: str) -> int:
    year = _read_number(typed)
    if year is None or len(typed.strip()) > 4:
        raise BirthDateProblem("year", "year")
    if year < 100:
        raise BirthDateProblem("short_year", "year")
    return year


def _read_month(typed: str) -> int | None:
    number = _read_number(typed)
    if number is not None:
        return number if 1 <= number <= 12 else None
    name = typed.strip().casefold().replace(".", "").replace(" ", "")
    return _MONTHS.get(name) or (_MONTHS.get(name[:3]) if name.isascii() else None)


def _read_number(typed: str) -> int | None:
    """Read up to five decimal digits of any script; anything else is None."""
    digits = typed.strip()
    if not digits or len(digits) > 5 or any(unicodedata.category(digit) != "Nd" for digit in digits):
        return None
    return int(digits)
