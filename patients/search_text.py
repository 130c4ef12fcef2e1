"""Names as the desk's search compares them, in Thai and Latin letters. Pure.

`fold` says in Python what the generated column `Patient.search_text` says in SQL; a test keeps them equal.
Tone marks and the silencer are dropped, because who types a Thai name by ear leaves them out or puts them in
another order; vowels stay, and SARA AM is one letter however it was typed.
"""

import re
import unicodedata

_DROPPED = re.compile("[\u0300-\u036f\u0e48-\u0e4c'\u2019\u02bc]")
_REPLACED = str.maketrans("đłøıς", "dloiσ")
_BETWEEN = re.compile("[\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+")
_SPELT_TWICE = (("\u0e4d\u0e32", "\u0e33"), ("\u0e40\u0e40", "\u0e41"))
"""NIKHAHIT + SARA AA is SARA AM; SARA E twice is SARA AE."""


def fold(text: str) -> str:
    """Return the words of a text with one space before each; "" for a text without any."""
    plain = unicodedata.normalize("NFKD", text)
    plain = _DROPPED.sub("", "".join(letter.lower() for letter in plain)).translate(_REPLACED)
    for spelt, letter in _SPELT_TWICE:
        plain = plain.replace(spelt, letter)
    words = _BETWEEN.sub(" ", plain).strip(" ")
    return f" {words}" if words else ""


def split_marked(name: str, words: list[str]) -> list[tuple[str, bool]]:
    """Return a name in pieces, each with whether a typed word begins there; joined they are the name.

    `words` are folded. A word of the name is marked from its beginning for as long as it folds to what was
    typed.
    """
    pieces: list[tuple[str, bool]] = []
    for part in re.findall(r"[^\s\-]+|[\s\-]+", name):
        length = _matched(part, words)
        pieces += [(part[:length], True)] if length else []
        pieces += [(part[length:], False)] if part[length:] else []
    return pieces


def _matched(part: str, words: list[str]) -> int:
    """Return how many letters of a name's word a typed word covers, the marks on its last letter included."""
    folded = fold(part).strip(" ")
    found = max((word for word in words if folded.startswith(word)), key=len, default="")
    if not found:
        return 0
    length = next(
        (end for end in range(1, len(part) + 1) if fold(part[:end]).strip(" ").startswith(found)), 0
    )
    while length < len(part) and fold(part[: length + 1]).strip(" ") == fold(part[:length]).strip(" "):
        length += 1
    return length
