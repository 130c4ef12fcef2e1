"""Public holidays to choose from."""

from datetime import date

import pytest

from bookings.public_holidays import list_public_holidays


def test_thai_holidays_have_both_names() -> None:
    names = {holiday.day: holiday.name for holiday in list_public_holidays("TH", 2027)}

    assert names[date(2027, 4, 13)] == {"en": "Songkran Festival", "th": "วันสงกรานต์"}


def test_holidays_are_of_the_year_and_in_order() -> None:
    days = [holiday.day for holiday in list_public_holidays("TH", 2027)]

    assert days == sorted(days)
    assert {day.year for day in days} == {2027}


@pytest.mark.parametrize("country", ["GB", "FR", "JP", "US", "SG", "MM", "BR"])
def test_every_name_is_one_name_in_two_languages(country: str) -> None:
    names = [holiday.name for holiday in list_public_holidays(country, 2026)]

    assert names
    assert all(set(name) == {"en", "th"} and all(name.values()) for name in names)
    assert not any(";" in text for name in names for text in name.values())


def test_unknown_country_has_none() -> None:
    assert list_public_holidays("XX", 2026) == []
