"""Do several things at the same moment, each on a database connection of its own."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

PATIENCE = 60.0
"""Seconds after which something that has not come back counts as stuck."""


@dataclass(frozen=True)
class Outcome:
    """What one call came to: a value or an error, and how long it took in seconds."""

    value: Any = None
    error: BaseException | None = None
    seconds: float = 0.0

    @property
    def won(self) -> bool:
        """Whether the call went through."""
        return self.error is None


def all_at_once(calls: Sequence[Callable[[], Any]]) -> list[Outcome]:
    """Start every call in a thread, let them go together, and return their outcomes in order."""
    gate = threading.Barrier(len(calls))
    outcomes: list[Outcome] = [Outcome(error=TimeoutError("stuck"))] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(PATIENCE)
            outcomes[number] = timed(call)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return outcomes


def timed(call: Callable[[], Any]) -> Outcome:
    """Call, and return what came of it."""
    started = time.perf_counter()
    try:
        value = call()
    except Exception as error:  # noqa: BLE001 (whatever it is, the test judges it)
        return Outcome(error=error, seconds=time.perf_counter() - started)
    return Outcome(value, seconds=time.perf_counter() - started)
