"""Whether answers have the shape of their questions. Pure; a fault names the question, never its answer."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from patients.questionnaire import Question, Questionnaire, is_blank

LONGEST_TEXT = 10_000
"""Characters of one answer in words."""

LONGEST_LIST = 200
"""Options or past treatments in one answer."""

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@dataclass(frozen=True)
class Fault:
    """What is wrong with the answer to one question, in words that do not repeat it."""

    question: str
    problem: str

    def __str__(self) -> str:
        return f"{self.question}: {self.problem}"


class BadAnswers(Exception):
    """Answers that do not have the shape of their questions. `faults` names each."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def check_answers(answers: object, questionnaire: Questionnaire) -> list[Fault]:
    """Return what is wrong with the shape of answers, in their order; nothing for well-shaped ones.

    A blank is no answer and never wrong. Hidden answers are looked at too. "None" beside other options is
    let through: the rules read what else was chosen.
    """
    if not isinstance(answers, Mapping):
        return [Fault("answers", "must be an object of question keys and answers")]
    faults = []
    for key, answer in answers.items():
        question = questionnaire.by_key.get(key) if isinstance(key, str) else None
        if question is None:
            faults.append(Fault(safe_name(key), "is not a question of this questionnaire"))
        elif not is_blank(answer):
            faults.extend(Fault(key, problem) for problem in _CHECKS[question.type](question, answer))
    return faults


def safe_name(key: object) -> str:
    """Return a key if it looks like one of ours; anything else may be personal and is not repeated."""
    return key if isinstance(key, str) and _KEY.fullmatch(key) else "an unknown key"


def is_iso_date(text: object) -> bool:
    """Say whether a value is a text YYYY-MM-DD that names a day of the calendar."""
    if not isinstance(text, str) or not _ISO_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


Problems = Iterator[str]


def _check_single(question: Question, answer: object) -> Problems:
    if not isinstance(answer, str):
        yield "must be a text"
    elif answer not in question.options:
        yield "is not one of the options"


def _check_multi(question: Question, answer: object) -> Problems:
    if not isinstance(answer, list) or len(answer) > LONGEST_LIST:
        yield "must be a list of options"
    elif not all(isinstance(chosen, str) and chosen in question.options for chosen in answer):
        yield "holds something that is not one of the options"


def _check_bool(_question: Question, answer: object) -> Problems:
    if not isinstance(answer, bool):
        yield "must be true or false"


def _check_text(_question: Question, answer: object) -> Problems:
    if not isinstance(answer, str):
        yield "must be a text"
    elif len(answer) > LONGEST_TEXT:
        yield f"must have at most {LONGEST_TEXT} characters"
    elif any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in answer):
        yield "holds a character that is not text"


def _check_country(_question: Question, answer: object) -> Problems:
    if not isinstance(answer, str) or not _COUNTRY.fullmatch(answer):
        yield "must be a country of two capital letters (ISO 3166)"


def _check_date(_question: Question, answer: object) -> Problems:
    if not is_iso_date(answer):
        yield "must be a date, YYYY-MM-DD"


def _check_number(question: Question, answer: object) -> Problems:
    least, most = question.minimum or 0, question.maximum or 0
    if type(answer) is not int:  # a bool is an int, but not a number of anything
        yield "must be a whole number"
    elif not least <= answer <= most:
        yield f"must lie between {least} and {most}"


def _check_rows(question: Question, answer: object) -> Problems:
    if not isinstance(answer, list) or len(answer) > LONGEST_LIST:
        yield "must be a list of rows"
        return
    for number, row in enumerate(answer, start=1):
        yield from (f"row {number}: {problem}" for problem in _check_row(question, row))


def _check_row(question: Question, row: object) -> Problems:
    if not isinstance(row, Mapping):
        yield "must be an object"
        return
    if not row.keys() <= question.columns.keys():
        yield "has an unknown column"
    if is_blank(row.get("type")):
        yield "type is missing"
    for column, options in question.columns.items():
        value = row.get(column)
        if is_blank(value):
            continue
        if options and not (isinstance(value, str) and value in options):
            yield f"{column} is not one of the options"
        elif not options and not is_iso_date(value):
            yield f"{column} must be a date, YYYY-MM-DD"


def _check_keyed(question: Question, answer: object, check: "Check") -> Problems:
    if not isinstance(answer, Mapping):
        yield "must be an object"
        return
    keys = dict.fromkeys((*question.keys, *question.options))
    if not answer.keys() <= keys.keys():
        yield "has an unknown key"
    for key in keys:
        if not is_blank(answer.get(key)):
            yield from (f"{key} {problem}" for problem in check(question, answer[key]))


def _check_dates(question: Question, answer: object) -> Problems:
    return _check_keyed(question, answer, _check_date)


def _check_scale(question: Question, answer: object) -> Problems:
    return _check_keyed(question, answer, _check_number)


Check = Callable[[Question, Any], Problems]
_CHECKS: dict[str, Check] = {
    "single": _check_single,
    "multi": _check_multi,
    "photo_set": _check_multi,
    "bool": _check_bool,
    "text": _check_text,
    "phone": _check_text,
    "email": _check_text,
    "country": _check_country,
    "date": _check_date,
    "int": _check_number,
    "int_0_10": _check_number,
    "int_0_21": _check_number,
    "int_0_100": _check_number,
    "computed_int": _check_number,
    "repeat": _check_rows,
    "dict_dates": _check_dates,
    "scale_7x0_4": _check_scale,
}
