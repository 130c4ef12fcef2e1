"""`make lock`: write beside each list the same with all it brings along, and the hashes of every file.

What is locked already stays as it is, unless the list says otherwise; `make lock UPGRADE=1` takes the newest
of what no list pins.
"""

import os

from deploy.local.places import PYTHON, ROOT, Refusal, finish, say
from deploy.local.steps import Argument, run_step

LISTS = ("requirements", "requirements-dev", "requirements-node")
OLDEST_PYTHON = "3.11"
"""One list for this Python and all later ones, on every system."""


def main() -> int:
    """Write the three lists of hashes.

    :raises Refusal: when one cannot be made; the reason has been printed.
    """
    for name in LISTS:
        say(f"Locking {name}.txt")
        if not run_step(command(name)):
            raise Refusal(f"{name}.lock could not be written; the message is above.")
    return 0


def command(name: str) -> list[Argument]:
    """Return the command that locks one list. The development list has what runs in the same versions."""
    options = ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--quiet"]
    options += ["--no-header", "--no-annotate"]
    options += ["--output-file", f"{name}.lock"]
    if name == "requirements-dev":
        options += ["--constraint", "requirements.lock"]
    if os.environ.get("UPGRADE"):
        options += ["--upgrade"]
    return [PYTHON.with_name("uv"), "pip", "compile", ROOT / f"{name}.txt", *options]


if __name__ == "__main__":
    finish(main)
