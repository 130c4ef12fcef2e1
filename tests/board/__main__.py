"""`python -m tests.board`: the day board of 20 practitioners and 400 visits, as it stands at noon.

Prints one JSON object as the last line: the queries of a first look, and medians of the server's time, in
milliseconds, through the whole stack of middleware: for a first look, for the answer after one visit
changed, and for the answer when nothing did.
"""

import argparse
import json
import os
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()

from django.db import connection  # noqa: E402 (after Django is set up)
from django.test import Client  # noqa: E402

from bookings.models import Appointment  # noqa: E402
from deploy.local.places import Refusal, say  # noqa: E402
from deploy.local.run import manage  # noqa: E402
from tests.board.clinic import make_day  # noqa: E402
from tests.factories import StaffFactory  # noqa: E402
from tests.signing_in import force_login  # noqa: E402


def main() -> int:
    """Make the day, look at it, print."""
    parser = argparse.ArgumentParser(prog="tests.board", description=__doc__)
    parser.add_argument("--practitioners", type=int, default=20)
    parser.add_argument("--visits", type=int, default=400, help="in all")
    parser.add_argument("--repeats", type=int, default=15)
    chosen = parser.parse_args()
    prepare_database()
    say(f"Booking {chosen.visits} visits with {chosen.practitioners} practitioners")
    make_day(chosen.practitioners, chosen.visits)
    client = Client(SERVER_NAME=next(iter(settings.ALLOWED_HOSTS), "localhost"))
    force_login(client, StaffFactory.create())
    say("Looking at the board")
    print(json.dumps(measure(client, chosen.repeats)))  # noqa: T201
    return 0


def prepare_database() -> None:
    """Migrate the database and empty it.

    :raises Refusal: if its name does not say that it is for this.
    """
    name = str(settings.DATABASES["default"]["NAME"])
    if not name.endswith("board"):
        raise Refusal(f"the database {name} is not emptied: its name must end with `board`.")
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    environment = dict(os.environ) | {"DATABASE_URL": owner}
    say("Preparing the database")
    manage("migrate", "--verbosity=0", environment=environment)
    manage("flush", "--no-input", "--verbosity=0", environment=environment)


def measure(client: Client, repeats: int) -> dict[str, float]:
    """Return the queries of a first look, and medians in milliseconds."""
    look(client)
    asked: list[str] = []

    def note(run: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return run(sql, *rest)

    with connection.execute_wrapper(note):
        look(client)
    firsts, updates, unchanged = [], [], []
    visit = Appointment.objects.filter(status="booked").order_by("-starts_at", "pk")[0]
    for number in range(repeats):
        firsts.append(timed(lambda: look(client)))
        version = version_of(client)
        status = ("confirmed", "booked")[number % 2]
        Appointment.objects.filter(pk=visit.pk).update(status=status)
        updates.append(timed(lambda: poll(client, version, 200)))  # noqa: B023 (called at once)
        version = version_of(client)
        unchanged.append(timed(lambda: poll(client, version)))  # noqa: B023
    return {
        "queries": len(asked),
        "first_ms": round(median(firsts), 1),
        "update_ms": round(median(updates), 1),
        "unchanged_ms": round(median(unchanged), 1),
    }


def look(client: Client) -> Any:
    """Open the board of today."""
    answer = client.get("/desk/")
    if answer.status_code != 200:
        raise RuntimeError(f"The board answered {answer.status_code}.")
    return answer


def version_of(client: Client) -> str:
    """Return the version the board shows now."""
    return str(look(client).content.decode().partition('data-version="')[2].partition('"')[0])


def poll(client: Client, version: str, *expected: int) -> None:
    """Ask what has changed; once a minute something has."""
    answer = client.get("/desk/changes/", {"version": version})
    if answer.status_code not in (expected or (200, 204)):
        raise RuntimeError(f"The board answered {answer.status_code}.")


def timed(call: Callable[[], Any]) -> float:
    """Return how long a call takes, in milliseconds."""
    began = perf_counter()
    call()
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
