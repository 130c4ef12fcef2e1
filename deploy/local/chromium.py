"""Chromium for the browser tests."""

import os
import shutil

from deploy.local.places import say
from deploy.local.steps import run_step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

MISSING = """No Chromium: the browser tests will be skipped.
Install it (Debian: apt install chromium), or set NUAN_CHROMIUM to a Chromium or Chrome."""


def find_chromium() -> str | None:
    """Return the path of NUAN_CHROMIUM or the system's Chromium or Chrome, or None."""
    for name in (os.environ.get("NUAN_CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return None


def install_chromium() -> None:
    """Install Chromium from the system's packages where we may; otherwise say what is missing."""
    if find_chromium():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium for the browser tests with apt-get")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run_step(["apt-get", "update", "-qq"], **quiet)
        command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        run_step(command, **quiet)
    if not find_chromium():
        say(MISSING)
