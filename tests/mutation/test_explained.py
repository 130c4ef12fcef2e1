"""What is said of mutants that live speaks of lines that are there."""

import tomllib
from collections import Counter

import pytest

from deploy.local.places import ROOT
from tests.mutation.__main__ import EXPLAINED, Explained, count, read_explained, shown
from tests.mutation.groups import GROUPS
from tests.mutation.mutants import Mutant

LISTED = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["mutant"]


@pytest.mark.parametrize("each", LISTED, ids=lambda each: str(each["function"]))
def test_an_explained_mutant_names_a_function_and_lines_that_are_there(each: dict[str, str]) -> None:
    parts = each["function"].split(".")
    paths = [ROOT.joinpath(*parts[:length]).with_suffix(".py") for length in range(2, len(parts))]
    (path,) = [path for path in paths if path.is_file()]
    lines = {line.strip() for line in path.read_text(encoding="utf-8").splitlines()}
    changed = [line[1:].strip() for line in each["change"].strip().splitlines() if line.startswith("-")]

    assert parts[-1] in path.read_text(encoding="utf-8")
    assert changed
    assert set(changed) <= lines
    assert each["why"].strip()


def test_every_group_names_files_that_are_there() -> None:
    for group in GROUPS:
        assert all(list(ROOT.glob(module)) for module in group.modules)
        assert all((ROOT / test).is_file() for test in group.tests)


def test_a_mutant_that_lives_is_counted_as_explained_only_if_it_is() -> None:
    killed = Mutant("clinic.tokens.x_hash_token__mutmut_1", "killed")
    lives = Mutant("clinic.tokens.xǁBoxǁopen__mutmut_2", "survived", "- a\n+ b")

    assert (killed.module, killed.function) == ("clinic.tokens", "clinic.tokens.hash_token")
    assert (lives.module, lives.function) == ("clinic.tokens", "clinic.tokens.Box.open")
    assert list(count(killed, Explained())) == ["mutants", "killed"]
    assert list(count(lives, Explained())) == ["mutants", "survived"]
    explained = Explained(frozenset({("clinic.tokens.Box.open", "- a\n+ b")}))
    assert list(count(lives, explained)) == ["mutants", "survived", "explained"]


@pytest.mark.parametrize(
    ("change", "explains"), [("- SELECT a\n+ select a", True), ("- SELECT a\n+ select b", False), ("", False)]
)
def test_where_case_is_nothing_only_case_is_explained(change: str, explains: bool) -> None:
    mutant = Mutant("a.b.x_f__mutmut_1", "survived", change)

    assert Explained(in_any_case=frozenset({"a.b"})).has(mutant) is explains
    assert not Explained(in_any_case=frozenset({"a"})).has(mutant)


def test_only_what_has_a_reason_is_explained() -> None:
    assert len(read_explained().listed) == len(LISTED)
    assert shown(Counter()) == dict.fromkeys(("mutants", "killed", "survived", "explained"), 0)
