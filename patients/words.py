"""What the health form says, by version, in English and Thai. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from patients.versions import read_version

LANGUAGES = ("en", "th")

Text = Mapping[str, str]
"""One text in each language: `{"en": ..., "th": ...}`."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class OptionWords:
    """An answer to choose, and sometimes an example or an explanation below it."""

    label: Text
    hint: Text | None


@dataclass(frozen=True)
class FieldWords:
    """One control as a person reads it."""

    label: Text
    hint: Text | None
    options: Mapping[str, OptionWords]


@dataclass(frozen=True)
class QuestionWords(FieldWords):
    """A question as a person reads it.

    `short` names it on the check page and to clinicians; `missing` is the error when a required answer is
    absent; `low` and `high` are the ends of a scale. `fields` are the parts of a compound question: the
    columns of a past treatment, the medicines with a date, the items of a score, the views of a photo set.
    """

    short: Text
    missing: Text | None
    low: Text | None
    high: Text | None
    fields: Mapping[str, FieldWords]


@dataclass(frozen=True)
class Message:
    """What we tell a person about their answers.

    `shows` is the help to put beside it: "emergency" (the emergency numbers), "crisis" (those, and the
    lines of people to talk to) or "none".
    """

    title: Text
    body: Text
    shows: str


@dataclass(frozen=True)
class Consent:
    """What a person reads before they agree to one purpose."""

    title: Text
    body: tuple[Text, ...]


@dataclass(frozen=True)
class Words:
    """All words of a version.

    `sections` are keyed by letter, `urgent` by urgent rule, `messages` by the assessment's message key and
    `consents` by the question that asks for it. `questions` has the questionnaire's keys and our own.
    """

    version: str
    sections: Mapping[str, Text]
    questions: Mapping[str, QuestionWords]
    texts: Mapping[str, Text]
    urgent: Mapping[str, Message]
    messages: Mapping[str, Message]
    consents: Mapping[str, Consent]


@cache
def load_words(version: str) -> Words:
    """Return the words of a version, such as "0.1-draft"; the file is read once per process.

    :raises UnknownVersion: if there is no such version.
    :raises ValueError: if a text lacks a language.
    """
    data = read_version(version, "words")
    return Words(
        version=data["version"],
        sections=_each(data["sections"], read_text),
        questions=_each(data["questions"], _read_question),
        texts=_each(data["texts"], read_text),
        urgent=_each(data["urgent"], _read_message),
        messages=_each(data["messages"], _read_message),
        consents=_each(data["consents"], _read_consent),
    )


def text(by_language: Text, language: str) -> str:
    """Return a text in a language ("th", "th-TH", ...), else in English."""
    return by_language.get(language[:2]) or by_language["en"]


def is_extra(key: str) -> bool:
    """Whether a key is our own, for the person's convenience: its answer never reaches the assessment."""
    return key.startswith("x_")


def read_text(value: Mapping[str, Any]) -> Text:
    """Return a text in both languages from a value that may hold more beside them.

    :raises ValueError: if a language is missing or empty.
    """
    texts = {language: str(value.get(language, "")).strip() for language in LANGUAGES}
    if not all(texts.values()):
        raise ValueError(f"English and Thai are needed: {dict(value)!r}")
    return MappingProxyType(texts)


def find_text(value: Mapping[str, Any], name: str) -> Text | None:
    """Return the text under a name, None if there is none.

    :raises ValueError: if it lacks a language.
    """
    return read_text(value[name]) if name in value else None


def _read_question(value: Mapping[str, Any]) -> QuestionWords:
    field = _read_field(value)
    return QuestionWords(
        label=field.label,
        hint=field.hint,
        options=field.options,
        short=read_text(value["short"]),
        missing=find_text(value, "missing"),
        low=find_text(value, "low"),
        high=find_text(value, "high"),
        fields=_each(value.get("fields", {}), _read_field),
    )


def _read_field(value: Mapping[str, Any]) -> FieldWords:
    return FieldWords(
        label=read_text(value["label"]),
        hint=find_text(value, "hint"),
        options=_each(value.get("options", {}), _read_option),
    )


def _read_option(value: Mapping[str, Any]) -> OptionWords:
    return OptionWords(label=read_text(value), hint=find_text(value, "hint"))


def _read_message(value: Mapping[str, Any]) -> Message:
    return Message(
        title=read_text(value["title"]),
        body=read_text(value["body"]),
        shows=value.get("shows", "none"),
    )


def _read_consent(value: Mapping[str, Any]) -> Consent:
    return Consent(title=read_text(value["title"]), body=tuple(read_text(line) for line in value["body"]))


def _each(values: Mapping[str, Any], make: Callable[[Mapping[str, Any]], Made]) -> Mapping[str, Made]:
    return MappingProxyType({key: make(value) for key, value in values.items()})
