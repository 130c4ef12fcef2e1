"""Run a command of the virtual environment with a database.

`python3 -m deploy.local.with_database [--tests] ARGUMENTS...` runs
`.venv/bin/python ARGUMENTS...` with DATABASE_URL, DATABASE_OWNER_URL, SECRET_KEY and NUAN_KEYS set, unless
they are set already. The database is left again when the command ends.
"""

import os
import sys

from deploy.local import sharing
from deploy.local.cluster import local_cluster
from deploy.local.parent import stop_with_parent
from deploy.local.places import PYTHON, THROWAWAY_SECRETS, finish
from deploy.local.steps import run_in


def main() -> int:
    """Run the command and return its exit status."""
    command = sys.argv[1:]
    tests = command[:1] == ["--tests"]
    command = command[tests:]
    stop_with_parent()
    environment = THROWAWAY_SECRETS | os.environ
    if environment.get("DATABASE_URL"):
        return run_in([PYTHON, *command], environment)
    lease = sharing.join(local_cluster(tests=tests), environment.get("NUAN_DATABASE", "nuan"))
    environment |= {"DATABASE_URL": lease.url, "DATABASE_OWNER_URL": lease.owner_url}
    try:
        return run_in([PYTHON, *command], environment)
    finally:
        lease.leave()


if __name__ == "__main__":
    finish(main)
