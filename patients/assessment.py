"""From answers to what a clinician reads first: facts, flags, levels by method, urgent messages, route. Pure.

It supports a clinician's decision and takes none. Nothing here is an approval, and nothing here is shown
to a patient but the urgent messages. See `docs/assessment.md`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from patients.answer_checks import BadAnswers, check_answers
from patients.conditions import Case, Strength
from patients.facts import FACT_QUESTIONS, Facts, find_facts, needs_phototype_check
from patients.questionnaire import Questionnaire, load_questionnaire
from patients.rule_book import Levels, Rule, RuleBook, load_rule_book, worst
from patients.versions import CURRENT, Words

ADULT_IN_THAILAND = 20
"""Years. Civil and Commercial Code, section 19 (K-CCC19); below, a guardian consents as well."""

HEAVY = {"relative", "absolute"}
AT_ONCE = {"emergency", "same_day"}


@dataclass(frozen=True)
class Flag:
    """A rule that matched, in the words of the rule, and the answered questions it came from.

    `match` is full or weak. `missing` is empty but for F_INCOMPLETE: the questions without an answer.
    """

    id: str
    match: str
    levels: Levels
    label: Words
    reason: Words
    cite: tuple[str, ...]
    evidence: str
    clears_when: Words | None
    window_days: int | None
    questions: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def is_heavy(self) -> bool:
        """Whether any method's level is relative or absolute."""
        return not HEAVY.isdisjoint(self.levels.values())


@dataclass(frozen=True)
class Urgent:
    """Something that cannot wait, whatever the route; `questions` are where it was said."""

    id: str
    severity: str
    message: Words
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Consideration:
    """A method to talk about: group is discuss, discuss_after_review or not_now."""

    method: str
    level: str
    group: str


@dataclass(frozen=True)
class Note:
    """Something to confirm by examining, in words."""

    id: str
    label: Words


