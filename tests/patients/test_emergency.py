"""Whoever needs help sees a number that works where they are, or hears that we have none."""

import re

import pytest

from patients.emergency import dial, list_help, load_countries
from tests.patients import wording

VERSION = "0.1-draft"
COUNTRIES = load_countries(VERSION)


def test_every_name_of_a_country_is_good() -> None:
    """Help lines keep the names they are known by."""
    names = {code: wording.faults_of(dict(country.name)) for code, country in COUNTRIES.items()}

    assert {code: faults for code, faults in names.items() if faults} == {}


def test_numbers_of_thailand() -> None:
    (thailand,) = list_help(VERSION, "TH")

    assert thailand.emergency == "1669"
    assert [line.number for line in thailand.crisis] == ["1323"]


def test_people_abroad_see_their_own_country_and_thailand() -> None:
    assert [country.code for country in list_help(VERSION, "GB")] == ["GB", "TH"]


@pytest.mark.parametrize("code", ["ZZ", "", "gb"])
def test_unknown_country_leaves_thailand(code: str) -> None:
    assert [country.code for country in list_help(VERSION, code)] == ["TH"]


@pytest.mark.parametrize(
    ("code", "emergency", "crisis"),
    [
        ("GB", "999", "116 123"),
        ("US", "911", "988"),
        ("CA", "911", "988"),
        ("AU", "000", "13 11 14"),
        ("SG", "995", "1767"),
        ("JP", "119", "0120-279-338"),
        ("DE", "112", "0800 111 0 111"),
        ("FR", "112", "3114"),
        ("NZ", "111", "1737"),
    ],
)
def test_numbers_we_are_sure_of(code: str, emergency: str, crisis: str) -> None:
    assert COUNTRIES[code].emergency == emergency
    assert crisis in [line.number for line in COUNTRIES[code].crisis]


def test_countries_of_the_union_share_a_number() -> None:
    union = [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]

    assert {COUNTRIES[code].emergency for code in union} == {"112"}


def test_numbers_can_be_dialled() -> None:
    lines = [line.number for country in COUNTRIES.values() for line in country.crisis]
    numbers = [country.emergency for country in COUNTRIES.values()] + lines

    assert len(COUNTRIES) > 60
    assert [number for number in numbers if not re.fullmatch(r"\d{3,11}", dial(number))] == []


def test_dial_leaves_digits() -> None:
    assert [dial("13 11 14"), dial("0120-279-338")] == ["131114", "0120279338"]
