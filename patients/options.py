"""What stands beside the flags on a clinician's page: ordinary options, evidence levels, phrases. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from patients.versions import CURRENT, Words, read_version


@dataclass(frozen=True)
class Option:
    """An ordinary option a dermatologist would weigh; no scar types and no eczema levels: always shown."""

    text: Words
    scars: frozenset[str] = frozenset()
    eczema: frozenset[str] = frozenset()

    def fits(self, scars: Collection[str], eczema: str | None) -> bool:
        """Say whether to show it for these scar types and this level of eczema."""
        return not (self.scars or self.eczema) or not self.scars.isdisjoint(scars) or eczema in self.eczema


@dataclass(frozen=True)
class Phrase:
    """A sentence to start a message with, in the patient's language; `label` names it to clinicians."""

    label: Words
    text: Words


@dataclass(frozen=True)
class Options:
    """All of a version. `evidence` says by method how good the studies are, `scale` what its letters mean."""

    version: str
    scale: Mapping[str, Words]
    evidence: Mapping[str, Words]
    options: tuple[Option, ...]
    phrases: tuple[Phrase, ...]

    def list_fitting(self, scars: Collection[str], eczema: str | None) -> list[Option]:
        """Return the options for these scar types and this level of eczema, in their order."""
        return [option for option in self.options if option.fits(scars, eczema)]


@cache
def load_options(version: str = CURRENT) -> Options:
    """Return the options of a version, read once per process.

    :raises UnknownVersion: if there is no such version.
    """
    data = read_version(version, "options")
    return Options(
        version=data["version"],
        scale=data["scale"],
        evidence=data["evidence"],
        options=tuple(
            Option(each["text"], frozenset(each.get("scars", ())), frozenset(each.get("eczema", ())))
            for each in data["options"]
        ),
        phrases=tuple(Phrase(**each) for each in data["phrases"]),
    )
