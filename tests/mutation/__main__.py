"""`python -m tests.mutation`: change the code a little, thousands of times, and see whether a test notices.

Mutates what must be right above all (groups.py) by mutmut. Prints every mutant that lived and is not
explained in `explained.toml`, then one JSON object as the last line: `mutants`, `killed`, `survived`, of
which `explained`, and the same by module. Exit status 1 if under 85 % were killed, or if one of overlap,
permission or token code lives unexplained.
"""

import argparse
import json
import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.places import finish, say
from tests.mutation.groups import GOAL, GROUPS
from tests.mutation.mutants import Mutant, judge

EXPLAINED = Path(__file__).with_name("explained.toml")


@dataclass(frozen=True)
class Explained:
    """Mutants that may live: by function and lines, and modules whose texts mean the same in any case."""

    listed: frozenset[tuple[str, str]] = frozenset()
    in_any_case: frozenset[str] = frozenset()

    def has(self, mutant: Mutant) -> bool:
        """Say whether there is a reason why a mutant lives."""
        return mutant.key in self.listed or (mutant.module in self.in_any_case and mutant.is_case)


def main() -> int:
    """Mutate every group, and say what lived."""
    chosen = read_arguments()
    explained = read_explained()
    modules: dict[str, Counter[str]] = {}
    is_sound = True
    for group in GROUPS:
        if chosen.groups and group.name not in chosen.groups:
            continue
        say(f"{group.name}: {', '.join(group.modules)}")
        mutants = judge(group, children=chosen.children)
        unexplained = [mutant for mutant in mutants if not (mutant.is_killed or explained.has(mutant))]
        for mutant in unexplained:
            say(f"lives ({mutant.status}): {mutant.name}\n{mutant.change}")
        for mutant in mutants:
            modules.setdefault(mutant.module, Counter()).update(count(mutant, explained))
        is_sound &= not (group.strict and unexplained)
    total = sum(modules.values(), Counter[str]())
    share = total["killed"] / total["mutants"] if total["mutants"] else 0.0
    say(
        json.dumps(
            {**shown(total), "share": round(share, 4), "modules": {m: shown(modules[m]) for m in modules}}
        )
    )
    return 0 if is_sound and share >= GOAL else 1


def count(mutant: Mutant, explained: Explained) -> Iterator[str]:
    """Yield under which counts a mutant falls; one that is explained has survived as well."""
    yield "mutants"
    yield "killed" if mutant.is_killed else "survived"
    if not mutant.is_killed and explained.has(mutant):
        yield "explained"


def shown(figures: Counter[str]) -> dict[str, int]:
    """Return the counts in their order, those of nothing too."""
    return {name: figures[name] for name in ("mutants", "killed", "survived", "explained")}


def read_explained() -> Explained:
    """Return the mutants that may live: function and lines that differ; and where case is nothing."""
    read = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    listed = [each for each in read["mutant"] if each["why"].strip()]
    return Explained(
        frozenset((each["function"], each["change"].strip()) for each in listed),
        frozenset(each["module"] for each in read.get("any_case", []) if each["why"].strip()),
    )


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.mutation", description=__doc__)
    parser.add_argument("groups", nargs="*", help="the groups to mutate; all by default")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    finish(main)
