"""The virtual environment and the Python packages in it."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from deploy.local.places import PYTHON, ROOT, VENV, Refusal, say
from deploy.local.steps import Argument, run_step

RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
NODE = "requirements-node.lock"
STAMP = VENV / "nuan-setup.json"
PIP = "lib/python3*/site-packages/pip/__main__.py"

NO_VENV = """this Python cannot make virtual environments. Install what is missing
(on Debian and Ubuntu: apt install python3-venv) and run the command again."""


def install_packages(*, development: bool) -> None:
    """Bring `.venv` in line with the pinned list; does nothing when it already is.

    :raises Refusal: when the environment cannot be made or a package cannot be installed.
    """
    done = read_stamp()
    if done.get("place") != str(VENV) or not PYTHON.exists():
        make_environment()
        done = {"place": str(VENV)}
    name = DEVELOPMENT if development else RUNTIME
    wanted = list_mark(development=development)
    if done.get(name) == wanted:
        return
    say(f"Installing the Python packages of {name} (a minute or two the first time)")
    pip_install(name)
    done |= {name: wanted, RUNTIME: list_mark(development=False)}
    if development:
        name_project()
    STAMP.write_text(json.dumps(done))


def make_environment() -> None:
    """Make an empty `.venv` for this place, in the stead of one that was moved or half made.

    :raises Refusal: when this Python cannot.
    """
    if PYTHON.exists() and not STAMP.exists() and any(VENV.glob(PIP)):
        return  # made by hand; its packages are brought in line all the same
    say(f"Making a virtual environment in {VENV} (Python {sys.version.split()[0]})")
    command: list[Argument] = [sys.executable, "-m", "venv", "--clear", VENV]
    if not run_step(command) and not (install_venv() and run_step(command)):
        raise Refusal(NO_VENV)


def install_venv() -> bool:
    """Install Debian's package for virtual environments where we may; say whether that worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    package = f"python3.{sys.version_info.minor}-venv"
    say(f"Installing {package} with apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    return run_step(["apt-get", "update", "-qq"], **quiet) and run_step(
        ["apt-get", "install", "-qq", "-y", package], **quiet
    )


def name_project() -> None:
    """Let `.venv/bin/pytest` find the project's own packages, wherever it is started."""
    for site_packages in VENV.glob("lib/python3*/site-packages"):
        (site_packages / "nuan.pth").write_text(f"{ROOT}\n")


def pip_install(name: str) -> None:
    """Install a list with pip, each file only if its hash is in the list.

    :raises Refusal: when it fails; it has said why.
    """
    pip: list[Argument] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--require-hashes",
        "--requirement",
        ROOT / name,
    ]
    if not run_step(pip, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0"):
        raise Refusal("pip could not install the packages; its message is above.")


def list_mark(*, development: bool) -> str:
    """Return a mark that changes whenever a pinned list does."""
    names = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    return file_mark([ROOT / name for name in names])


def file_mark(paths: list[Path]) -> str:
    """Return a mark that changes whenever one of these files does."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    """Return what was installed last time, or nothing."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp
