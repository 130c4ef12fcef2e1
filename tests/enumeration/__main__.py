"""`python -m tests.enumeration`: whether the time of an answer tells who is known here.

Asks for a code, for a link for a new password, and types a password, for addresses that are known in each
way there is and for nobody's, in random order; prints one line a kind, then one JSON object as the last line.
Exit status 1 if two medians are 5 % apart or more. No mail leaves: messages wait in the outbox, so a mail
server that is down changes nothing. Passwords are compared with a quick hash, because half a second of
hashing would hide all else; `--slow-hash` takes the real one. Needs DATABASE_URL of a database whose name
ends with `enumeration`, which it empties; `make enumeration` sees to that.
"""

import argparse
import json
import logging
import os
import sys
from random import Random

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
django.setup()
settings.ALLOWED_HOSTS.append("testserver")
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from clinic.models import Clinic  # noqa: E402 (after Django is set up)
from deploy.local.places import Refusal, fail, say  # noqa: E402
from deploy.local.run import manage  # noqa: E402
from tests.enumeration.pairs import Figure, list_pairs, measure  # noqa: E402

GOAL_PERCENT = 5


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.enumeration", description=__doc__)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--slow-hash", action="store_true")
    chosen = parser.parse_args()
    if not chosen.slow_hash:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    prepare()
    dice = Random(chosen.seed)
    say(f"{chosen.pairs} pairs each, seed {chosen.seed}")
    figures = [told(measure(way, kind, chosen.pairs, dice)) for way, kind in list_pairs()]
    worst = max(figure.percent for figure in figures)
    print(json.dumps({"pairs": chosen.pairs, "worst_percent": round(worst, 2), "goal_percent": GOAL_PERCENT}))  # noqa: T201
    return 0 if worst < GOAL_PERCENT else 1


def prepare() -> None:
    """Migrate the database and empty it.

    :raises Refusal: if its name does not say that it is for this.
    """
    name = str(settings.DATABASES["default"]["NAME"])
    if not name.endswith("enumeration"):
        raise Refusal(f"the database {name} is not emptied: its name must end with `enumeration`.")
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    environment = dict(os.environ) | {"DATABASE_URL": owner}
    manage("migrate", "--verbosity=0", environment=environment)
    manage("flush", "--no-input", "--verbosity=0", environment=environment)
    Clinic.objects.get_or_create(pk=1)
    logging.disable(logging.CRITICAL)


def told(figure: Figure) -> Figure:
    """Print a figure, and return it."""
    say(
        f"{figure.way:9} {figure.kind:16} {figure.known_ms:8.2f} ms, nobody {figure.nobody_ms:8.2f} ms:"
        f" {figure.percent:5.2f} % apart"
    )
    return figure


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(fail(refusal))
