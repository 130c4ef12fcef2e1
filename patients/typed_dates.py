"""Dates as people type them: any digits, month names in two languages, Buddhist years. Pure."""

import calendar
import unicodedata
from datetime import date

BUDDHIST_OFFSET = 543
FIRST_BUDDHIST_YEAR = 2400

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


class DateProblem(Exception):
    """Why a typed date is not one. `part` is day, month or year: where to put the cursor.

    `code` is one of missing, day, month, year, short_year, no_such_day, too_late, too_early, buddhist;
    for buddhist, `suggested_year` is the year in the common era.
    """

    def __init__(self, code: str, part: str, suggested_year: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.suggested_year = suggested_year


def read_date(
    day: str, month: str, year: str, *, earliest: date, latest: date, needs_day: bool = True
) -> date:
    """Return the typed date, which lies between `earliest` and `latest`, both included.

    Thai and other digits count as digits; a month may be a number or a name ("Mar", "มี.ค."). A year
    over 2400 is taken to be Buddhist and is asked about, never silently changed. A day that may be left
    out is the last of its month, or `latest` if that is earlier.

    :raises DateProblem: if it is incomplete, impossible, out of bounds, or its year is Buddhist.
    """
    for part, typed in (("day", day), ("month", month), ("year", year)):
        if not typed.strip() and (part != "day" or needs_day):
            raise DateProblem("missing", part)
    number = read_number(day) if day.strip() else 0
    if number is None or (day.strip() and not 1 <= number <= 31):
        raise DateProblem("day", "day")
    month_number = _read_month(month)
    if month_number is None:
        raise DateProblem("month", "month")
    return _make_date(number, month_number, _read_year(year), earliest, latest)


def _make_date(day: int, month: int, year: int, earliest: date, latest: date) -> date:
    common_year = year - BUDDHIST_OFFSET if year > FIRST_BUDDHIST_YEAR else year
    if common_year < earliest.year:
        raise DateProblem("too_early", "year")
    if common_year > latest.year:
        raise DateProblem("too_late", "year")
    try:
        made = date(common_year, month, day or calendar.monthrange(common_year, month)[1])
    except ValueError as error:
        raise DateProblem("no_such_day", "day") from error
    if not day and (made.year, made.month) == (latest.year, latest.month):
        made = latest
    if made > latest:
        raise DateProblem("too_late", "year")
    if common_year != year:
        raise DateProblem("buddhist", "year", suggested_year=common_year)
    return made


def _read_year(typed: str) -> int:
    year = read_number(typed)
    if year is None or len(typed.strip()) > 4:
        raise DateProblem("year", "year")
    if year < 100:
        raise DateProblem("short_year", "year")
    return year


def _read_month(typed: str) -> int | None:
    number = read_number(typed)
    if number is not None:
        return number if 1 <= number <= 12 else None
    name = typed.strip().casefold().replace(".", "").replace(" ", "")
    return _MONTHS.get(name) or (_MONTHS.get(name[:3]) if name.isascii() else None)


def read_number(typed: str) -> int | None:
    """Return up to five decimal digits of any script as a number; anything else is None."""
    digits = typed.strip()
    if not digits or len(digits) > 5 or any(unicodedata.category(digit) != "Nd" for digit in digits):
        return None
    return int(digits)
