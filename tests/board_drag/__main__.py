"""`make drag`: no task over 50 ms while a visit is dragged over a board of 20 practitioners and 400 visits.

Prints one JSON object as the last line; exit status 1 if a task took longer. Needs DATABASE_URL of a database
whose name ends with `race`, which it empties. Keeps the last trace in `.local/board-drag.json`.
"""

import json
import os
import sys
from dataclasses import asdict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
os.environ.setdefault("NUAN_LOG_LEVEL", "WARNING")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread
django.setup()

from django.conf import settings  # noqa: E402 (after Django is set up)
from django.test import Client  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from deploy.local.chromium import find_chromium  # noqa: E402
from deploy.local.places import ROOT, Refusal, fail, say  # noqa: E402
from deploy.local.site_files import collect_static_files  # noqa: E402
from tests.board_drag.busy_day import make_busy_day  # noqa: E402
from tests.board_drag.trace import Figures, trace_drag  # noqa: E402
from tests.conftest import CHROMIUM_OPTIONS  # noqa: E402
from tests.factories import StaffFactory  # noqa: E402
from tests.race import site  # noqa: E402
from tests.signing_in import force_login  # noqa: E402

REPEATS = 3


def main() -> int:
    """Drag three times, and say the worst of it."""
    site.prepare_database()
    collect_static_files()
    day = make_busy_day()
    client = Client()
    force_login(client, StaffFactory.create())
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    options = [*CHROMIUM_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with site.running_site() as port, sync_playwright() as playwright:
        base = f"http://127.0.0.1:{port}"
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=options)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
        page = context.new_page()
        runs = []
        for number in range(REPEATS):
            page.goto(base + day.address, wait_until="networkidle")
            into = ROOT / ".local" / "board-drag.json"
            runs.append(trace_drag(browser, page, day.references[number], into))
            say(json.dumps(asdict(runs[-1])))
        browser.close()
    say(json.dumps(worst(runs)))
    return 0 if all(run.is_smooth for run in runs) else 1


def worst(runs: list[Figures]) -> dict[str, float]:
    """Return the worst figures of all runs."""
    return {
        "longest_task_ms": max(run.longest_task_ms for run in runs),
        "longest_cpu_ms": max(run.longest_cpu_ms for run in runs),
        "tasks_over_50": sum(max(run.tasks_over_50, run.long_tasks_seen_by_page) for run in runs),
    }


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
