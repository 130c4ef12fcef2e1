"""Run other programs, one after the other, as steps of the set-up."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.places import ROOT
from deploy.local.processes import die_with_parent

Argument = str | Path


def run_step(command: Sequence[Argument], **environment: str) -> bool:
    """Run a program to its end, its output shown, and say whether it succeeded.

    It is told to stop if the launcher is killed meanwhile.
    """
    return run_in(command, os.environ | environment) == 0


def run_in(command: Sequence[Argument], environment: Mapping[str, str]) -> int:
    """Run a program in the project's folder to its end and return its exit status."""
    return subprocess.run(
        command, cwd=ROOT, env=environment, preexec_fn=die_with_parent, check=False
    ).returncode
