"""What Linux knows about processes; elsewhere the portable half of it."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1


def is_alive(pid: int) -> bool:
    """Say whether a process runs. One that ended and was not yet collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return not Path("/proc/self/stat").exists()
    return state != "Z"


def processes_in(folder: Path, name: str) -> list[int]:
    """Return the running processes of this name that work in this folder, as Linux tells us."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            named = (entry / "comm").read_text() == f"{name}\n"
            if named and (entry / "cwd").readlink() == folder:
                found.append(int(entry.name))
    return found


def die_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux to send this process a signal when the process that made it ends.

    Elsewhere nothing happens: there a killed parent leaves its children to the next start.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def catches(pid: int, number: signal.Signals) -> bool | None:
    """Say whether a process has a handler for a signal; None where that cannot be known."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    for line in status.splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return None
