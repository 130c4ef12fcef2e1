"""`make phone`: how heavy and how quick the first pages are on a slow phone, measured in a real browser."""

import json
import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from deploy.local.chromium import find_chromium
from tests.conftest import CHROMIUM_OPTIONS
from tests.phone.measure import Visit, measure_first_page, measure_journey
from tests.phone.site import demo_site

REPEATS = 5


def main() -> None:
    """Print each page's figures, medians of five first visits, and one JSON object as the last line."""
    options = [*CHROMIUM_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with (
        tempfile.TemporaryDirectory() as mail,
        demo_site(Path(mail)) as base,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=options)
        firsts = [
            median([measure_first_page(browser, base, language) for _repeat in range(REPEATS)])
            for language in ("en", "th")
        ]
        rest = [visit for language in ("en", "th") for visit in measure_journey(browser, base, language)[1:]]
        browser.close()
    for visit in [*firsts, *rest]:
        say(f"{visit.name:36} {visit.kilobytes:7.1f} KB {visit.usable_ms:6} ms  shift {visit.layout_shift}")
    say(json.dumps([visit.as_json() for visit in [*firsts, *rest]]))


def median(visits: list[Visit]) -> Visit:
    """Return the median of each figure of repeated loads of one page."""
    return Visit(
        visits[0].name,
        statistics.median(visit.kilobytes for visit in visits),
        round(statistics.median(visit.usable_ms for visit in visits)),
        max(visit.layout_shift for visit in visits),
    )


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 (this is a command)


if __name__ == "__main__":
    main()
