"""`python -m tests.imports`: how long a clinic waits that brings 3,000 patients and their visits along.

Goes through the pages as the owner does: upload, columns, dry run, import, and at last takes it back. Prints
one JSON object as the last line: `seconds` is the press on Import, `dry_run_seconds` the page before it. Exit
status 1 above a minute, or if a row is lost. Needs DATABASE_URL of a database whose name ends with `race`,
which it empties; `make import-speed` sees to that.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()

from django.test.utils import setup_test_environment  # noqa: E402 (after Django is set up)
from django.utils import timezone  # noqa: E402

from bookings.models import Allocation, Appointment  # noqa: E402
from clinic.models import Clinic  # noqa: E402
from deploy.local.places import say  # noqa: E402
from patients.models import Patient  # noqa: E402
from tests.calendars import make_calendar  # noqa: E402
from tests.imports.pages import START, accept_columns, owner_in, press_import, upload  # noqa: E402
from tests.race.site import prepare_database  # noqa: E402

ROWS = 3_000
PEOPLE = 20
LIMIT_SECONDS = 60
STARTS = [f"{hour:02}:00" for hour in range(9, 16)]


def main() -> int:
    """Measure, and say what came of it."""
    prepare_database()
    setup_test_environment(debug=False)
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    calendar = make_calendar(practitioners=PEOPLE, rooms=PEOPLE)
    client, raw = owner_in(), make_file().encode()
    upload_seconds, page = timed(lambda: upload(client, calendar, raw))
    dry_run_seconds, page = timed(lambda: accept_columns(client, page))
    seconds, page = timed(lambda: press_import(client, page))
    made = Patient.objects.count(), Appointment.objects.count(), Allocation.objects.count()
    undo_seconds, _page = timed(lambda: client.post(f"{START}{page.context['batch'].pk}/undo/", follow=True))
    figures = {
        "rows": ROWS,
        "patients": made[0],
        "visits": made[1],
        "upload_seconds": upload_seconds,
        "dry_run_seconds": dry_run_seconds,
        "seconds": seconds,
        "undo_seconds": undo_seconds,
        "left_after_undo": Patient.objects.count() + Appointment.objects.count(),
    }
    sound = made == (ROWS, ROWS, 2 * ROWS) and not figures["left_after_undo"]
    say(json.dumps(figures))
    return 0 if sound and seconds < LIMIT_SECONDS else 1


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds something took, and what it returned."""
    began = time.monotonic()
    answer = work()
    return round(time.monotonic() - began, 2), answer


def make_file() -> str:
    """Return a patient and a visit a line, as many a day as the clinic has people and hours."""
    day, lines = timezone.now().date() + timedelta(days=7), ["Name,Phone,Email,Birth date,Date,Time,Doctor"]
    while len(lines) <= ROWS:
        day += timedelta(days=1)
        if day.isoweekday() > 5:
            continue
        for number in range(PEOPLE * len(STARTS)):
            if len(lines) > ROWS:
                break
            count, doctor = len(lines), f"Dr {chr(65 + number % PEOPLE)}" if number % 2 else ""
            lines.append(
                f"Patient Nr {number_word(count)},08{count:08},p{count}@example.com,{count % 28 + 1}/3/2530,"
                f"{day:%d/%m/%Y},{STARTS[number // PEOPLE]},{doctor}"
            )
    return "\n".join(lines) + "\n"


def number_word(count: int) -> str:
    """Return a number in letters: a name has some."""
    return "".join(chr(97 + int(digit)) for digit in str(count))


if __name__ == "__main__":
    sys.exit(main())
