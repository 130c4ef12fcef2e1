"""`python -m tests.fuzz`: spoiled requests to every form and page, as everybody, in the demo clinic.

Each process works on a database of its own, in transactions that are taken back. Prints the seed and the
faults, then one JSON object as the last line. Exit status 1 if anything broke or took over 2 s. Needs
DATABASE_URL of a database whose name ends with `fuzz`, which it empties; `make fuzz` sees to it.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
os.environ["NUAN_DEMO"] = "1"
os.environ.setdefault("NUAN_LOG_LEVEL", "CRITICAL")

import django
import psycopg
from django.conf import settings

django.setup()
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

from django.db import connection  # noqa: E402

from deploy.local.places import Refusal, fail, say  # noqa: E402
from deploy.local.run import manage  # noqa: E402
from tests.fuzz.run import Tally, fuzz  # noqa: E402
from tests.race import site  # noqa: E402
from tests.race.crew import Crew  # noqa: E402

STEP = 5_000
"""Requests of one process between two lines of progress."""

A_DAY = 24 * 60 * 60.0


def main() -> int:
    """Fuzz, and say what came of it."""
    chosen = read_arguments()
    say(f"Seed {chosen.seed}")
    with tempfile.TemporaryDirectory() as folder:
        settings.PHOTOS_ROOT = Path(folder)
        os.environ["NUAN_PHOTOS"] = folder
        prepare()
        databases = [copy_database(number) for number in range(chosen.processes)]
        share = -(-chosen.requests // chosen.processes)
        with Crew(chosen.processes, {"fuzz": fuzz_one}) as crew:
            calls = [
                ("fuzz", {"database": name, "requests": share, "seed": f"{chosen.seed}-{number}"})
                for number, name in enumerate(databases)
            ]
            reports = crew.go(calls, patience=A_DAY)
    return judge([report.value for report in reports], [report.fault for report in reports], chosen.seed)


def prepare() -> None:
    """Make the demo clinic in an empty database."""
    site.prepare_database("fuzz")
    say("Setting the demo clinic up")
    manage("seed_demo", environment=dict(os.environ) | {"NUAN_DEMO": "1"})


def copy_database(number: int) -> str:
    """Return the name of a copy of the demo's database."""
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    parts = urlsplit(owner)
    name, copy = parts.path.strip("/"), f"{parts.path.strip('/')}_{number}"
    connection.close()
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as link:
        link.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)'.encode())
        link.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"'.encode())
    return copy


def fuzz_one(database: str, requests: int, seed: str) -> Tally:
    """Send one process's share of requests to its own database."""
    connection.close()
    connection.settings_dict["NAME"] = database
    tally = Tally()
    for now in fuzz(tally, requests=requests, seed=seed):
        if now.requests % STEP == 0:
            say(f"{seed}: {now.requests} of {requests}, {now.server_errors} broke")
    return tally


def judge(tallies: list[Tally | None], faults: list[str], seed: int) -> int:
    """Print the figures, and return the exit status."""
    whole = Tally()
    for tally in tallies:
        whole.add(tally or Tally())
    for fault in [*filter(None, faults), *whole.faults.values()]:
        say(f"Fault: {fault}")
    figures = {
        "requests": whole.requests,
        "server_errors": whole.server_errors,
        "max_seconds": round(whole.max_seconds, 3),
        "slow": whole.slow,
        "statuses": {str(status): count for status, count in sorted(whole.statuses.items())},
        "kinds": dict(whole.kinds),
        "understood": whole.understood,
        "url_names": len(whole.names - {""}),
        "seed": seed,
    }
    say(json.dumps(figures))
    return 0 if whole.requests and not (whole.server_errors or whole.slow or any(faults)) else 1


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
