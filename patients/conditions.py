"""The one evaluator of conditions: when a question is shown, when a rule matches. Pure.

A condition is data, `{operator: arguments}`; it is read once and then matched against many cases. It
matches fully, weakly or not at all. An answer "unsure" or "prefer not to say" never matches more than
weakly (unsure policy of the rules), `any` is as strong as its strongest part, `all` as its weakest. A
missing answer and a fact that is not known match nothing, `ne` included.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any

UNSURE = frozenset({"unsure", "prefer_not"})
"""The answers that match weakly."""

BIOLOGICS = frozenset({"prp", "exosome_topical", "exosome_injected", "stem_cell"})
"""Treatments whose reactions `treat_reaction` leaves out: they have a rule of their own."""


class Strength(IntEnum):
    """How strongly a condition matches."""

    NONE = 0
    WEAK = 1
    FULL = 2


class BadCondition(Exception):
    """The data hold a condition that nobody can read. A fault of a version, not of an answer."""


@dataclass(frozen=True)
class Case:
    """What conditions look at: well-shaped answers without blanks, what follows from them, the day."""

    answers: Mapping[str, Any]
    reference_date: date
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """One condition, ready to match. `reads` names the questions, or the fact, that it looks at."""

    match: Callable[[Case], Strength]
    reads: tuple[str, ...]
    parts: tuple["Condition", ...] = ()

    def matched_reads(self, case: Case) -> tuple[str, ...]:
        """Return what the parts that match look at, in the order of the condition."""
        if self.match(case) is Strength.NONE:
            return ()
        if not self.parts:
            return self.reads
        found = (name for part in self.parts for name in part.matched_reads(case))
        return tuple(dict.fromkeys(found))


def read_condition(data: Mapping[str, Any]) -> Condition:
    """Return the condition that `{operator: arguments}` describes.

    :raises BadCondition: if it has not one operator, an unknown one, or arguments it cannot take.
    """
    if len(data) != 1:
        raise BadCondition(f"A condition has one operator, not {sorted(data)}.")
    ((operator, arguments),) = data.items()
    if operator in ("any", "all"):
        return _combine(operator, tuple(read_condition(part) for part in arguments))
    if operator not in _OPERATORS:
        raise BadCondition(f"There is no operator {operator!r}.")
    matcher, reads = _OPERATORS[operator]
    values = arguments if isinstance(arguments, list) else [arguments]
    try:
        return Condition(matcher(*values), reads(*values))
    except TypeError as error:
        raise BadCondition(f"{operator!r} cannot take {arguments!r}.") from error


def age_on(born: date, day: date) -> int:
    """Return the whole years between a date of birth and a day; negative before the birth.

    Someone born on 29 February turns a year older on 1 March where there is no 29 February.
    """
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def days_since(text: str, day: date) -> int:
    """Return the whole days from a date (ISO 8601) to a day; negative for a later date."""
    return (day - date.fromisoformat(text)).days


def _combine(operator: str, parts: tuple[Condition, ...]) -> Condition:
    if not parts:
        raise BadCondition(f"{operator!r} needs at least one part.")
    strongest_or_weakest = max if operator == "any" else min

    def match(case: Case) -> Strength:
        return strongest_or_weakest(part.match(case) for part in parts)

    return Condition(match, tuple(dict.fromkeys(name for part in parts for name in part.reads)), parts)


def _full_if(matched: bool) -> Strength:
    return Strength.FULL if matched else Strength.NONE


def _strength_of(values: Iterable[object]) -> Strength:
    """Return the strength of having matched on these values."""
    return max(
        (Strength.WEAK if value in UNSURE else Strength.FULL for value in values), default=Strength.NONE
    )


Match = Callable[[Case], Strength]


def _one_of(key: str, values: Iterable[Any]) -> Match:
    wanted = frozenset(values)
    return lambda case: _strength_of({case.answers.get(key)} & wanted)


def _yes(key: str) -> Match:
    return _one_of(key, {"yes", *UNSURE})


def _eq(key: str, value: Any) -> Match:
    return _one_of(key, {value})


def _ne(key: str, value: Any) -> Match:
    return lambda case: _full_if(case.answers.get(key, value) != value)


def _has(key: str, values: list[str]) -> Match:
    wanted = frozenset(values)
    return lambda case: _strength_of(wanted.intersection(case.answers.get(key, ())))


def _gte(key: str, least: int) -> Match:
    return lambda case: _full_if(case.answers.get(key, least - 1) >= least)


def _lt(key: str, bound: int) -> Match:
    return lambda case: _full_if(case.answers.get(key, bound) < bound)


def _age(case: Case) -> int | None:
    born = case.answers.get("b_dob")
    return None if born is None else age_on(date.fromisoformat(born), case.reference_date)


def _age_lt(years: int) -> Match:
    return lambda case: _full_if((age := _age(case)) is not None and age < years)


def _age_gte(years: int) -> Match:
    return lambda case: _full_if((age := _age(case)) is not None and age >= years)


def _since(text: str | None, case: Case, days: int) -> bool:
    """Say whether a date lies less than so many days back: that day itself is clear, no date is not."""
    return days_since(text, case.reference_date) < days if text else False


def _days_since_lt(key: str, days: int) -> Match:
    return lambda case: _full_if(_since(case.answers.get(key), case, days))


def _days_until_lt(key: str, days: int) -> Match:
    def match(case: Case) -> Strength:
        text = case.answers.get(key)
        return _full_if(text is not None and 0 <= -days_since(text, case.reference_date) < days)

    return match


def _med_within(medicine: str, days: int) -> Match:
    def match(case: Case) -> Strength:
        if medicine not in case.answers.get("i_meds", ()):
            return Strength.NONE
        last = case.answers.get("i_med_last", {}).get(medicine)
        return _full_if(not last or _since(last, case, days))

    return match


def _any_treatment(test: Callable[[Mapping[str, Any], Case], bool]) -> Match:
    return lambda case: _full_if(any(test(row, case) for row in case.answers.get("h_treatments", ())))


def _treat_within(types: list[str], days: int) -> Match:
    return _any_treatment(lambda row, case: row["type"] in types and _since(row.get("last_date"), case, days))


def _treat_ever(*types: str) -> Match:
    return _any_treatment(lambda row, _case: row["type"] in types)


def _treat_reaction(reactions: list[str]) -> Match:
    return _any_treatment(
        lambda row, _case: row["type"] not in BIOLOGICS and row.get("reaction") in reactions
    )


def _treat_reaction_of(types: list[str], reactions: list[str]) -> Match:
    return _any_treatment(lambda row, _case: row["type"] in types and row.get("reaction") in reactions)


def _fact_in(fact: str, values: list[str]) -> Match:
    wanted = frozenset(values)
    return lambda case: _strength_of({case.facts.get(fact)} & wanted)


def _fact_gte(fact: str, least: int) -> Match:
    return lambda case: _full_if((value := case.facts.get(fact)) is not None and value >= least)


def _first(name: str, *_rest: Any) -> tuple[str, ...]:
    return (name,)


def _always(*names: str) -> Callable[..., tuple[str, ...]]:
    return lambda *_arguments: names


_TREATMENTS = _always("h_treatments")
_OPERATORS: dict[str, tuple[Callable[..., Match], Callable[..., tuple[str, ...]]]] = {
    "yes": (_yes, _first),
    "eq": (_eq, _first),
    "ne": (_ne, _first),
    "has": (_has, _first),
    "in": (_one_of, _first),
    "gte": (_gte, _first),
    "lt": (_lt, _first),
    "age_lt": (_age_lt, _always("b_dob")),
    "age_gte": (_age_gte, _always("b_dob")),
    "days_since_lt": (_days_since_lt, _first),
    "days_until_lt": (_days_until_lt, _first),
    "med_within": (_med_within, _always("i_meds", "i_med_last")),
    "treat_within": (_treat_within, _TREATMENTS),
    "treat_reaction": (_treat_reaction, _TREATMENTS),
    "treat_reaction_of": (_treat_reaction_of, _TREATMENTS),
    "treat_ever": (_treat_ever, _TREATMENTS),
    "fact_in": (_fact_in, _first),
    "fact_gte": (_fact_gte, _first),
}
