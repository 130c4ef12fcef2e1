"""`make check`: every check runs, then the exit status says whether all passed."""

import os
import time

from deploy.local import sharing
from deploy.local.cluster import local_cluster
from deploy.local.parent import stop_with_parent
from deploy.local.places import PYTHON, ROOT, THROWAWAY_SECRETS, VENV, finish, say
from deploy.local.steps import Argument, run_in

# As a clinic would run it, for `check --deploy`.
PRODUCTION = {
    **THROWAWAY_SECRETS,
    "NUAN_DEMO": "0",
    "NUAN_DEBUG": "0",
    "NUAN_HOSTS": "clinic.example",
    "NUAN_BASE_URL": "https://clinic.example",
    "NUAN_LOG_LEVEL": "WARNING",
}


def main() -> int:
    """Run the checks, one line before each, and a closing line that names the failures."""
    stop_with_parent()
    environment = os.environ | PRODUCTION
    lease = None
    if not environment.get("DATABASE_URL"):
        lease = sharing.join(local_cluster(tests=True), "nuan_check")
        environment["DATABASE_URL"] = lease.owner_url
    failed = []
    try:
        for name, command in checks().items():
            say(f"-- {name}")
            began = time.monotonic()
            if run_in(command, environment) != 0:
                failed.append(name)
            say(f"   {time.monotonic() - began:.1f} s")
    finally:
        if lease is not None:
            lease.leave()
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def checks() -> dict[str, list[Argument]]:
    """Return the checks in order: name to command."""
    templates = [path.relative_to(ROOT) for path in sorted(ROOT.glob("templates/**/*.html"))]
    brief = ["--quiet", "--output-format", "concise"]
    import_linter = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    return {
        "format": [PYTHON, "-m", "ruff", "format", "--check", *brief, "."],
        "lint": [PYTHON, "-m", "ruff", "check", *brief, "."],
        "types": [PYTHON, "-m", "mypy", "--no-error-summary", "."],
        "imports": [PYTHON, "-c", import_linter],
        "templates": [VENV / "bin" / "djade", "--check", "--target-version", "5.2", *templates],
        "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
        "settings": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        "secrets": [PYTHON, "-m", "deploy.local.secrets_scan"],
        "house rules": [PYTHON, "-m", "pytest", "-q", "--no-header", "tests/test_house_rules.py"],
    }


if __name__ == "__main__":
    finish(main)
