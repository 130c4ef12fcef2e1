"""The rules, the urgent rules and the table of considerations of one version. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from patients.conditions import Condition, Strength, read_condition
from patients.versions import CURRENT, Words, read_version

Levels = Mapping[str, str]
"""A level (none, caution, relative or absolute) for each method."""

LEVELS = ("none", "caution", "relative", "absolute")
"""From the mildest to the most severe."""


@dataclass(frozen=True)
class Rule:
    """A risk: when it is there, what it means for each method, why, and which source says so.

    `window_days` is how many days it lasts, if a number of days decides; `clears_when` says in words what
    ends it. `evidence` marks a published source (F), established knowledge (K) or clinic policy.
    `when_data` is the condition as it is written, for whoever says it in words.
    """

    id: str
    label: Words
    reason: Words
    cite: tuple[str, ...]
    evidence: str
    levels: Levels
    weak_levels: Levels
    temporary: bool
    when: Condition | None = None
    clears_when: Words | None = None
    window_days: int | None = None
    when_data: Mapping[str, Any] | None = None

    def levels_for(self, match: Strength) -> Levels:
        """Return the levels of a full match, or of a weak one, which are capped."""
        return self.levels if match is Strength.FULL else self.weak_levels


@dataclass(frozen=True)
class UrgentRule:
    """Something that cannot wait: `severity` is emergency, same_day or within_2_weeks."""

    id: str
    when: Condition
    when_data: Mapping[str, Any]
    severity: str
    message: Words


@dataclass(frozen=True)
class RuleBook:
    """Everything one version judges by. `incomplete` is the rule of the missing answers.

    `weak_cap` is the most severe level of a weak match. `table` gives the candidates in order, by scar class,
    grade ("any" where it does not matter) and sensitivity. `groups` says under which heading a candidate of a
    level stands.
    """

    version: str
    status: Words
    methods: Mapping[str, Words]
    baseline: Levels
    weak_cap: str
    rules: tuple[Rule, ...]
    incomplete: Rule
    urgent: tuple[UrgentRule, ...]
    extended_flags: frozenset[str]
    heavy_flags_for_extended: int
    message_keys: Mapping[str, str]
    purpose: Words
    bad_reaction_rule: str
    table: Mapping[str, Mapping[str, Mapping[str, list[str]]]]
    widespread_adds: tuple[str, ...]
    groups: Mapping[str, str]
    notes: Mapping[str, Words]

    @cached_property
    def bad_reaction(self) -> Condition:
        """When an earlier procedure ended in a bad reaction."""
        return next(rule.when for rule in self.rules if rule.id == self.bad_reaction_rule and rule.when)


def worst(*levels: str) -> str:
    """Return the most severe of some levels."""
    return max(levels, key=LEVELS.index)


@cache
def load_rule_book(version: str = CURRENT) -> RuleBook:
    """Return the rules of a version, their conditions read, once per process.

    :raises UnknownVersion: if there is no such version.
    """
    rules, suitability = read_version(version, "rules"), read_version(version, "suitability")
    cap = rules["weak_cap"]
    return RuleBook(
        version=rules["version"],
        status=rules["status"],
        methods=rules["methods"],
        baseline=rules["baseline"],
        weak_cap=cap,
        rules=tuple(_read_rule(rule, cap) for rule in rules["rules"]),
        incomplete=_read_rule(rules["incomplete"], cap),
        urgent=tuple(
            UrgentRule(**rule | {"when": read_condition(rule["when"]), "when_data": rule["when"]})
            for rule in rules["urgent"]
        ),
        extended_flags=frozenset(rules["extended_flags"]),
        heavy_flags_for_extended=rules["heavy_flags_for_extended"],
        message_keys=rules["message_keys"],
        purpose=suitability["purpose"],
        bad_reaction_rule=suitability["bad_reaction_rule"],
        table=suitability["table"],
        widespread_adds=tuple(suitability["widespread_adds"]),
        groups=suitability["groups"],
        notes=suitability["notes"],
    )


def _read_rule(data: dict[str, Any], cap: str) -> Rule:
    capped = {method: min(level, cap, key=LEVELS.index) for method, level in data["levels"].items()}
    return Rule(
        **data
        | {
            "cite": tuple(data["cite"]),
            "levels": MappingProxyType(data["levels"]),
            "weak_levels": MappingProxyType(capped),
            "when": read_condition(data["when"]) if "when" in data else None,
            "when_data": data.get("when"),
        }
    )
