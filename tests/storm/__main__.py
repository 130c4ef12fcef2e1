"""`python -m tests.storm`: receptionists move, book, cancel and undo at random on one day, over HTTP.

Each is a process of its own. What the site accepted makes a model of the day; the board must end equal to it.
Prints the seed and the faults, then one JSON object as the last line. Exit status 1 if a promise was broken.
Needs DATABASE_URL of a database whose name ends with `storm`, which it empties; `make storm` sees to it.
"""

import argparse
import json
import os
import random
import sys
from collections import Counter
from typing import Any

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()
# One connection for each process that is forked, no pool's threads.
settings.DATABASES["default"]["OPTIONS"].pop("pool", None)

from deploy.local.places import Refusal, fail, say  # noqa: E402
from tests.race import site  # noqa: E402
from tests.race.browsing import Browser  # noqa: E402
from tests.race.crew import Crew  # noqa: E402
from tests.storm.day import Day, count_claim_faults, make_day, sign_in  # noqa: E402
from tests.storm.model import count_overlaps, differences, work_out  # noqa: E402
from tests.storm.receptionist import ACTS, Tally, read_board  # noqa: E402


def main() -> int:
    """Storm, and say what came of it."""
    chosen = read_arguments()
    say(f"Seed {chosen.seed}")
    site.prepare_database("storm")
    day = make_day(chosen.seed)
    with Crew(chosen.receptionists, ACTS) as crew, site.running_site() as port:
        cookies = [sign_in(number) for number in range(chosen.receptionists)]
        before = read_board(Browser(port, dict(cookies[0])), day.site, day.date, Tally())
        calls = [
            (
                "work",
                {
                    "port": port,
                    "cookie": cookie,
                    "facts": day.facts,
                    "seed": chosen.seed + n,
                    "seconds": chosen.seconds,
                },
            )
            for n, cookie in enumerate(cookies)
        ]
        say(f"{chosen.receptionists} receptionists work for {chosen.seconds} s on {len(before)} visits")
        reports = crew.go(calls, patience=chosen.seconds + 60)
        closing = Tally()
        after = read_board(Browser(port, dict(cookies[0])), day.site, day.date, closing)
    faults = [report.fault for report in reports if report.fault]
    tallies = [report.value for report in reports if report.won] + [closing]
    return judge(day, before, after, tallies, faults, chosen)


def judge(
    day: Day,
    before: dict[str, Any],
    after: dict[str, Any],
    tallies: list[Tally],
    faults: list[str],
    chosen: argparse.Namespace,
) -> int:
    """Compare the board with the model, print the figures, and return the exit status."""
    accepted = [operation for tally in tallies for operation in tally.accepted]
    outcome = work_out(before, accepted)
    board = {ref: place for ref, (_seen, place) in after.items()}
    unlike = differences(outcome.places, board)
    faults += [fault for tally in tallies for fault in tally.faults] + outcome.lost + unlike
    figures = {
        "operations": len(accepted),
        "overlaps": count_overlaps(board) + count_claim_faults(),
        "lost": len(outcome.lost) + len(outcome.places.keys() - board.keys()),
        "server_errors": sum(len(tally.faults) for tally in tallies),
        "equal": not unlike,
        "kinds": dict(Counter(operation.name for operation in accepted)),
        "refused": sum(tally.refused for tally in tallies),
        "visits": len(board),
        "slowest_seconds": round(max(tally.slowest for tally in tallies), 3),
        "seed": chosen.seed,
    }
    for fault in faults[:20]:
        say(f"Fault: {fault}")
    say(json.dumps(figures))
    is_sound = not (figures["overlaps"] or figures["lost"] or figures["server_errors"] or faults)
    return 0 if is_sound and figures["equal"] and accepted else 1


def read_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="tests.storm", description=__doc__)
    parser.add_argument("--receptionists", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
