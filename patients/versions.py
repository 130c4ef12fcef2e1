"""The versions of questionnaire and rules, one folder each under `patients/data`. Pure."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CURRENT = "0.1-draft"
"""The version new intakes are answered and judged with."""

Words = Mapping[str, str]
"""One sentence in each language: {"en": ..., "th": ...}."""

_DATA = Path(__file__).parent / "data"


class UnknownVersion(Exception):
    """There is no folder for this version."""


def list_versions() -> list[str]:
    """Return the versions there are, by name."""
    return sorted(folder.name for folder in _DATA.iterdir() if folder.is_dir())


def read_change_note(version: str) -> list[str]:
    """Return what the changelog says of a version, a paragraph each, in English; none if it says nothing."""
    changelog = (_DATA / "CHANGELOG.md").read_text(encoding="utf-8")
    _before, _heading, rest = changelog.partition(f"\n## {version}\n")
    paragraphs = rest.partition("\n## ")[0].strip().split("\n\n")
    return [" ".join(each.replace("**", "").split()) for each in paragraphs if each and each[0] != "|"]


def read_version(version: str, name: str) -> dict[str, Any]:
    """Return one file of a version: `questionnaire`, `rules` or `suitability`.

    :raises UnknownVersion: if there is no such version.
    """
    if version not in list_versions():
        raise UnknownVersion(f"There is no version {version!r} of the questionnaire.")
    content: dict[str, Any] = json.loads((_DATA / version / f"{name}.json").read_text(encoding="utf-8"))
    return content
