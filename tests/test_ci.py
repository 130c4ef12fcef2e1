"""A skipped test fails in CI, and only there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.places import ROOT

SKIPPED = """
import pytest

@pytest.fixture
def browser():
    pytest.skip("no Chromium")

def test_with_a_browser(browser):
    pass

@pytest.mark.skip(reason="too slow")
def test_marked():
    pass
"""


@pytest.mark.parametrize(("ci", "status", "counted"), [("true", 1, "2 errors"), ("", 0, "2 skipped")])
def test_skipped_tests_fail_in_ci_only(tmp_path: Path, ci: str, status: int, counted: str) -> None:
    (tmp_path / "test_skipped.py").write_text(SKIPPED)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.ci", "-p", "no:django", str(tmp_path)]

    result = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"CI": ci}, capture_output=True, text=True, check=False
    )

    assert result.returncode == status
    assert counted in result.stdout
