"""`python -m tests.race`: many at once for the same time, over HTTP and at service level.

Prints the seed and the progress, then one JSON object as the last line. Exit status 1 if a promise of
docs/reliability.md was broken. Needs DATABASE_URL of a database whose name ends with `race`, which it
empties; `make race` sees to that.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()
# One connection for each process that is forked, no pool's threads.
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)

from deploy.local.places import Refusal, fail, say  # noqa: E402 (after Django is set up)
from tests.race import browsing, scenes, site  # noqa: E402
from tests.race.crew import Crew  # noqa: E402
from tests.race.over_http import race_on_pages  # noqa: E402
from tests.race.tally import Tally, count_deadlocks  # noqa: E402

STEP = 50
"""Rounds between two lines of progress."""


def main() -> int:
    """Race, and say what came of it."""
    chosen = read_arguments()
    say(f"Seed {chosen.seed}")
    site.prepare_database()
    tally, before, started = Tally(), count_deadlocks(), time.monotonic()
    if chosen.only != "service":
        race_over_http(chosen.racers, chosen.http_rounds, tally)
    if chosen.only != "http":
        race_at_service_level(chosen.service_racers, chosen.service_rounds, tally, chosen.seed)
    time.sleep(1.5)  # Postgres publishes its counts within a second
    figures = tally.figures() | {"deadlocks": count_deadlocks() - before}
    figures |= {"seed": chosen.seed, "took_seconds": round(time.monotonic() - started)}
    for fault in tally.faults[:20]:
        say(f"Fault: {fault}")
    say(json.dumps(figures))
    return 0 if tally.sound and not figures["deadlocks"] else 1


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.race", description=__doc__)
    parser.add_argument("--rounds", type=int, help="of each kind, instead of 500, 600 and 60")
    parser.add_argument("--racers", type=int, default=20, help="over HTTP")
    parser.add_argument("--service-racers", type=int, default=50)
    parser.add_argument("--only", choices=["http", "service"])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    chosen.http_rounds = 500 if chosen.rounds is None else chosen.rounds
    chosen.service_rounds = 600 if chosen.rounds is None else chosen.rounds
    return chosen


def race_over_http(racers: int, rounds: int, tally: Tally) -> None:
    """Race on the pages of a site of our own."""
    track = scenes.make_track("RACE_HTTP", grid=10)
    with Crew(racers, browsing.ACTS) as crew, site.running_site() as port:
        tell(
            "over HTTP",
            rounds,
            race_on_pages(crew, track, tally, port=port, racers=racers, rounds=rounds),
            tally,
        )


def race_at_service_level(racers: int, rounds: int, tally: Tally, seed: int) -> None:
    """Race through the services: for one time, then the other kinds, a tenth as many rounds each."""
    one, four = scenes.make_track("RACE_ONE"), scenes.make_track("RACE_FOUR", people=4)
    few = max(1, rounds // 10)
    with Crew(racers, scenes.ACTS) as crew:
        scenes.warm_up(crew, four, racers)
        kinds: list[tuple[str, int, Iterator[int]]] = [
            ("for one time", rounds, scenes.race_for_one_time(crew, one, racers, rounds, tally)),
            ("for anyone", few, scenes.race_for_anyone(crew, four, racers, few, tally)),
            ("claims against moves", few, scenes.race_claims_against_moves(crew, four, racers, few, tally)),
            ("two moves of one visit", few, scenes.race_two_moves(crew, four, few, tally)),
            ("expiring holds", few, scenes.race_expiring_holds(crew, one, few, tally, seed)),
            ("holding again", few, scenes.race_holding_again(crew, one, racers, few, tally)),
        ]
        for name, count, race in kinds:
            tell(name, count, race, tally)


def tell(name: str, rounds: int, race: Iterator[int], tally: Tally) -> None:
    """Run a race and say how far it is."""
    for number in race:
        if (number + 1) % STEP == 0 or number + 1 == rounds:
            state = f"{tally.double_booked} double booked, longest {tally.max_seconds:.2f} s"
            say(f"{name}: {number + 1} of {rounds} rounds, {state}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
