"""The questions of one version: what they are, when they are shown, which answers are missing. Pure.

Answers are a mapping from question key to a JSON value: dates are ISO 8601 texts, several options are a
list, past treatments a list of rows. An answer that is null, an empty text or an empty list is a blank:
the same as no answer. False is an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any

from patients.conditions import Case, Condition, Strength, read_condition
from patients.versions import CURRENT, Words, read_version

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """One of the sections A to N, with its title in each language."""

    id: str
    title: Words


@dataclass(frozen=True)
class Question:
    """One question, without its wording.

    `type` is single, multi, bool, text, phone, email, country, date, int (int_0_10 and so on: the control
    that fits), computed_int, repeat, dict_dates, scale_7x0_4 or photo_set. `stage` is before_visit,
    before_visit_conditional, carried (from the booking), optional, after (at or after the visit) or
    computed. `options` are those of single, multi and photo_set; `columns` those of a repeat's row, empty
    for its date. `keys` are the items of a scale and the medicines whose last date dict_dates asks for
    (`options`: all whose date it takes). `minimum` and `maximum` bound whole numbers, both included. `why`
    and `note` are for those who keep the questionnaire.
    """

    key: str
    section: str
    stage: str
    type: str
    required: bool
    options: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    show_if: Condition | None = None
    feeds: tuple[str, ...] = ()
    why: str = ""
    note: str = ""

    def is_shown(self, case: Case) -> bool:
        """Say whether the question is asked in this case; a weak match shows it as well."""
        return self.show_if is None or self.show_if.match(case) > Strength.NONE


@dataclass(frozen=True)
class Questionnaire:
    """The questions of one version, in the order in which they are asked."""

    version: str
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        """The questions by their key."""
        return {question.key: question for question in self.questions}

    def drop_hidden(self, answers: Answers, reference_date: date) -> dict[str, Any]:
        """Return the answers that count, in the order of the questions: no blanks, nothing hidden.

        What is dropped may have shown another question, so this goes on until nothing more is hidden. A
        missing answer matches nothing, so dropping never shows a question: the end is the same in any order.
        """
        kept = {key: answers[key] for key in self.by_key if not is_blank(answers.get(key))}
        while True:
            case = Case(kept, reference_date)
            shown = {key: value for key, value in kept.items() if self.by_key[key].is_shown(case)}
            if len(shown) == len(kept):
                return shown
            kept = shown

    def missing(self, answers: Answers, reference_date: date) -> list[str]:
        """Return the keys of the required questions that are shown and not answered, in order."""
        kept = self.drop_hidden(answers, reference_date)
        case = Case(kept, reference_date)
        return [
            question.key
            for question in self.questions
            if question.required and question.key not in kept and question.is_shown(case)
        ]


def is_blank(answer: object) -> bool:
    """Say whether an answer is none at all: null, an empty text or an empty list."""
    return answer is None or answer in ("", [])


@cache
def load_questionnaire(version: str = CURRENT) -> Questionnaire:
    """Return the questionnaire of a version, read once per process.

    :raises UnknownVersion: if there is no such version.
    """
    data = read_version(version, "questionnaire")
    return Questionnaire(
        version=data["version"],
        sections=tuple(Section(**section) for section in data["sections"]),
        questions=tuple(_read_question(question) for question in data["questions"]),
    )


def _read_question(data: dict[str, Any]) -> Question:
    columns = {
        name: () if options == "date" else tuple(options) for name, options in data.get("columns", {}).items()
    }
    lists = {name: tuple(data[name]) for name in ("options", "keys", "feeds") if name in data}
    show_if = read_condition(data["show_if"]) if "show_if" in data else None
    return Question(**data | lists | {"columns": columns, "show_if": show_if})
