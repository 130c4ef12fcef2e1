"""docs/security.md claims nothing that nothing shows: pointers lead somewhere, dates are of this year."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from deploy.local.places import ROOT

CHECKS = 46
BY_TESTS = 38
A_YEAR = timedelta(days=366)

_ROW = re.compile(r"^\| (\d+) \|(.+)\|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_INSPECTION = re.compile(r"inspected (\d{4}-\d{2}-\d{2}): `([^`]+)`")


def read_page() -> str:
    return (ROOT / "docs" / "security.md").read_text()


def list_faults(page: str, today: date) -> list[str]:
    """Return what is wrong with the page: rows without a pointer, pointers that lead nowhere, old dates."""
    rows = [(int(number), row) for number, row in _ROW.findall(page)]
    faults = [] if [number for number, _row in rows] == list(range(1, CHECKS + 1)) else ["rows are missing"]
    for number, row in rows:
        tests, inspections = _TEST.findall(row), _INSPECTION.findall(row)
        if not (tests or inspections):
            faults.append(f"{number}: nothing shows it")
        faults += [f"{number}: {path}::{name} is no test" for path, name in tests if not is_test(path, name)]
        for day, path in inspections:
            if not timedelta() <= today - date.fromisoformat(day) <= A_YEAR:
                faults.append(f"{number}: looked at on {day}")
            if not (ROOT / path).exists():
                faults.append(f"{number}: {path} is not there")
    if sum(bool(_TEST.search(row)) for _number, row in rows) < BY_TESTS:
        faults.append(f"fewer than {BY_TESTS} checks are shown by tests")
    return faults


def is_test(path: str, name: str) -> bool:
    """Whether a file holds a test of that name."""
    file = ROOT / path
    return name.startswith("test_") and file.exists() and f"def {name}(" in file.read_text()


def test_every_check_is_shown_by_something_that_is_there() -> None:
    assert list_faults(read_page(), timezone.now().date()) == []


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        (("test_what_is_stored_is_the_sha_256", "test_gone"), "is no test"),
        (("| 24 |", "| 241 |"), "rows are missing"),
        (("inspected 2026-11-26", "inspected 2020-11-26"), "looked at on 2020-11-26"),
        (("inspected 2026-11-26: `", "inspected 2026-11-26: `not/"), "is not there"),
        (("tests/", "lost/"), "fewer than 38"),
    ],
)
def test_a_page_that_promises_too_much_is_seen(damage: tuple[str, str], seen: str) -> None:
    faults = list_faults(read_page().replace(*damage), timezone.now().date())

    assert any(seen in fault for fault in faults)
