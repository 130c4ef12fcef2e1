"""Phones as staff type them into a search, whole or in part. Pure."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

_PHONE = re.compile(r"[\d\s().+/\u2010-\u2015-]+")
FEWEST = 2
LONGEST = 15
"""Digits of an international number, country code included (ITU-T E.164)."""
LAST_FOUR = range(3, 5)
NATIONAL = 6
"""Digits from which a number that begins with 0 may be one of any country: its end is enough to find it."""


@dataclass(frozen=True)
class TypedPhone:
    """What a stored number (E.164, such as +66891234567) begins with, or ends with; either is a hit."""

    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def read_phone(typed: str, *, country_codes: Collection[str]) -> TypedPhone:
    """Return how numbers look that this may be a part of: +66 89, 089-, 0066, or the last three or four
    digits.

    A number without a country code is one of `country_codes`, such as "66"; what is no phone finds nothing.
    """
    text = "".join(
        str(unicodedata.decimal(letter, letter)) for letter in unicodedata.normalize("NFKC", typed)
    )
    digits = re.sub(r"\D", "", text)
    if not _PHONE.fullmatch(text) or not FEWEST <= len(digits) <= LONGEST + 2:
        return TypedPhone()
    ends = (digits,) if len(digits) in LAST_FOUR else ()
    if text.strip().startswith("+"):
        return TypedPhone(_international(digits, country_codes))
    if digits.startswith("00"):
        return TypedPhone(_international(digits[2:], country_codes), ends)
    if digits.startswith("0"):
        rest = digits[1:]
        begins = tuple(f"+{code}{rest}" for code in country_codes)
        return TypedPhone(begins, (*ends, rest) if len(rest) >= NATIONAL else ends)
    begins = (f"+{digits}", *(f"+{code}{digits}" for code in country_codes))
    return TypedPhone(begins, (digits,) if len(digits) >= LAST_FOUR.start else ())


def _international(digits: str, country_codes: Collection[str]) -> tuple[str, ...]:
    """Return the beginnings of a number with its country code; "+66 (0) 89" is "+6689" too."""
    if not digits:
        return ()
    inner = (code for code in country_codes if digits.startswith(f"{code}0"))
    return (f"+{digits}", *(f"+{code}{digits[len(code) + 1 :]}" for code in inner))
