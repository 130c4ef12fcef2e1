"""The first page on a slow phone: light enough, quick enough, and nothing jumps."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.phone.measure import Visit, measure_first_page, measure_journey
from tests.phone.site import demo_site

pytestmark = pytest.mark.browser

KILOBYTES = {"en": 150, "th": 200}
"""What the first page may transfer, fonts, style and scripts included."""

USABLE_MS = 2000


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as mail, demo_site(Path(mail)) as base:
        yield base


@pytest.mark.parametrize("language", ["en", "th"])
def test_first_page_is_light_and_usable_in_two_seconds(browser: Browser, site: str, language: str) -> None:
    visits = [measure_first_page(browser, site, language) for _try in range(3)]
    best = min(visits, key=lambda visit: visit.usable_ms)
    assert best.kilobytes < KILOBYTES[language]
    assert best.usable_ms < USABLE_MS, visits


def test_nothing_jumps_while_the_times_load(browser: Browser, site: str) -> None:
    times = measure_journey(browser, site, "en")[1]
    assert isinstance(times, Visit)
    assert times.layout_shift < 0.01
