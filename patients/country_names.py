"""Names of countries in English and Thai, from the Unicode CLDR that Babel brings along. Pure."""

import re
from functools import cache

from babel import Locale

_CODE = re.compile(r"[A-Z]{2}", re.ASCII)
NO_COUNTRY = frozenset({"CQ", "EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
"""CLDR's two-letter regions that are no countries; CQ (Sark) belongs to Guernsey and has no Thai name."""


@cache
def list_countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return the countries as (ISO 3166 code, name) in the order of their names in a language."""
    names = Locale.parse(language[:2]).territories
    found = [(code, name) for code, name in names.items() if _CODE.fullmatch(code) and code not in NO_COUNTRY]
    return tuple(sorted(found, key=lambda country: (country[1].casefold(), country[0])))


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language, or its code if there is none."""
    return dict(list_countries(language)).get(code, code)
