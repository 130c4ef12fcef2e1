"""Putting a clinic's own words into a message, as far as they are in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clinic.message_words import Part, Slots, faults_of, fill, paragraphs_of


@dataclass(frozen=True)
class OwnWords:
    """Filled texts of a message; whatever is empty says what it says by default.

    `paragraphs` are lines of parts, so that a page can make a link of a link.
    """

    subject: str = ""
    heading: str = ""
    paragraphs: list[list[list[Part]]] = field(default_factory=list)


def own_words(texts: Mapping[str, str], slots: Slots, values: Mapping[str, str]) -> OwnWords:
    """Return the texts of one language filled in; if one of them has a fault, none is used.

    They were checked when they were written, and are checked again: rules change, and so do values.
    """
    if any(faults_of(texts[name], slot) for name, slot in slots.by_name().items()):
        return OwnWords()
    return OwnWords(
        subject=fill(texts["subject"], values),
        heading=fill(texts["heading"], values),
        paragraphs=paragraphs_of(texts["words"], values),
    )
