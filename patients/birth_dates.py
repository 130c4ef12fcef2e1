"""Dates of birth as people type them. Pure."""

from datetime import date

from patients.typed_dates import read_date

OLDEST = 120
"""Years. Nobody who books is older (oldest documented person: 122)."""


def read_birth_date(day: str, month: str, year: str, *, today: date) -> date:
    """Return the typed date of birth.

    :raises patients.typed_dates.DateProblem: if it is not a date, in the future, over 120 years ago, or its
        year is Buddhist.
    """
    return read_date(day, month, year, earliest=date(today.year - OLDEST, 1, 1), latest=today)
