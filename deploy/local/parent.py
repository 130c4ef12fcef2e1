"""Notice that `make` was killed or interrupted, and stop with it.

GNU make passes SIGTERM on to what it started, but not SIGINT: it counts on the terminal sending
that to the whole group, and waits. A program that sends SIGINT to make alone would wait for ever.
And nobody can pass on SIGKILL. So the launcher watches.
"""

import os
import signal
import threading
import time

from deploy.local.processes import catches

OFTEN = 0.25


def stop_with_parent() -> None:
    """From now on, send this process SIGTERM when its parent ends or make is interrupted.

    Does nothing when make did not start this process.
    """
    if "MAKELEVEL" not in os.environ:
        return
    parent = os.getppid()
    watch = threading.Thread(target=watch_parent, args=(parent,), daemon=True)
    watch.start()


def watch_parent(parent: int) -> None:
    """Return only after the parent ended or began to handle SIGINT; then raise SIGTERM here.

    While make handles a fatal signal its handler for it is off; Linux shows that.
    """
    catches_at_first = catches(parent, signal.SIGINT)
    while os.getppid() == parent:
        if catches_at_first and catches(parent, signal.SIGINT) is False:
            break
        time.sleep(OFTEN)
    os.kill(os.getpid(), signal.SIGTERM)
