"""What an answer shows: which classes of fields of whom, and whether any of it stands in an address."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from clinic.access.fields import Field, Fields
from tests.access.canaries import DRAFT, LETTERS

SIGNS = {
    Field.FLAGS: ("F_ISO_LT6M", "Isotretinoin stopped less than 6 months"),
    Field.SCORES: ("(Fitzpatrick)", "Scar grade, own account"),
    Field.PRIVATE: ("Thoughts of self-harm", "SELFHARM", "SELF_HARM"),
}
"""Words of what is made of the answers of every record of the world, and of an answer given alone."""

ABOUT_NOBODY = {"review:rules"}
"""Pages that say these words of nobody: the rules themselves."""

_FIELD = {word.lower(): field for field, word in LETTERS.items()}
_CANARY = re.compile(rf"({'|'.join([*LETTERS.values(), DRAFT])})zq([a-z]+)", re.IGNORECASE)
_SIGN = re.compile("|".join(re.escape(sign) for signs in SIGNS.values() for sign in signs))
_ADDRESS = re.compile(r'\s(?:href|src|action|formaction|hx-\w+|data-\w*(?:url|href)|content)="([^"]*)"')
_JPEG = b"\xff\xd8\xff"


class Shown(NamedTuple):
    """A class of fields that was shown, and whose; "" if the words do not tell. No class: nobody's to see."""

    field: Field | None
    whose: str


class Page(NamedTuple):
    """An answer as a browser gets it."""

    body: bytes
    headers: str
    cookies: str

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def read(answer: Any) -> Page:
    """Read an answer, which may come in pieces."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Page(body, "\n".join(answer.headers.values()), str(answer.cookies))


def list_shown(page: Page, *, about_nobody: bool = False) -> set[Shown]:
    """Return which classes of fields an answer shows, headers and all."""
    text = f"{page.text}\n{page.headers}"
    found = {Shown(_FIELD.get(word.lower()), whose.lower()) for word, whose in _CANARY.findall(text)}
    if _JPEG in page.body:
        found.add(Shown(Field.PHOTOS, ""))
    if not about_nobody:
        signs = set(_SIGN.findall(text))
        found |= {Shown(field, "") for field, words in SIGNS.items() if signs.intersection(words)}
    return found


def list_in_addresses(page: Page) -> list[str]:
    """Return the addresses, headers and cookies in which a canary stands, but not where to write or call."""
    found = [*_ADDRESS.findall(page.text), page.headers, page.cookies]
    return [each for each in found if _CANARY.search(each) and not each.startswith(("mailto:", "tel:"))]


def too_much(shown: set[Shown], may: Mapping[str, Fields]) -> list[str]:
    """Return what was shown and is not in `may`: classes by whose they are, "" for what names nobody."""
    return sorted(
        f"shows {each.field.name if each.field else 'a draft'} of {each.whose or 'somebody'}"
        for each in shown
        if each.field not in may.get(each.whose, frozenset())
    )
