"""`python -m tests.mutation`: change the code a little, thousands of times, and see whether a test notices.

Mutates what must be right above all (groups.py) by mutmut. Prints every mutant that lived and is not
explained in `explained.toml`, then one JSON object as the last line. Exit status 1 if under 85 % were
killed, or if one of overlap, permission or token code lives unexplained.
"""

import argparse
import json
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path

from deploy.local.places import finish, say
from tests.mutation.groups import GOAL, GROUPS
from tests.mutation.mutants import Mutant, judge

EXPLAINED = Path(__file__).with_name("explained.toml")


def main() -> int:
    """Mutate every group, and say what lived."""
    chosen = read_arguments()
    explained = read_explained()
    figures: dict[str, dict[str, int]] = {}
    is_sound = True
    for group in GROUPS:
        if chosen.groups and group.name not in chosen.groups:
            continue
        say(f"{group.name}: {', '.join(group.modules)}")
        mutants = judge(group, children=chosen.children)
        alive = [mutant for mutant in mutants if not mutant.is_killed]
        unexplained = [mutant for mutant in alive if (mutant.function, mutant.change) not in explained]
        for mutant in unexplained:
            say(f"lives ({mutant.status}): {mutant.name}\n{mutant.change}")
        figures[group.name] = count(mutants, unexplained)
        is_sound &= not (group.strict and unexplained)
    total = sum_up(figures.values())
    killed = total["killed"] / total["mutants"] if total["mutants"] else 0.0
    say(json.dumps({**total, "killed_share": round(killed, 4), "groups": figures}))
    return 0 if is_sound and killed >= GOAL else 1


def count(mutants: list[Mutant], unexplained: list[Mutant]) -> dict[str, int]:
    """Return the figures of one group."""
    killed = sum(mutant.is_killed for mutant in mutants)
    explained = len(mutants) - killed - len(unexplained)
    return {
        "mutants": len(mutants),
        "killed": killed,
        "explained": explained,
        "unexplained": len(unexplained),
    }


def sum_up(groups: Iterable[dict[str, int]]) -> dict[str, int]:
    """Return the figures of all groups together."""
    total = dict.fromkeys(("mutants", "killed", "explained", "unexplained"), 0)
    for figures in groups:
        for name, figure in figures.items():
            total[name] += figure
    return total


def read_explained() -> set[tuple[str, str]]:
    """Return the mutants that may live: the function, and the lines that differ."""
    listed = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["mutant"]
    return {(each["function"], each["change"].strip()) for each in listed if each["why"].strip()}


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.mutation", description=__doc__)
    parser.add_argument("groups", nargs="*", help="the groups to mutate; all by default")
    parser.add_argument("--children", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    finish(main)
