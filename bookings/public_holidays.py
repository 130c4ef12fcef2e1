"""Public holidays a clinic may choose to close on, with their names in English and Thai. Pure."""

from dataclasses import dataclass
from datetime import date

import holidays

ENGLISH = ("en_US", "en_GB", "en")


@dataclass(frozen=True)
class PublicHoliday:
    """A public holiday of a country: its date and its name by language."""

    day: date
    name: dict[str, str]


def list_public_holidays(country: str, year: int) -> list[PublicHoliday]:
    """Return the public holidays of a country (ISO code of two letters) in a year, by date.

    A country the `holidays` package does not know has none. Where it has no Thai (or English) name,
    the country's own name for the day stands in.
    """
    supported = holidays.list_localized_countries().get(country, [])
    if country not in holidays.list_supported_countries():
        return []
    english = next((code for code in ENGLISH if code in supported), None)
    thai = "th" if "th" in supported else english
    in_english = holidays.country_holidays(country, years=year, language=english)
    in_thai = holidays.country_holidays(country, years=year, language=thai)
    return [
        PublicHoliday(day, {"en": _short(name), "th": _short(in_thai.get(day) or name)})
        for day, name in sorted(in_english.items())
        if day.year == year
    ]


def _short(name: str) -> str:
    """Return the first of several names of one day."""
    return name.split(";", maxsplit=1)[0].strip()
