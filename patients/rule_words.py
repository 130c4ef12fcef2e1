"""The condition of a rule in words, for whoever answers for the rules: by question, option and number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clinic.languages import text_in
from patients.conditions import BIOLOGICS
from patients.words import FieldWords, QuestionWords, load_words

PAST, KIND, AFTERWARDS, MEDICINES = "h_treatments", "type", "reaction", "i_meds"


def say_condition(data: Mapping[str, Any], version: str) -> str:
    """Return a condition, `{operator: arguments}`, in the active language. `any` and `all` stand in brackets.

    :raises KeyError: if the version has no words for the question or the operator.
    """
    return _say(data, _Words(version), is_inner=False)


def _say(data: Mapping[str, Any], words: "_Words", *, is_inner: bool = True) -> str:
    ((operator, arguments),) = data.items()
    if operator not in ("any", "all"):
        values = arguments if isinstance(arguments, list) else [arguments]
        return _SAY[operator](words, *values)
    word = _("or") if operator == "any" else _("and")
    joined = f"; {word} ".join(_say(part, words) for part in arguments)
    return f"({joined})" if is_inner and len(arguments) > 1 else joined


@dataclass(frozen=True)
class _Words:
    """The words of a version, in the active language."""

    version: str

    def question(self, key: str) -> str:
        return text_in(dict(self._of(key).short))

    def choices(self, key: str, values: Sequence[Any]) -> str:
        """Return options of a question, joined by "or"."""
        return self._options(self._of(key), values)

    def column(self, name: str, values: Sequence[Any]) -> str:
        """Return options of one column of the past treatments, joined by "or"."""
        return self._options(self._of(PAST).fields[name], values)

    def _of(self, key: str) -> QuestionWords:
        return load_words(self.version).questions[key]

    def _options(self, words: FieldWords, values: Sequence[Any]) -> str:
        said = [
            text_in(dict(words.options[value].label)) if value in words.options else _value(value)
            for value in values
        ]
        return _either(said)


def _either(options: Iterable[str]) -> str:
    word = _("or")
    return f" {word} ".join(options)


def _value(value: Any) -> str:
    return {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure")}.get(value, str(value))


def _yes(words: _Words, key: str) -> str:
    return _("%(question)s: yes (or, weakly, not sure)") % {"question": words.question(key)}


def _one_of(words: _Words, key: str, values: Sequence[Any]) -> str:
    return f"{words.question(key)}: {words.choices(key, values)}"


def _eq(words: _Words, key: str, value: Any) -> str:
    return _one_of(words, key, [value])


def _ne(words: _Words, key: str, value: Any) -> str:
    said = {"question": words.question(key), "answer": words.choices(key, [value])}
    return _("%(question)s: anything but %(answer)s") % said


def _gte(words: _Words, key: str, least: int) -> str:
    return _("%(question)s: %(number)s or more") % {"question": words.question(key), "number": least}


def _lt(words: _Words, key: str, bound: int) -> str:
    return _("%(question)s: less than %(number)s") % {"question": words.question(key), "number": bound}


def _age_lt(_words: _Words, years: int) -> str:
    return _("age below %(years)s") % {"years": years}


def _age_gte(_words: _Words, years: int) -> str:
    return _("age %(years)s or more") % {"years": years}


def _days_since_lt(words: _Words, key: str, days: int) -> str:
    said = {"question": words.question(key), "days": days}
    return _("%(question)s: less than %(days)s days ago") % said


def _days_until_lt(words: _Words, key: str, days: int) -> str:
    return _("%(question)s: in less than %(days)s days") % {"question": words.question(key), "days": days}


def _med_within(words: _Words, medicine: str, days: int) -> str:
    said = {"medicine": words.choices(MEDICINES, [medicine]), "days": days}
    return _("%(medicine)s: last taken less than %(days)s days ago, or no date was given") % said


def _treat_within(words: _Words, types: list[str], days: int) -> str:
    said = {"treatments": words.column(KIND, types), "days": days}
    return _("%(treatments)s: less than %(days)s days ago") % said


def _treat_ever(words: _Words, *types: str) -> str:
    return _("%(treatments)s: at any time") % {"treatments": words.column(KIND, types)}


def _treat_reaction(words: _Words, reactions: list[str]) -> str:
    said = {"others": words.column(KIND, sorted(BIOLOGICS)), "reactions": words.column(AFTERWARDS, reactions)}
    return _("Any past treatment except %(others)s, and afterwards: %(reactions)s") % said


def _treat_reaction_of(words: _Words, types: list[str], reactions: list[str]) -> str:
    said = {"treatments": words.column(KIND, types), "reactions": words.column(AFTERWARDS, reactions)}
    return _("%(treatments)s, and afterwards: %(reactions)s") % said


def _fact(name: str) -> str:
    known = {
        "ad_level": _("How severe the eczema is, worked out from the answers"),
        "fitz": _("Phototype, worked out from the answers"),
    }
    return known.get(name, name)


def _fact_in(_words: _Words, name: str, values: list[str]) -> str:
    known = {"moderate": _("moderate"), "severe": _("severe"), "very_severe": _("very severe")}
    return f"{_fact(name)}: " + _either(known.get(value, value) for value in values)


def _fact_gte(_words: _Words, name: str, least: int) -> str:
    return _("%(question)s: %(number)s or more") % {"question": _fact(name), "number": least}


_SAY: dict[str, Callable[..., str]] = {
    "yes": _yes,
    "eq": _eq,
    "ne": _ne,
    "has": _one_of,
    "in": _one_of,
    "gte": _gte,
    "lt": _lt,
    "age_lt": _age_lt,
    "age_gte": _age_gte,
    "days_since_lt": _days_since_lt,
    "days_until_lt": _days_until_lt,
    "med_within": _med_within,
    "treat_within": _treat_within,
    "treat_reaction": _treat_reaction,
    "treat_reaction_of": _treat_reaction_of,
    "treat_ever": _treat_ever,
    "fact_in": _fact_in,
    "fact_gte": _fact_gte,
}
