"""Names as people write them, in any script. Pure."""

import unicodedata

JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: part of the spelling of Persian, Sinhala and Malayalam names."""

EMOJI_MODIFIERS = {"\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}


def clean_name(typed: str) -> str:
    """Return the name without what nobody can see and without needless spaces.

    Control characters, NUL, direction marks (they can reorder the text around a name) and zero-width
    characters are dropped. A joiner stays where it spells: between two letters. Composed form (NFC).
    """
    composed = unicodedata.normalize("NFC", typed)
    kept = []
    for place, letter in enumerate(composed):
        if letter.isspace():
            kept.append(" ")
        elif letter in JOINERS:
            if _is_spelling(composed[place - 1 : place]) and _is_spelling(composed[place + 1 : place + 2]):
                kept.append(letter)
        elif unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            kept.append(letter)
    return " ".join("".join(kept).split())


def has_letter(name: str) -> bool:
    """Whether there is a letter of any script."""
    return any(unicodedata.category(letter)[0] == "L" for letter in name)


def has_picture(name: str) -> bool:
    """Whether there is an emoji or another symbol that no name has."""
    return any(unicodedata.category(letter) == "So" or letter in EMOJI_MODIFIERS for letter in name)


def first_name(name: str) -> str:
    """Return how we greet someone: the first word that is not a title of one or two letters and a dot."""
    words = [word for word in name.split() if not word.endswith(".")]
    return (words or name.split() or [""])[0]


def _is_spelling(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter)[0] in "LM"
