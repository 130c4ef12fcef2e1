"""What make starts stops with make, however make is stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from tests.deploy.waiting import eventually

LAUNCHER = """
import os, signal, sys, time
from deploy.local.parent import stop_with_parent
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: (os.write(1, b"asked to stop\\n"), sys.exit(0)))
stop_with_parent()
print("ready", flush=True)
while True:
    time.sleep(1)
"""


@pytest.fixture
def make(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A make that started a launcher like ours, in a group of its own."""
    (tmp_path / "launcher.py").write_text(LAUNCHER)
    (tmp_path / "Makefile").write_text(f"run:\n\t@exec '{sys.executable}' launcher.py\n")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("MAKELEVEL", None)
    process = subprocess.Popen(
        ["make", "run"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=hear_signals,  # noqa: PLW1509 (one thread)
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    if group_lives(process.pid):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def hear_signals() -> None:
    """Let make hear what a run in the background, or under nohup, would have it ignore."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def group_lives(group: int) -> bool:
    """Say whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_launcher_stops_when_only_make_is_told(make: subprocess.Popen[str], number: signal.Signals) -> None:
    make.send_signal(number)

    assert make.wait(10) != 0
    assert eventually(lambda: not group_lives(make.pid))
    assert make.communicate(timeout=10)[0] == "asked to stop\n"


def test_launcher_runs_on_while_nobody_stops_make(make: subprocess.Popen[str]) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        make.wait(1)

    assert group_lives(make.pid)
