"""`python -m tests.rotation`: rotate the keys of 10,000 records while patients read and save their forms.

The site runs with both keys, the new one first, as docs/running.md says, and a process that was not restarted
yet still wraps by the old one; afterwards every record and photo must open by the new key alone. Prints one
JSON object as the last line. Exit status 1 if a record is unreadable or a request was refused. `--careless`
shows that it would be seen: it rotates in two steps without a lock, and must be refused something.

Needs DATABASE_URL of a database whose name ends with `rotate`, which it empties.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)

from deploy.local.places import PYTHON, ROOT, Refusal, fail, say  # noqa: E402
from tests.calendars import make_calendar  # noqa: E402
from tests.race import site  # noqa: E402
from tests.race.browsing import Browser  # noqa: E402
from tests.rotation import load, records  # noqa: E402
from tests.rotation.careless import rotate_carelessly  # noqa: E402
from tests.rotation.load import Ask, Tally  # noqa: E402

FEW_SECONDS = 3.0
"""Load before the rotation begins and after it ends."""


def main() -> int:
    """Rotate under load, and say what came of it."""
    chosen = read_arguments()
    old, new = (f"{name}:{base64.b64encode(os.urandom(32)).decode()}" for name in ("old", "new"))
    with tempfile.TemporaryDirectory() as photos:
        settings.PHOTOS_ROOT, os.environ["NUAN_PHOTOS"] = Path(photos), photos
        records.use_ring(old)
        site.prepare_database("rotate")
        say(f"Making {chosen.records} records")
        make_calendar()
        readers = records.make_records(chosen.records, chosen.readers, chosen.photos)
        records.use_ring(f"{new} {old}")
        tally = Tally()
        with (
            site.running_site() as port,
            under_load(port, readers, tally, late=(f"{old} {new}", chosen.late)),
        ):
            said, seconds = careless() if chosen.careless else rotate()
        figures = count(said, seconds, tally, records.count_unreadable(new))
    return judge(figures, tally, careless=chosen.careless)


@contextmanager
def under_load(
    port: int, readers: list[records.Reader], tally: Tally, *, late: tuple[str, int]
) -> Iterator[None]:
    """Let patients read and save before, during and after; and an older process make records meanwhile."""
    done, ring, own = threading.Event(), late[0], [Tally() for _reader in readers]
    threads = [
        threading.Thread(target=load.read_and_save, args=(asker(port, reader), reader, each, done))
        for reader, each in zip(readers, own, strict=True)
    ]
    threads.append(
        threading.Thread(target=load.make_late, args=(lambda: records.make_late_key(ring), late[1], done))
    )
    for thread in threads[:-1]:
        thread.start()
    time.sleep(FEW_SECONDS)
    threads[-1].start()
    try:
        yield
        time.sleep(FEW_SECONDS)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        for each in own:
            tally.add(each)


def asker(port: int, reader: records.Reader) -> Ask:
    """Return how a reader's browser asks the site."""
    browser = Browser(port, dict(reader.cookies))

    def ask(method: str, address: str, fields: Mapping[str, str] | None) -> tuple[int, str]:
        answer = browser.ask(method, address, fields)
        return answer.status, answer.body

    return ask


def rotate() -> tuple[dict[str, Any], float]:
    """Run the command as its owner would; return its last line and the seconds it took."""
    return _timed(lambda: json.loads(_run("rotate_keys").splitlines()[-1]))


def careless() -> tuple[dict[str, Any], float]:
    """Rotate without any care."""
    return _timed(lambda: {"rotated": rotate_carelessly(pause=1.0), "unreadable": 0, "wrapped_by": {}})


def _timed(work: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def _run(*command: str) -> str:
    program = [str(PYTHON), "manage.py", *command]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def count(said: dict[str, Any], seconds: float, tally: Tally, unreadable: int) -> dict[str, Any]:
    """Return the figures of the last line."""
    return {
        "records": said["rotated"],
        "unreadable": unreadable,
        "refused": tally.refused,
        "server_errors": tally.server_errors,
        "seconds": round(seconds, 2),
        "requests": tally.requests,
        "slowest_seconds": round(tally.slowest, 3),
        "wrapped_by": said["wrapped_by"],
    }


def judge(figures: dict[str, Any], tally: Tally, *, careless: bool) -> int:
    """Print the figures, and return the exit status."""
    for fault in tally.faults[:3]:
        say(f"Fault: {fault}")
    say(json.dumps(figures))
    faults = figures["unreadable"] or figures["refused"] or figures["server_errors"]
    if careless:
        return 0 if faults else 1
    return 0 if not faults and figures["requests"] and figures["records"] else 1


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.rotation", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=6)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument(
        "--late", type=int, default=100, help="records made by a process with the old key first"
    )
    parser.add_argument("--careless", action="store_true", help="rotate wrongly, and see that it is noticed")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
