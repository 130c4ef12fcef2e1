"""Processes that do the same thing at the same instant, each with its own connection."""

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Self

from django.db import connection

from bookings.services.refusals import Refusal

HEAD_START = 0.03
"""Seconds between the word and the start, so that every process has heard it."""

PATIENCE = 60.0
"""Seconds after which a process that has not answered counts as stuck."""

Call = tuple[str, Mapping[str, Any]]
Acts = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Report:
    """What came of one call: a value, the name of a refusal, or a fault, and how long it took in seconds."""

    value: Any = None
    refusal: str = ""
    fault: str = ""
    seconds: float = 0.0

    @property
    def won(self) -> bool:
        """Whether the call went through."""
        return not (self.refusal or self.fault)


class Crew:
    """So many processes, made once by forking; each waits for a call, does it and reports."""

    def __init__(self, size: int, acts: Acts) -> None:
        connection.close()  # no two processes may share one
        context = multiprocessing.get_context("fork")
        self.pipes: list[Connection] = []
        self.processes: list[BaseProcess] = []
        for _number in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, acts), daemon=True)
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self.pipes:
            with suppress(OSError):
                pipe.send(None)
        for process in self.processes:
            process.join(5)
            if process.is_alive():
                process.kill()

    def go(self, calls: Sequence[Call], *, patience: float = PATIENCE) -> list[Report]:
        """Let one process do each call, all starting at one instant, and return their reports in order.

        Who has not answered after `patience` seconds counts as stuck.
        """
        pipes = self.pipes[: len(calls)]
        start = time.monotonic() + HEAD_START
        for pipe, (act, arguments) in zip(pipes, calls, strict=True):
            pipe.send((act, arguments, start))
        return [_hear(pipe, patience) for pipe in pipes]

    def one(self, number: int, call: Call) -> Report:
        """Let one chosen process do a call, and return its report."""
        self.pipes[number].send((*call, 0.0))
        return _hear(self.pipes[number])


def _hear(pipe: Connection, patience: float = PATIENCE) -> Report:
    """Return a process's report, or that there is none."""
    return pipe.recv() if pipe.poll(patience) else Report(fault="stuck", seconds=patience)


def _work(pipe: Connection, acts: Acts) -> None:
    """Do what is asked until the crew goes home."""
    connection.ensure_connection()
    while True:
        word = pipe.recv()
        if word is None:
            return
        act, arguments, start = word
        time.sleep(max(0.0, start - time.monotonic()))
        pipe.send(_report(acts[act], arguments))


def _report(act: Callable[..., Any], arguments: Mapping[str, Any]) -> Report:
    started = time.perf_counter()
    try:
        value = act(**arguments)
    except Refusal as refusal:
        return Report(refusal=type(refusal).__name__, seconds=time.perf_counter() - started)
    except Exception as fault:  # noqa: BLE001 (whatever it is, it is counted and shown)
        return Report(fault=f"{type(fault).__name__}: {fault}"[:200], seconds=time.perf_counter() - started)
    return Report(value, seconds=time.perf_counter() - started)
