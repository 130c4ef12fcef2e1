"""The ordinary options, the evidence and the phrases are complete, in both languages, and fit the person."""

import pytest

from patients.options import load_options
from patients.rule_book import load_rule_book
from patients.versions import list_versions, read_version
from tests.patients import wording


@pytest.mark.parametrize("version", list_versions())
def test_every_method_has_its_evidence_and_every_letter_its_meaning(version: str) -> None:
    options = load_options(version)

    assert options.version == version
    assert set(options.evidence) == set(load_rule_book(version).methods)
    assert set(options.scale) == set("ABCDE")


@pytest.mark.parametrize("version", list_versions())
def test_every_sentence_is_there_in_english_and_thai(version: str) -> None:
    data = read_version(version, "options")

    faults = wording.faults_in({name: data[name] for name in ("scale", "options", "phrases")})

    assert faults == {}


def test_options_fit_scars_and_eczema() -> None:
    options = load_options()
    everybody = {option.text["en"] for option in options.list_fitting([], None)}

    icepick = {option.text["en"] for option in options.list_fitting(["icepick"], "severe")}

    assert "Control eczema and acne first" in everybody
    assert {text.partition(":")[0] for text in icepick - everybody} == {
        "Ice-pick scars",
        "Moderate to severe eczema",
    }
