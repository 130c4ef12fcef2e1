"""`python -m tests.photos --files 10000`: read that many mutated photos, two at a time.

Prints the seed and the progress, then one JSON object as the last line. Exit status 1 if anything
crashed, or took over 2 s or 300 MB.
"""

import argparse
import json
import random
import sys

from tests.photos.mutated_run import Tally, run

STEP = 250
"""Files between two lines of progress."""


def main() -> int:
    """Read the files, and say what came of it."""
    parser = argparse.ArgumentParser(prog="tests.photos", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    chosen = parser.parse_args()
    say(f"Seed {chosen.seed}")
    tally = Tally()
    for files in run(tally, files=chosen.files, seed=chosen.seed):
        if files % STEP == 0 or files == chosen.files:
            say(f"{files} of {chosen.files}: {json.dumps(tally.endings)}")
    for fault in tally.faults[:20]:
        say(f"Fault: {fault}")
    say(json.dumps(tally.figures() | {"seed": chosen.seed}))
    return 0 if tally.sound else 1


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 (this is a command)


if __name__ == "__main__":
    sys.exit(main())
