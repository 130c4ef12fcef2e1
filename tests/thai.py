"""What a Thai reader meets: the strings our code asks for, the catalogue, and English left on a page."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from deploy.local.places import ROOT

CATALOGUE = ROOT / "locale" / "th" / "LC_MESSAGES" / "django.po"
CALLS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SPOKEN = {"alt", "title", "aria-label", "placeholder", "label"} | {
    f"data-{name}"  # shown by our scripts
    for name in ("hold-many", "hold-one", "hold-over", "hold-warning", "none", "when", "where", "announce")
}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
ENGLISH = re.compile(
    r"\b(?:the|an?|is|are|was|you|your|we|our|it|to|of|in|on|at|for|with|by|from|and|or|not|no|yes|this|that"
    r"|can|please|book|choose|time|times|visit|free|call|date|day|name|email|minutes?|today|back|next)\b",
    re.IGNORECASE,
)
LATIN = re.compile(r"[A-Za-z]{2,}")
MARK = r"%\(\w+\)[a-z]|%[a-z%]|\{\w*\}|<[^>]+>"
NEED_NO_THAI = {"Nuan", "Google Calendar", "Outlook", "%(count)s on %(day)s"}
THAI = re.compile(r"[\u0e01-\u0e5b]")


class Wording(NamedTuple):
    """What names an entry of the catalogue: its context ("" if none), its text, its plural ("" if none)."""

    context: str
    text: str
    plural: str


def wordings_of_code(path: Path, text: str) -> set[Wording]:
    """Return what a Python file or a template asks gettext for."""
    if path.suffix != ".py":
        # What is no string comes back as X; its indentation would confuse a reader of Python.
        text = "\n".join(line.lstrip() for line in templatize(text).splitlines())
    found = extract("python", BytesIO(text.encode()), CALLS, options={"encoding": "utf-8"})
    return {_wording(ids, context) for _line, ids, _comments, context in found}


def _wording(ids: str | Iterable[str], context: str | None) -> Wording:
    texts = [ids] if isinstance(ids, str) else list(ids)
    return Wording(context or "", texts[0], texts[1] if len(texts) > 1 else "")


def read_catalogue(text: str) -> Catalog:
    """Return a catalogue, its old entries left out."""
    return read_po(BytesIO(text.encode()), ignore_obsolete=True)


def wordings_of(catalogue: Catalog) -> set[Wording]:
    """Return what a catalogue has entries for."""
    return {_wording(entry.id, entry.context) for entry in catalogue if entry.id}


def faults_of(catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with each entry: guessed, empty, not Thai, other placeholders than the English."""
    for entry in catalogue:
        if not entry.id:
            continue
        english = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        thai = entry.string if isinstance(entry.string, str) else "".join(entry.string or [])
        if entry.fuzzy:
            yield f"{english[0]!r} is marked fuzzy"
        if not thai.strip():
            yield f"{english[0]!r} has no Thai"
        elif (
            not THAI.search(thai)
            and LATIN.search(without(english[0], [MARK]))
            and english[0] not in NEED_NO_THAI
        ):
            yield f"{english[0]!r} is not in Thai"
        if thai.strip() and sorted(re.findall(MARK, thai)) != sorted(re.findall(MARK, english[-1])):
            yield f"{english[0]!r} has other placeholders or tags in Thai"
        if " ๆ" in thai:
            yield f"{english[0]!r}: the space before ๆ must not break"


class _Words(HTMLParser):
    """Collects what a page says, in texts and spoken attributes, outside what is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _is_silent(self) -> bool:
        return any(silent for _tag, silent in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        silent = tag in ("script", "style") or (tag != "html" and values.get("lang") == "en")
        if not silent and not self._is_silent:
            self.said += [value for name, value in values.items() if name in SPOKEN]
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_silent:
            self.said.append(" ".join(data.split()))


def english_of(page: str, allowed: Iterable[str]) -> list[str]:
    """Return the texts of a page that are English, or hold English words, once what is allowed is gone."""
    words = _Words()
    words.feed(page)
    return [text for text in words.said if is_english(without(text, allowed))]


def without(text: str, allowed: Iterable[str]) -> str:
    """Return a text without the patterns that may stand in Thai as they are."""
    for pattern in allowed:
        text = re.sub(pattern, " ", text)
    return text


def is_english(text: str) -> bool:
    """Whether a text is in English, or in Thai with an English word of everyday use left in it."""
    return bool(LATIN.search(text) and (not THAI.search(text) or ENGLISH.search(text)))
