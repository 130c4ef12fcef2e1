"""Devices of a patient, for the browser tests of the health form."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, ViewportSize

from patients.models import Patient
from patients.queries.health_forms import open_draft

PHONE: ViewportSize = {"width": 390, "height": 844}
Device = Callable[..., Page]


def answer_of(patient: Patient, key: str) -> Any:
    """Return what is saved."""
    return open_draft(patient).answers.get(key)


def wait_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait up to ten seconds for something that the page's work brings about."""
    for _step in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It never came about.")
