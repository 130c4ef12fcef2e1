"""The peer's own virtual environment, `.local/peer-venv`: its packages never meet ours."""

import subprocess
import sys
from pathlib import Path

from tests.bench.contestants import ROOT

PLACE = ROOT / ".local" / "peer-venv"
PINS = Path(__file__).with_name("requirements-peer.txt")


def make() -> Path:
    """Return the environment's Python, after installing what is pinned if that has changed."""
    python, done = PLACE / "bin" / "python", PLACE / "installed.txt"
    if done.exists() and done.read_text() == PINS.read_text():
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", PINS], check=True)
    done.write_text(PINS.read_text())
    return python
