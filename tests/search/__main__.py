"""`python -m tests.search`: how long the desk waits for a search among 200,000 patients, by kind of query.

Everything from the request to the finished page of results counts, but for the network. Prints one line a
kind, then one JSON object as the last line. The best of five tries of each query counts, so
that other work of the machine does not; the slowest single try is told too. Exit status 1 if any query took
100 ms or more. Needs
DATABASE_URL of a database whose name ends with `search`, which it fills; `make search` sees to that.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from random import Random

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()
settings.ALLOWED_HOSTS.append("testserver")
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from django.test import Client  # noqa: E402 (after Django is set up)

from deploy.local.places import Refusal, fail, say  # noqa: E402
from deploy.local.run import manage  # noqa: E402
from tests.factories import StaffFactory  # noqa: E402
from tests.search import people  # noqa: E402
from tests.signing_in import force_login  # noqa: E402

GOAL_MS = 100


def kinds(dice: Random) -> dict[str, list[str]]:
    """Return what is typed, by kind; known people are drawn from the database."""
    known = people.draw(40, dice)
    letters = "abcdefghijklmnoprstuvwy"
    return {
        "two_letters_common": ["so", "ma", "ta", "pa", "กม", "พร", "สม", "ศร", "ณั", "an"],
        "two_letters_no_hit": ["xq", "zz", "qj", "ฮฮ", "ฬฬ", "vv"],
        "latin_name": [name[:5] for name, _, _, _ in known if name.isascii()],
        "thai_word": [name.split()[0] for name, _, _, _ in known if not name.isascii()],
        "whole_name": [name for name, _, _, _ in known],
        "first_and_initial": [f"{n.split()[0]} {n.split()[1][:1]}" for n, _, _, _ in known],
        "thai_without_space": [n.replace(" ", "") for n, _, _, _ in known if not n.isascii()],
        "misspelt": [_misspell(name, dice) for name, _, _, _ in known],
        "no_hit": ["".join(dice.choices(letters, k=dice.randint(3, 14))) for _ in range(40)],
        "no_hit_common_parts": ["ananan", "soson", "marmarmar", "พรพรพร", "กมลกมลกมล", "สุขสุข", "the and son"],
        "three_letters_inside": ["ann", "tan", "ell", "son", "พร", "ทิพ", "ลักษ", "พงษ์"],
        "phone_whole": [f"0{phone[3:]}" if phone[1:3] == "66" else phone for _, phone, _, _ in known],
        "phone_part": [phone[: dice.randint(4, 8)] for _, phone, _, _ in known] + ["08", "+66 8", "+4", "66"],
        "phone_last_four": [phone[-4:] for _, phone, _, _ in known],
        "email": [email[:12] for _, _, email, _ in known] + ["pa", "patient", "@"],
        "reference": [reference for _, _, _, reference in known if reference],
        "strange": ["%%", "__", "\\\\", "😀😀", "a" * 500, "' OR 1=1", "- -", "%a%b", "..."],
    }


def main() -> int:
    """Search, and say how long it took."""
    parser = argparse.ArgumentParser(prog="tests.search", description=__doc__)
    parser.add_argument("--patients", type=int, default=200_000)
    parser.add_argument("--tries", type=int, default=5, help="of each query; the best one counts")
    parser.add_argument("--build", action="store_true", help="only fill the empty database")
    chosen = parser.parse_args()
    if chosen.build:
        people.build(chosen.patients)
        return 0
    prepare(chosen.patients)
    client = Client(headers={"hx-request": "true"})
    force_login(client, StaffFactory.create(email=f"nok{time.time_ns()}@example.com"))
    asked = kinds(Random(people.SEED))
    figures, single = {}, 0.0
    for queries in asked.values():
        ask(client, queries[0])
    for kind, queries in asked.items():
        tries = [[ask(client, query) for _try in range(chosen.tries)] for query in queries]
        best = [min(each) for each in tries]
        figures[kind] = {"median_ms": round(statistics.median(best), 1), "worst_ms": round(max(best), 1)}
        single = max(single, *(max(each) for each in tries))
        say(f"{kind}: {len(queries)} queries, {figures[kind]}, {queries[best.index(max(best))][:20]!r}")
    worst = max(each["worst_ms"] for each in figures.values())
    sums = {"patients": chosen.patients, "worst_ms": worst, "slowest_single_ms": round(single, 1)}
    say(json.dumps({**sums, "kinds": figures}))
    return 0 if worst < GOAL_MS else 1


def ask(client: Client, typed: str) -> float:
    """Ask once and return the milliseconds until the answer was there."""
    started = time.perf_counter()
    answer = client.get("/desk/patients/", {"q": typed})
    took = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise Refusal(f"{typed!r} was answered with {answer.status_code}")
    return took


def prepare(count: int) -> None:
    """Migrate the database, and fill it if it does not hold so many people.

    :raises Refusal: if its name does not say that it is for searches.
    """
    name = str(settings.DATABASES["default"]["NAME"])
    if not name.endswith("search"):
        raise Refusal(f"the database {name} is not filled: its name must end with `search`.")
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    environment = dict(os.environ) | {"DATABASE_URL": owner}
    manage("migrate", "--verbosity=0", environment=environment)
    if people.is_built(count):
        return
    say(f"Writing down {count:,} patients")
    manage("flush", "--no-input", "--verbosity=0", environment=environment)
    started = time.monotonic()
    command = [sys.executable, "-m", "tests.search", "--build", "--patients", str(count)]
    subprocess.run(command, env=environment, check=True)  # by who owns the tables: triggers are off meanwhile
    say(f"Done in {time.monotonic() - started:.0f} s")


def _misspell(name: str, dice: Random) -> str:
    at = dice.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
