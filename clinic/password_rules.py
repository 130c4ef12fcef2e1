"""Passwords that are refused: common ones and the clinic's own words, and obvious variants of both.

Length is all else that counts: no composition and no rotation rules (NIST SP 800-63B-4, 3.1.1.2; OWASP
ASVS 5.0, 6.2.4, 6.2.11, 6.2.12). The common ones are Django's list of 20,000 that were breached: no
password leaves the site to be looked up.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from clinic.queries.places import get_places

OUR_WORDS = frozenset(
    {"nuan", "mali", "demo", "clinic", "skin", "scar", "scars", "acne", "laser", "doctor", "doctors", "staff"}
    | {"dermatology", "eczema", "atopic", "consultation", "booking", "patient", "patients"}
)
LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}
)
FEWEST_LEFT = 6
"""Letters that must be left when the clinic's words are taken out of a password."""
MOST_DIGITS = 8
"""Digits, such as a date, that make a word no harder to guess."""
SHORTEST_WORD = 2
FEWEST_SIGNS = 5
"""Different signs a password has, unless it is one that somebody tries first, such as 121212121212."""
ROWS = ("1234567890" * 3, "qwertyuiop" * 3, "asdfghjkl" * 3, "zxcvbnm" * 3, "abcdefghijklmnopqrstuvwxyz" * 2)


class GuessedFirst:
    """Refuses what somebody who attacks this clinic tries first."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 (Django hands it over)
        """Pass, or refuse.

        :raises ValidationError: with words for whoever chooses it.
        """
        if len(set(password)) < FEWEST_SIGNS or any(core in _common() for core in cores(password)):
            raise ValidationError(
                _("Too many people use this password, or one like it."), code="guessed_first"
            )
        if any(_is_ours(core) for core in cores(password)):
            raise ValidationError(_("This password is made of the clinic’s own words."), code="our_words")

    def get_help_text(self) -> str:
        """Return what the form says beforehand."""
        return _("Choose several words that you remember, such as a sentence only you would say.")


def cores(password: str) -> Iterator[str]:
    """Yield what a password comes down to: in lower case, signs read as letters, digits cut, halves once."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    cut = _cut(folded)
    for text in (folded, folded.translate(LEET), cut, cut.translate(LEET)):
        letters = _plain(text)
        yield letters
        yield _once(letters)
        yield _once(_without_digits(letters))


def _cut(text: str) -> str:
    """Return a text without the few digits and signs people put around a word."""
    cut = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    return cut if _count_digits(text) - _count_digits(cut) <= MOST_DIGITS else text


def _plain(text: str) -> str:
    """Return the letters and digits of a text."""
    return re.sub(r"[\W_]+", "", text)


def _without_digits(text: str) -> str:
    """Return a text without its digits; many digits are part of what is hard to guess, and stay."""
    return re.sub(r"\d", "", text) if _count_digits(text) <= MOST_DIGITS else text


def _count_digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _once(text: str) -> str:
    """Return what a text repeats, or the text."""
    found = re.fullmatch(r"(.+?)\1+", text)
    return found[1] if found else text


def _is_ours(core: str) -> bool:
    """Whether nearly nothing is left of a text without the clinic's words, or only what is common."""
    left = core
    for word in sorted(_clinic_words(), key=len, reverse=True):
        left = left.replace(word, "")
    if left == core:
        return False
    left = _without_digits(left)
    return len(left) < FEWEST_LEFT or left in _common()


def _clinic_words() -> frozenset[str]:
    """Return the words by which this clinic and its sites are known, in every language."""
    clinic, sites = get_places()
    names = [clinic.name, *(text for site in sites for text in (*site.name.values(), *site.city.values()))]
    words = {_plain(word) for name in names for word in re.split(r"[\s\-/]+", name.casefold())}
    return OUR_WORDS | {word for word in words if len(word) > SHORTEST_WORD}


@cache
def _common() -> frozenset[str]:
    """Return the common passwords, and runs along a keyboard or the alphabet."""
    runs = {row[start : start + length] for row in ROWS for start in range(10) for length in range(6, 27)}
    return frozenset(CommonPasswordValidator().passwords | runs | {run[::-1] for run in runs})
