"""What somebody answered, in words: for the check page, and wherever answers are read. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from clinic.times import format_date
from patients.country_names import country_name
from patients.questionnaire import Question, is_blank, load_questionnaire
from patients.words import FieldWords, QuestionWords, is_extra, load_words, text

YES_NO: Mapping[bool, Mapping[str, str]] = {
    True: {"en": "Yes", "th": "ใช่"},
    False: {"en": "No", "th": "ไม่ใช่"},
}


def say_answer(key: str, answer: Any, language: str, version: str) -> list[str]:
    """Return an answer in words, one line for each thing that was said; none for a blank one.

    :raises KeyError: if there is no such question.
    """
    if is_blank(answer):
        return []
    words = load_words(version).questions[key]
    if is_extra(key):
        return _say_options(words, answer, language) if isinstance(answer, list) else [str(answer)]
    question = load_questionnaire(version).by_key[key]
    return _SAY.get(question.type, _say_plain)(question, words, answer, language)


def _option(words: FieldWords, value: str, language: str) -> str:
    return text(words.options[value].label, language) if value in words.options else value


def _say_options(words: FieldWords, chosen: list[str], language: str) -> list[str]:
    return [_option(words, value, language) for value in chosen]


def _say_plain(_question: Question, _words: QuestionWords, answer: Any, _language: str) -> list[str]:
    return [str(answer)]


def _say_single(_question: Question, words: QuestionWords, answer: Any, language: str) -> list[str]:
    return [_option(words, answer, language)]


def _say_multi(_question: Question, words: QuestionWords, answer: Any, language: str) -> list[str]:
    return _say_options(words, answer, language)


def _say_bool(_question: Question, _words: QuestionWords, answer: Any, language: str) -> list[str]:
    return [text(YES_NO[answer], language)]


def _say_country(_question: Question, _words: QuestionWords, answer: Any, language: str) -> list[str]:
    return [country_name(answer, language)]


def _say_date(_question: Question, _words: QuestionWords, answer: Any, language: str) -> list[str]:
    return [format_date(date.fromisoformat(answer), language)]


def _say_scale(question: Question, _words: QuestionWords, answer: Any, language: str) -> list[str]:
    middle = {"en": "of", "th": "จาก"}
    return [f"{answer} {text(middle, language)} {question.maximum}"]


def _say_rows(question: Question, words: QuestionWords, answer: Any, language: str) -> list[str]:
    """Return one line a row: what, when, and what went wrong if anything did."""
    lines = []
    for row in answer:
        parts = []
        for column, options in question.columns.items():
            value = row.get(column)
            if is_blank(value) or (column == "reaction" and value == "none"):
                continue
            said = _option(words.fields[column], value, language) if options else _short_date(value, language)
            parts.append(said)
        lines.append(", ".join(parts))
    return lines


def _say_dates(_question: Question, words: QuestionWords, answer: Any, language: str) -> list[str]:
    return [
        f"{text(words.fields[key].label, language)}: {_short_date(value, language)}"
        for key, value in answer.items()
        if not is_blank(value) and key in words.fields
    ]


def _say_items(_question: Question, words: QuestionWords, answer: Any, language: str) -> list[str]:
    return [
        f"{text(words.fields[key].label, language)}: {_option(words, str(value), language)}"
        for key, value in answer.items()
        if not is_blank(value)
    ]


def _say_views(_question: Question, words: QuestionWords, answer: Any, language: str) -> list[str]:
    return [text(words.fields[view].label, language) for view in answer if view in words.fields]


def _short_date(iso: str, language: str) -> str:
    return format_date(date.fromisoformat(iso), language)


Say = Callable[[Question, QuestionWords, Any, str], list[str]]
_SAY: dict[str, Say] = {
    "single": _say_single,
    "multi": _say_multi,
    "photo_set": _say_views,
    "bool": _say_bool,
    "country": _say_country,
    "date": _say_date,
    "int_0_10": _say_scale,
    "repeat": _say_rows,
    "dict_dates": _say_dates,
    "scale_7x0_4": _say_items,
}
