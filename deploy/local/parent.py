"""Notice that `make` was killed or interrupted, and stop with it.

GNU make passes SIGTERM on to what it started, but not SIGINT and SIGHUP: it counts on the terminal
sending those to the whole group, and waits. A program that sends one to make alone would wait for
ever. And nobody can pass on SIGKILL. So the launcher watches.
"""

import os
import signal
import threading
import time

from deploy.local.processes import catches

OFTEN = 0.25
NOT_PASSED_ON = (signal.SIGINT, signal.SIGHUP)


def stop_with_parent() -> None:
    """From now on, send this process SIGTERM when its parent ends or make is interrupted.

    Does nothing when make did not start this process.
    """
    if "MAKELEVEL" not in os.environ:
        return
    parent = os.getppid()
    caught = [number for number in NOT_PASSED_ON if catches(parent, number)]
    threading.Thread(target=watch_parent, args=(parent, caught), daemon=True).start()


def watch_parent(parent: int, caught: list[signal.Signals]) -> None:
    """Send SIGTERM here once the parent ended, or handles a signal it does not pass on.

    While make handles a signal its handler for it is off; Linux shows that.
    """
    while os.getppid() == parent:
        if any(catches(parent, number) is False for number in caught):
            break
        time.sleep(OFTEN)
    os.kill(os.getpid(), signal.SIGTERM)
