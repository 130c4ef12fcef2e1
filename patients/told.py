"""What a patient told, in words: every question of a version with its answer, or why there is none."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from babel import Locale
from django.utils.translation import gettext as _

from clinic.times import format_date
from patients.conditions import Case
from patients.pages import BEFORE, load_pages
from patients.questionnaire import Question, is_blank, load_questionnaire
from patients.words import FieldWords, is_extra, load_words, text

UNSURE = "x_unsure"
OWN_WORDS = ("x_words", "x_words_medicines")
FACE_MAP = "x_face_map"
BESIDE = {"g_scar_areas": FACE_MAP}
"""Questions whose answer is told by one of our own, which says more: the places by side."""

SAID, NOT_SURE, NOT_ASKED, EMPTY = "said", "unsure", "unasked", "empty"


@dataclass(frozen=True)
class Told:
    """One question and what was answered, in words. `number` is its place in the questionnaire, from 1.

    `state` is said, unsure ("not sure" where the question has no such option), unasked (nobody asked yet,
    which is never a "no") or empty (asked, and left open).
    """

    key: str
    number: int
    label: str
    words: str
    state: str


@dataclass(frozen=True)
class ToldSection:
    """A section of the questionnaire with the questions that are shown."""

    id: str
    title: str
    rows: tuple[Told, ...]


def tell(
    answers: Mapping[str, Any],
    *,
    reference_date: date,
    version: str,
    is_complete: bool,
    language: str,
    counting: Mapping[str, Any] | None = None,
) -> list[ToldSection]:
    """Return a version's sections with what was answered, in a language; hidden questions are left out.

    `is_complete` says whether both stages were asked. `counting` are the answers with what was corrected: a
    question that they show is told too. Sections without a shown question are left out.
    """
    questionnaire, words = load_questionnaire(version), load_words(version)
    kept, *more = (
        questionnaire.drop_hidden({k: v for k, v in each.items() if not is_extra(k)}, reference_date)
        for each in (answers, counting)
        if each is not None
    )
    cases = [Case(each, reference_date) for each in (kept, *more)]
    asked_before = {key for page in load_pages(version).pages_in(BEFORE) for key in page.keys}
    by_section: dict[str, list[Told]] = {}
    for number, question in enumerate(questionnaire.questions, start=1):
        if question.key not in kept and not any(map(question.is_shown, cases)):
            continue
        state = _state_of(question, kept, answers, was_asked=is_complete or question.key in asked_before)
        if (question.stage == "computed" or question.type == "photo_set") and state != SAID:
            continue  # photos are shown, not told
        label = text(words.questions[question.key].short, language)
        said = say_answer(question, answers, version, language) if state == SAID else _without_answer(state)
        by_section.setdefault(question.section, []).append(Told(question.key, number, label, said, state))
    return [
        ToldSection(section.id, section.title[language], tuple(by_section[section.id]))
        for section in questionnaire.sections
        if section.id in by_section
    ]


def list_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return the keys of the answers that differ; blanks are all alike."""
    return [
        key
        for key in dict.fromkeys((*now, *before))
        if now.get(key) != before.get(key) and not (is_blank(now.get(key)) and is_blank(before.get(key)))
    ]


def say_answer(question: Question, answers: Mapping[str, Any], version: str, language: str) -> str:
    """Return the answer to a question in words; "" if there is none."""
    zones = answers.get(BESIDE.get(question.key, ""))
    return (
        say_zones(zones, version, language)
        if zones
        else say(question, answers.get(question.key), version, language)
    )


def say(question: Question, value: Any, version: str, language: str) -> str:
    """Return one value of a question in words; "" for a blank."""
    if is_blank(value):
        return ""
    words = load_words(version).questions[question.key]
    say_it: Say = _SAY.get(question.type, _say_plainly)
    return say_it(question, words, value, language)


def say_zones(zones: list[str], version: str, language: str) -> str:
    """Return the marked places by side, such as "Left cheek, Nose"."""
    words = load_words(version).questions[FACE_MAP]
    return ", ".join(_option(words, zone, language) for zone in words.options if zone in zones)


