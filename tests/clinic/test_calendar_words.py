"""The tables of names, against the calendar itself."""

import calendar
from datetime import date, timedelta

import pytest

from clinic import calendar_words as words

WEEK = [date(2026, 11, 16) + timedelta(days=n) for n in range(7)]


def test_english_names_are_those_of_the_calendar() -> None:
    assert [words.weekday_long(day, "en") for day in WEEK] == [
        calendar.day_name[day.weekday()] for day in WEEK
    ]
    assert [words.month_long(month, "en") for month in range(1, 13)] == list(calendar.month_name)[1:]


def test_thai_names_start_with_monday_and_january() -> None:
    assert (words.weekday_long(WEEK[0], "th"), words.weekday_short(WEEK[3], "th")) == ("จันทร์", "พฤ.")
    assert (words.month_long(1, "th"), words.month_short(11, "th")) == ("มกราคม", "พ.ย.")


@pytest.mark.parametrize("language", ["en", "th"])
def test_names_are_all_different(language: str) -> None:
    assert len({words.weekday_short(day, language) for day in WEEK}) == 7
    assert len({words.month_short(month, language) for month in range(1, 13)}) == 12


def test_other_languages_read_english() -> None:
    assert words.weekday_short(WEEK[0], "de") == "Mon"
