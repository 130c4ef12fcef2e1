"""Wait for what other processes do."""

import time
from collections.abc import Callable


def eventually(wanted: Callable[[], bool], seconds: float = 10) -> bool:
    """Return whether something becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if wanted():
            return True
        time.sleep(0.05)
    return False