def _state_of(
    question: Question, kept: Mapping[str, Any], answers: Mapping[str, Any], *, was_asked: bool
) -> str:
    if question.key in kept:
        return SAID
    if question.key in answers.get(UNSURE, ()):
        return NOT_SURE
    return EMPTY if was_asked and not question.required else NOT_ASKED


def _without_answer(state: str) -> str:
    if state == NOT_ASKED:
        return _("Not asked yet")
    return _("Not sure") if state == NOT_SURE else _("Left empty")


def _option(words: FieldWords, value: str, language: str) -> str:
    return text(words.options[value].label, language) if value in words.options else str(value)


def _say_plainly(_question: Question, _words: FieldWords, value: Any, _language: str) -> str:
    return str(value)


def _say_single(_question: Question, words: FieldWords, value: Any, language: str) -> str:
    return _option(words, value, language)


def _say_multi(_question: Question, words: FieldWords, value: Any, language: str) -> str:
    return ", ".join(_option(words, each, language) for each in value)


def _say_fields(_question: Question, words: Any, value: Any, language: str) -> str:
    return ", ".join(_field(words, each, language) for each in value)


def _say_bool(_question: Question, _words: FieldWords, value: Any, _language: str) -> str:
    return _("Yes") if value else _("No")


def _say_date(_question: Question, _words: FieldWords, value: Any, language: str) -> str:
    return format_date(date.fromisoformat(value), language)


def _say_country(_question: Question, _words: FieldWords, value: Any, language: str) -> str:
    return dict(country_names(language)).get(value, str(value))


def _say_of_most(question: Question, _words: FieldWords, value: Any, _language: str) -> str:
    return _("%(number)s of %(most)s") % {"number": value, "most": question.maximum}


def _say_percent(_question: Question, _words: FieldWords, value: Any, _language: str) -> str:
    return f"{value} %"


def _say_dates(_question: Question, words: Any, value: Any, language: str) -> str:
    return "; ".join(
        f"{_field(words, name, language)}: {format_date(date.fromisoformat(day), language)}"
        for name, day in value.items()
        if not is_blank(day)
    )


def _say_scale(question: Question, _words: FieldWords, value: Any, _language: str) -> str:
    total = sum(score for score in value.values() if isinstance(score, int))
    most = len(question.keys) * (question.maximum or 0)
    return _("%(number)s of %(most)s") % {"number": total, "most": most}


def _say_treatments(question: Question, words: Any, value: Any, language: str) -> str:
    return "; ".join(", ".join(_say_columns(question, words, row, language)) for row in value)


def _say_columns(question: Question, words: Any, row: Mapping[str, Any], language: str) -> Iterator[str]:
    for column, options in question.columns.items():
        if is_blank(row.get(column)):
            continue
        if column == "reaction" and row[column] == "none":
            yield _("no problem afterwards")
        elif options:
            said = _option(words.fields[column], row[column], language)
            yield _("afterwards: %(what)s") % {"what": said} if column == "reaction" else said
        else:
            yield format_date(date.fromisoformat(row[column]), language)


def _field(words: Any, name: str, language: str) -> str:
    return text(words.fields[name].label, language) if name in words.fields else str(name)


@cache
def country_names(language: str) -> tuple[tuple[str, str], ...]:
    """Return the countries by name, each with its code (ISO 3166)."""
    territories: Mapping[str, str] = Locale(language).territories
    countries = [(code, name) for code, name in territories.items() if len(code) == 2 and code != "ZZ"]
    return tuple(sorted(countries, key=lambda country: country[1]))


Say = Callable[[Question, Any, Any, str], str]
_SAY: Mapping[str, Say] = {
    "single": _say_single,
    "multi": _say_multi,
    "photo_set": _say_fields,
    "bool": _say_bool,
    "date": _say_date,
    "country": _say_country,
    "int_0_10": _say_of_most,
    "int_0_21": _say_of_most,
    "int_0_100": _say_percent,
    "dict_dates": _say_dates,
    "scale_7x0_4": _say_scale,
    "repeat": _say_treatments,
}
