"""The import contracts hold, and see what they are there to see.

The real tree is checked by `make check`; here a copy is broken on purpose.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.places import ROOT

APPS = ("bookings", "patients", "clinic")
LINT = "from importlinter.cli import lint_imports_command as run; run()"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the three apps and the contracts."""
    for app in APPS:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """Run the import linter on a tree."""
    environment = os.environ | {"PYTHONPATH": str(tree)}
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def test_contracts_hold(tree: Path) -> None:
    result = lint(tree)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "seen"),
    [
        ("clinic/models/stray.py", "import bookings.models", "clinic is not allowed to import"),
        ("patients/models.py", "import bookings.models", "patients is not allowed to import"),
        ("bookings/queries/stray.py", "import bookings.views", "bookings.queries is not allowed"),
        ("bookings/availability.py", "import django.db", "bookings.availability is not allowed"),
        ("patients/assessment.py", "import django.db", "patients.assessment is not allowed"),
        ("bookings/utils.py", "", "utils"),
        ("clinic/helpers/__init__.py", "", "helpers"),
    ],
)
def test_contracts_see_a_stray_import(tree: Path, module: str, line: str, seen: str) -> None:
    path = tree / module
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(f"\n{line}\n")

    result = lint(tree)

    assert result.returncode == 1
    assert seen in result.stdout
