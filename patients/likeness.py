"""Whether two names may be one person's, for records that share a phone, an e-mail or a birth date. Pure.

A family shares its phone and its surname: names that differ in a whole word are two people. Written twice, a
name loses a part, gets an initial, or a letter goes wrong.
"""

import unicodedata
from difflib import SequenceMatcher

from patients.search_text import fold

SLIP = 0.8
"""How much of two words is the same when one letter of five went wrong."""

SHORTEST_SLIP = 4
"""Letters of a word that may hold a slip; Ann and Amy are two people."""


def are_alike(name: str, other: str) -> bool:
    """Say whether two names may be one person's: every word of the shorter stands for one of the longer.

    A word stands for itself, for one that begins with it if it is an initial, or for one with a slip; one
    word at least is there in full.
    """
    fewer, more = sorted((fold(name).split(), fold(other).split()), key=len)
    if not fewer or not set(fewer) & set(more):
        return _is_slip(" ".join(fewer), " ".join(more)) if len(fewer) == len(more) == 1 else False
    left = list(more)
    for word in sorted(fewer, key=len, reverse=True):
        stands_for = next((each for each in sorted(left, key=word.__ne__) if _stands_for(word, each)), None)
        if stands_for is None:
            return False
        left.remove(stands_for)
    return True


def are_same(name: str, other: str) -> bool:
    """Say whether two names have the same words, in any order."""
    return sorted(fold(name).split()) == sorted(fold(other).split()) != []


def are_in_other_letters(name: str, other: str) -> bool:
    """Say whether one name is written in Thai and the other in Latin letters: they cannot be compared."""
    return {_script(name), _script(other)} == {"THAI", "LATIN"}


def _stands_for(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return word == other or (len(short) == 1 and long.startswith(short)) or _is_slip(word, other)


def _is_slip(word: str, other: str) -> bool:
    if min(len(word), len(other)) < SHORTEST_SLIP:
        return False
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= SLIP


def _script(name: str) -> str:
    letter = next((letter for letter in name if unicodedata.category(letter)[0] == "L"), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
