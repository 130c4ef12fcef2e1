"""`make test`: the whole suite, in three processes side by side, each with a test database of its own.

What drives browsers and servers waits a lot; beside it the rest of the tests find a processor idle. With
DATABASE_URL set there is one database, and one process runs everything.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from typing import IO

from deploy.local.parent import stop_with_parent
from deploy.local.places import PYTHON, ROOT, finish, say
from deploy.local.processes import die_with_parent

_FOLDERS = {
    "pages": ["tests/browser"],
    "forms": ["tests/access", "tests/audit", "tests/deploy", "tests/patients"],
}
PARTS = _FOLDERS | {
    "rest": ["tests", *(f"--ignore={folder}" for part in _FOLDERS.values() for folder in part)]
}
"""What each process runs, by what its database is called; a new folder is among the rest.

The long transactions of `tests/access` would hold up the sealer of `tests/audit`: both belong to one process.
"""

_COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


def main() -> int:
    """Run the suite and return the worse of the exit statuses; the last line counts all tests."""
    stop_with_parent()
    if os.environ.get("DATABASE_URL"):
        return subprocess.run([str(PYTHON), "-m", "pytest"], cwd=ROOT, check=False).returncode
    began = time.monotonic()
    name = os.environ.get("NUAN_DATABASE", "nuan")
    with ExitStack() as files:
        outputs = {
            part: files.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for part in PARTS
        }
        runs = [_start(PARTS[part], f"{name}_{part}", output) for part, output in outputs.items()]
        try:
            statuses = [run.wait() for run in runs]
        finally:
            for run in runs:
                run.terminate()
        counts = sum((_tell(output) for output in outputs.values()), Counter[str]())
    say(f"{_in_words(counts)} in {time.monotonic() - began:.0f} s")
    return max(statuses)


def _start(arguments: list[str], database: str, output: IO[str]) -> subprocess.Popen[str]:
    """Start pytest with a database's name; what it says goes to a file."""
    environment = os.environ | {"NUAN_DATABASE": database}
    command = [str(PYTHON), "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent,
    )


def _tell(output: IO[str]) -> Counter[str]:
    """Print what a run said, and return its counts from the last line that has any."""
    output.seek(0)
    lines = output.read().splitlines()
    sys.stdout.write("\n".join(lines) + "\n")
    last = next((line for line in reversed(lines) if _COUNTS.search(line)), "")
    return Counter({word.removesuffix("s"): int(count) for count, word in _COUNTS.findall(last)})


def _in_words(counts: Counter[str]) -> str:
    """Return "12 passed, 1 failed" of these counts."""
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items(), reverse=True)) or "no tests"


if __name__ == "__main__":
    finish(main)
