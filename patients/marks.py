"""How an assessment reads at a glance: red flags or amber, worst first, and what they mean by method."""

from collections.abc import Sequence
from dataclasses import dataclass

from patients.assessment import Assessment, Flag
from patients.rule_book import LEVELS, load_rule_book, worst
from patients.versions import Words

RED, AMBER = "red", "amber"


@dataclass(frozen=True)
class Prompt:
    """What the answers say about one method: its level, and the flags behind it, worst first.

    `place` is where it stands in the clinic's published approach, from 1; None if it is not in it. Without
    flags the level is where the clinic starts from.
    """

    method: str
    label: Words
    level: str
    place: int | None
    flags: tuple[Flag, ...]

    @property
    def is_stop(self) -> bool:
        """Whether a flag says to stop and check."""
        return bool(self.flags) and self.level == "absolute"

    @property
    def deciding(self) -> tuple[Flag, ...]:
        """The flags that make the level what it is; all, where the clinic starts from a higher one."""
        same = tuple(flag for flag in self.flags if flag.levels[self.method] == self.level)
        return same or self.flags

    @property
    def others(self) -> tuple[Flag, ...]:
        """The milder flags."""
        return self.flags[len(self.deciding) :]


def mark_of(flag: Flag) -> str:
    """Return red if the flag is absolute for any method, else amber."""
    return RED if "absolute" in flag.levels.values() else AMBER


def rank_flags(flags: Sequence[Flag]) -> list[Flag]:
    """Return the flags that somebody's answers raised, the worst first; missing answers are no such flag."""
    raised = [flag for flag in flags if not flag.missing]
    return sorted(raised, key=lambda flag: -LEVELS.index(worst(*flag.levels.values())))


def list_prompts(judged: Assessment) -> list[Prompt]:
    """Return what there is to think about by method: the clinic's candidates in order, then the others."""
    book = load_rule_book(judged.version)
    order = [consideration.method for consideration in judged.considerations]
    methods = [*order, *(method for method in book.methods if method not in order)]
    return [
        Prompt(
            method=method,
            label=book.methods[method],
            level=judged.method_levels[method],
            place=order.index(method) + 1 if method in order else None,
            flags=tuple(
                sorted(
                    (flag for flag in judged.flags if flag.levels[method] != "none"),
                    key=lambda flag: -LEVELS.index(flag.levels[method]),
                )
            ),
        )
        for method in methods
    ]