@dataclass(frozen=True)
class Assessment:
    """What follows from one set of answers on one day by one version of the rules.

    `needs_longer_visit` follows the extended flags also while answers are missing, when the route cannot.
    `notes` are what a clinician should confirm by looking: `confirm_phototype`, `provisional_grade`.
    `bookable_as_procedure` is always empty: only an open product gate
    and a clinician's decision make a procedure bookable, and neither is an answer.
    """

    version: str
    reference_date: date
    facts: Facts
    flags: tuple[Flag, ...]
    method_levels: Levels
    urgent: tuple[Urgent, ...]
    route: str
    patient_message_key: str
    considerations: tuple[Consideration, ...]
    notes: tuple[Note, ...]
    needs_longer_visit: bool
    bookable_as_procedure: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The required questions that are shown and not answered, in the order of the questionnaire."""
        return next((flag.missing for flag in self.flags if flag.missing), ())

    def as_json(self) -> dict[str, Any]:
        """Return what can be compared and stored: JSON values, flags by id in the order of the rules."""
        return {
            "facts": asdict(self.facts),
            "flags": {flag.id: _flag_as_json(flag) for flag in self.flags},
            "method_levels": dict(self.method_levels),
            "urgent": [{"id": urgent.id, "severity": urgent.severity} for urgent in self.urgent],
            "route": self.route,
            "patient_message_key": self.patient_message_key,
            "considerations": [asdict(consideration) for consideration in self.considerations],
            "bookable_as_procedure": list(self.bookable_as_procedure),
        }


def assess(answers: Mapping[str, Any], reference_date: date, version: str = CURRENT) -> Assessment:
    """Return what follows from answers on a day, by the questionnaire and rules of a version.

    Blanks and hidden answers are dropped first. `reference_date` is the day that ages and windows count to.

    :raises BadAnswers: if an answer does not have the shape of its question.
    :raises UnknownVersion: if there is no such version.
    """
    questionnaire, book = load_questionnaire(version), load_rule_book(version)
    if faults := check_answers(answers, questionnaire):
        raise BadAnswers(faults)
    kept = questionnaire.drop_hidden(answers, reference_date)
    bad_reaction = book.bad_reaction.match(Case(kept, reference_date)) > Strength.NONE
    facts = find_facts(kept, reference_date, questionnaire=questionnaire, bad_reaction=bad_reaction)
    case = Case(kept, reference_date, vars(facts))
    flags = tuple(_raise_flags(book, case, questionnaire.missing(kept, reference_date)))
    levels = {
        method: worst(level, *(flag.levels[method] for flag in flags))
        for method, level in book.baseline.items()
    }
    urgent = tuple(_find_urgent(book, case))
    route = _choose_route(book, case, flags, urgent)
    return Assessment(
        version=version,
        reference_date=reference_date,
        facts=facts,
        flags=flags,
        method_levels=levels,
        urgent=urgent,
        route=route,
        patient_message_key=book.message_keys[route],
        considerations=tuple(_consider(book, facts, levels)),
        notes=tuple(Note(name, book.notes[name]) for name in _note(kept, facts, questionnaire)),
        needs_longer_visit=_needs_time(book, flags),
    )


def _raise_flags(book: RuleBook, case: Case, missing: list[str]) -> Iterator[Flag]:
    """Yield a flag for each rule that matches, in the order of the rules, and one for missing answers."""
    for rule in book.rules:
        if rule.when and (match := rule.when.match(case)):
            yield _make_flag(rule, match, _questions(rule.when.matched_reads(case), case), ())
    if missing:
        yield _make_flag(book.incomplete, Strength.FULL, (), tuple(missing))


def _find_urgent(book: RuleBook, case: Case) -> Iterator[Urgent]:
    for rule in book.urgent:
        if rule.when.match(case):
            yield Urgent(
                rule.id, rule.severity, rule.message, _questions(rule.when.matched_reads(case), case)
            )


def _make_flag(rule: Rule, match: Strength, questions: tuple[str, ...], missing: tuple[str, ...]) -> Flag:
    return Flag(
        id=rule.id,
        match=match.name.lower(),
        levels=rule.levels_for(match),
        label=rule.label,
        reason=rule.reason,
        cite=rule.cite,
        evidence=rule.evidence,
        clears_when=rule.clears_when,
        window_days=rule.window_days,
        questions=questions,
        missing=missing,
    )


def _questions(names: tuple[str, ...], case: Case) -> tuple[str, ...]:
    """Return the answered questions behind what a condition read: questions themselves, or facts."""
    keys = (key for name in names for key in FACT_QUESTIONS.get(name, (name,)))
    return tuple(key for key in dict.fromkeys(keys) if key in case.answers)


def _choose_route(book: RuleBook, case: Case, flags: tuple[Flag, ...], urgent: tuple[Urgent, ...]) -> str:
    """Return where the visit goes: what cannot wait, then a guardian, then missing answers, then time."""
    age, severities = case.facts["age"], {each.severity for each in urgent}
    if severities & AT_ONCE:
        return "urgent_advice"
    if age is not None and age < ADULT_IN_THAILAND and case.answers.get("b_guardian_consent") != "yes":
        return "guardian_required"
    if severities:
        return "priority_consultation"
    if any(flag.id == book.incomplete.id for flag in flags):
        return "incomplete"
    return "extended_consultation" if _needs_time(book, flags) else "standard_consultation"


def _needs_time(book: RuleBook, flags: tuple[Flag, ...]) -> bool:
    """Say whether what was answered so far asks for a longer visit; what is missing does not."""
    found = [flag for flag in flags if flag.id != book.incomplete.id]
    heavy = sum(flag.is_heavy for flag in found)
    return heavy >= book.heavy_flags_for_extended or any(flag.id in book.extended_flags for flag in found)


def _consider(book: RuleBook, facts: Facts, levels: Levels) -> Iterator[Consideration]:
    """Yield the candidates of the clinic's published table, in its order; no grade, no candidates."""
    by_grade = book.table[facts.scar_class]
    by_sensitivity = by_grade.get("any") or by_grade.get(str(facts.gb_grade), {})
    methods = by_sensitivity.get(facts.sensitivity, [])
    added = book.widespread_adds if facts.extent == "widespread" else ()
    for method in (*methods, *added):
        yield Consideration(method, levels[method], book.groups[levels[method]])


def _note(answers: Mapping[str, Any], facts: Facts, questionnaire: Questionnaire) -> Iterator[str]:
    if needs_phototype_check(answers, facts.fitz, questionnaire):
        yield "confirm_phototype"
    if facts.gb_grade == 3 and answers.get("g_flatten") != "yes":
        yield "provisional_grade"


def _flag_as_json(flag: Flag) -> dict[str, Any]:
    data: dict[str, Any] = {"match": flag.match, "levels": dict(flag.levels)}
    return data | {"missing": list(flag.missing)} if flag.missing else data
