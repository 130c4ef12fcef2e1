"""`python -m tests.rotation`: rotate the keys of 10,000 records while patients read and save their forms.

The site runs with both keys, the new one first, as docs/running.md says; afterwards every record must open
by the new key alone. Prints one JSON object as the last line. Exit status 1 if a record is unreadable or a
request was refused. Needs DATABASE_URL of a database whose name ends with `rotate`, which it empties.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import UUID

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)

from deploy.local.places import PYTHON, ROOT, Refusal, fail, say  # noqa: E402
from tests.race import site  # noqa: E402
from tests.race.browsing import Browser  # noqa: E402
from tests.rotation.records import count_unreadable, make_records  # noqa: E402

PAGE = "in-the-sun"
ANSWERS = ("always_burns", "rarely_burns", "never_burns")
FEW_SECONDS = 3.0
"""Load before the rotation begins and after it ends."""


@dataclass
class Tally:
    """What one reader's requests came to."""

    requests: int = 0
    refused: int = 0
    server_errors: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)


def main() -> int:
    """Rotate under load, and say what came of it."""
    chosen = read_arguments()
    old, new = (f"{name}:{base64.b64encode(os.urandom(32)).decode()}" for name in ("old", "new"))
    settings.NUAN_KEYS = os.environ["NUAN_KEYS"] = old
    site.prepare_database("rotate")
    say(f"Making {chosen.records} records")
    readers = make_records(chosen.records, chosen.readers)
    settings.NUAN_KEYS = os.environ["NUAN_KEYS"] = f"{new} {old}"
    done = threading.Event()
    tallies = [Tally() for _reader in readers]
    with site.running_site() as port:
        threads = [
            threading.Thread(target=read_and_save, args=(port, patient, cookies, tally, done))
            for (patient, cookies), tally in zip(readers, tallies, strict=True)
        ]
        for thread in threads:
            thread.start()
        time.sleep(FEW_SECONDS)
        said, seconds = rotate()
        time.sleep(FEW_SECONDS)
        done.set()
        for thread in threads:
            thread.join()
    return judge(said, seconds, tallies, count_unreadable(new))


def rotate() -> tuple[dict[str, object], float]:
    """Run the command as its owner would; return its last line and the seconds it took."""
    started = time.perf_counter()
    command = [str(PYTHON), "manage.py", "rotate_keys"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1]), time.perf_counter() - started


def read_and_save(
    port: int, patient: UUID, cookies: dict[str, str], tally: Tally, done: threading.Event
) -> None:
    """Open a page of one's form and save it, again and again."""
    browser, address = Browser(port, dict(cookies)), f"/form/{patient}/{PAGE}/"
    while not done.is_set():
        page = browser.ask("GET", address)
        note(tally, page.status, page.seconds, page.body)
        answer = ANSWERS[tally.requests // 2 % len(ANSWERS)]
        saved = browser.ask("POST", f"{address}save/", page.hidden | {"e_burn": answer})
        note(tally, saved.status, saved.seconds, saved.body)


def note(tally: Tally, status: int, seconds: float, body: str) -> None:
    """Count one answer; anything but a page is a refusal."""
    tally.requests += 1
    tally.slowest = max(tally.slowest, seconds)
    tally.server_errors += status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if status != HTTPStatus.OK:
        tally.refused += 1
        tally.faults.append(f"{status} {body[:300]}")


def judge(said: dict[str, object], seconds: float, tallies: list[Tally], unreadable: int) -> int:
    """Print the figures, and return the exit status."""
    for tally in tallies:
        for fault in tally.faults[:2]:
            say(f"Fault: {fault}")
    figures = {
        "records": said["rotated"],
        "unreadable": unreadable,
        "refused": sum(tally.refused for tally in tallies),
        "server_errors": sum(tally.server_errors for tally in tallies),
        "requests": sum(tally.requests for tally in tallies),
        "slowest_seconds": round(max(tally.slowest for tally in tallies), 3),
        "rotation_seconds": round(seconds, 2),
        "wrapped_by": said["wrapped_by"],
    }
    say(json.dumps(figures))
    sound = not (unreadable or figures["refused"] or figures["server_errors"] or said["unreadable"])
    return 0 if sound and figures["requests"] and said["rotated"] else 1


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.rotation", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=6)
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
