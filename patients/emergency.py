"""Whom to call for help, by country. Pure.

The numbers come from public knowledge and were not dialled: a clinic checks them before it opens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from patients.versions import read_version
from patients.words import Text, read_text

HERE = "TH"
"""Where the clinic is: whoever comes to a visit needs its numbers too, wherever they live."""


@dataclass(frozen=True)
class HelpLine:
    """People to talk to in a crisis."""

    name: Text
    number: str


@dataclass(frozen=True)
class Country:
    """A country's emergency number (the ambulance's, where it has one of its own) and its help lines.

    `name` fits in a sentence after "in": "the United Kingdom".
    """

    code: str
    name: Text
    emergency: str
    crisis: tuple[HelpLine, ...]


@cache
def load_countries(version: str) -> Mapping[str, Country]:
    """Return the countries whose numbers we know, by ISO code.

    :raises UnknownVersion: if there is no such version.
    :raises ValueError: if a name lacks a language.
    """
    countries = read_version(version, "emergency")["countries"]
    return MappingProxyType({code: _read_country(code, value) for code, value in countries.items()})


def list_help(version: str, lives_in: str) -> tuple[Country, ...]:
    """Return the countries whose numbers to show a person: where they live, if we know it, then Thailand.

    A person abroad may have travelled to the clinic already, so Thailand is never left out. Where the
    country they live in is not among them, say so (`texts["emergency_unknown"]`).
    """
    countries = load_countries(version)
    return tuple(countries[code] for code in dict.fromkeys((lives_in, HERE)) if code in countries)


def dial(number: str) -> str:
    """Return a number as a `tel:` link needs it: without spaces and dashes."""
    return number.replace(" ", "").replace("-", "")


def _read_country(code: str, value: Mapping[str, Any]) -> Country:
    lines = tuple(HelpLine(name=read_text(line["name"]), number=line["number"]) for line in value["crisis"])
    return Country(code=code, name=read_text(value["name"]), emergency=value["emergency"], crisis=lines)
