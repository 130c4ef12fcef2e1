"""Versions are folders that nobody edits."""

import hashlib
import re

import pytest

from deploy.local.places import ROOT
from patients.questionnaire import load_questionnaire
from patients.rule_book import load_rule_book
from patients.versions import CURRENT, UnknownVersion, list_versions, read_version

DATA = ROOT / "patients" / "data"


def test_current_version_is_there() -> None:
    assert CURRENT in list_versions()


@pytest.mark.parametrize("version", list_versions())
def test_files_are_the_ones_in_the_changelog(version: str) -> None:
    entry = (DATA / "CHANGELOG.md").read_text().partition(f"\n## {version}\n")[2].partition("\n## ")[0]

    listed = dict(re.findall(r"\| `(\w+\.json)` \| `(\w{64})` \|", entry))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (DATA / version).iterdir()}
    assert found == listed


@pytest.mark.parametrize("version", list_versions())
def test_files_name_their_version(version: str) -> None:
    names = ("questionnaire", "rules", "suitability")

    assert {read_version(version, name)["version"] for name in names} == {version}


@pytest.mark.parametrize("version", ["", ".", "..", "0.0", "0.1-draft/../0.1-draft"])
def test_unknown_versions_are_refused(version: str) -> None:
    with pytest.raises(UnknownVersion):
        load_questionnaire(version)
    with pytest.raises(UnknownVersion):
        load_rule_book(version)


def test_versions_are_read_once() -> None:
    assert load_questionnaire(CURRENT) is load_questionnaire(CURRENT)
    assert load_rule_book(CURRENT) is load_rule_book(CURRENT)
