"""Locks between processes. The system lets go of them however a process ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.places import Refusal


@dataclass
class Lock:
    """One lock on one file, held by this process until `release` or its end."""

    path: Path
    handle: int | None = None

    def take(self, *, shared: bool = False) -> bool:
        """Try to take the lock without waiting; say whether that worked."""
        if self.handle is None:
            self.handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self.handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self, *, shared: bool = False, seconds: float = 60) -> None:
        """Take the lock, waiting for it.

        :raises Refusal: when it is still held by another after `seconds`.
        """
        until = time.monotonic() + seconds
        while not self.take(shared=shared):
            if time.monotonic() > until:
                raise Refusal(f"another process has held {self.path} for {seconds:.0f} seconds.")
            time.sleep(0.05)

    def release(self) -> None:
        """Let go; harmless when the lock is not held."""
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock on `path`, alone, for the length of a `with` block."""
    lock = Lock(path)
    lock.wait()
    try:
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Say whether some process holds the lock on `path` alone."""
    lock = Lock(path)
    free = lock.take(shared=True)
    lock.release()
    return not free
