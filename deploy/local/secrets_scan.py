"""Keys and passwords among the sources: `make check` fails when it finds one that is not known to be none.

A finding that is no secret is named below with the hash that the message gives, and with a reason.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

from deploy.local.places import ROOT, say

NO_SECRETS = {
    ("bookings/models/visits.py", "b4a5041cbee3439127fa1780995540a9082b76e8"): "the letters of references",
    ("clinic/tokens.py", "b4a5041cbee3439127fa1780995540a9082b76e8"): "the same letters",
    ("clinic/configuration/environment.py", "0cbd07fde59ed92c6a1499cced8b15d3277eb138"): "says so: for tests",
    ("clinic/configuration/environment.py", "86a1932a93c72239442f6cd6296f4eb28d8a1730"): "a ring for tests",
    ("clinic/services/letters.py", "a613756e030149431b0337e8b3a6c62440eb5ddc"): "the name of a kind of link",
    ("deploy/local/places.py", "b58553737633691501a2c5b1cd2729a3570ce0dd"): "says so: for development",
    ("docs/running.md", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"): "an example of an address",
    ("tests/search/__main__.py", "2088b3de8b3b4c62cfb2f76a2fee8b7747e1c79f"): "letters to make names of",
    ("clinic/configuration/people.py", "1115124aa72d3407a954b65352ffb916cddb7412"): "the name of a form",
    ("clinic/configuration/people.py", "c5845d189b8a0ab834ab99fd0e7fc37505c01618"): "the name of a form",
    ("clinic/configuration/people.py", "eafc9ba3ea5fb7bcf29c35947d7bea733c827da5"): "the name of a form",
    ("clinic/models/audit.py", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"): "the name of an event",
    ("clinic/models/sessions.py", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"): "the name of a way to sign in",
    ("tests/clinic/test_second_factors.py", "12393442b8149fd084463f7a48a893895758448c"): "a ring for tests",
    ("tests/mutation/mutants.py", "0feca720e2c29dafb2c900713ba560e03b758711"): "an address of nothing",
}
"""Path and hash to why."""

SKIPPED_SUFFIXES = {".lock", ".po", ".mo", ".png", ".jpg", ".heic", ".svg", ".woff2"}
SKIPPED_NAMES = {"package-lock.json", "secrets_scan.py"}
"""What is full of hashes: a lock, and the list above."""
SKIPPED_FOLDERS = {".git", ".venv", ".local", "node_modules", "staticfiles", "__pycache__"}
IN_TESTS_TOO_COMMON = "Secret Keyword"
"""Tests sign in with passwords of their own; keys with a form of their own are looked for there as well."""


def main() -> int:
    """Scan what is given, or all sources; 1 if anything was found."""
    given = [Path(name) for name in sys.argv[1:]]
    found = list(find_secrets(given or sources(), ROOT if not given else Path.cwd()))
    for line in found:
        say(line)
    return 1 if found else 0


def sources() -> list[Path]:
    """Return the files that Git knows; of a folder without Git, all that are not made by our commands."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name]
    return [
        path for path in ROOT.rglob("*") if not SKIPPED_FOLDERS.intersection(path.relative_to(ROOT).parts)
    ]


def find_secrets(paths: list[Path], root: Path) -> Iterator[str]:
    """Yield one line for each secret in these files: where, of what kind, and its hash."""
    names = [str(path) for path in paths if path.is_file() and not is_skipped(path)]
    found = SecretsCollection()
    with default_settings():
        found.scan_files(*names)
    for name, secret in found:
        path = Path(name).resolve().relative_to(root.resolve()).as_posix()
        in_tests = path.startswith("tests/") and secret.type == IN_TESTS_TOO_COMMON
        if not in_tests and (path, secret.secret_hash) not in NO_SECRETS:
            yield f"{path}:{secret.line_number}: {secret.type} ({secret.secret_hash})"


def is_skipped(path: Path) -> bool:
    """Say whether a file is made by a program from what is looked through elsewhere, or is no text."""
    return path.suffix in SKIPPED_SUFFIXES or path.name in SKIPPED_NAMES


if __name__ == "__main__":
    sys.exit(main())
