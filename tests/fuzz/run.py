"""Sending spoiled requests, so many in a transaction that is taken back, and writing down what broke."""

import random
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.signals import got_request_exception
from django.db import transaction

from tests.fuzz.requests import Asked, draw
from tests.fuzz.visitors import ROLES, Visitor, name_of
from tests.routes import list_routes

IN_ONE_GO = 250
"""Requests after which everything is as it was at first: what they did must not wear the clinic out."""

SLOW = 2.0
"""Seconds that no request may take."""


@dataclass
class Tally:
    """What came of the requests."""

    requests: int = 0
    server_errors: int = 0
    slow: int = 0
    max_seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    understood: int = 0
    faults: dict[str, str] = field(default_factory=dict)
    """One for each kind of fault: the request that showed it first."""

    def count(self, asked: Asked, who: str, status: int, seconds: float, trace: str, where: str) -> None:
        """Write down one answer."""
        self.requests += 1
        self.statuses[status] += 1
        self.kinds[asked.what] += 1
        self.names.add(name_of(asked.path))
        self.understood += status in {200, 204, 302, 422} and asked.method == "POST"
        self.max_seconds = max(self.max_seconds, seconds)
        self.server_errors += status >= 500
        self.slow += seconds > SLOW
        if status >= 500 or seconds > SLOW:
            last_line = trace.strip().rpartition("\n")[2][:80]
            kind = f"{status} {name_of(asked.path)} {last_line}"
            sent = f"{asked.method} {asked.path}?{asked.query[:200]} {asked.body[:400]!r} {asked.headers}"
            self.faults.setdefault(kind, f"{where} {who} {status} {seconds:.2f} s: {sent}\n{trace}")

    def add(self, other: "Tally") -> None:
        """Take another process's figures in."""
        for name in ("requests", "server_errors", "slow", "understood"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.max_seconds = max(self.max_seconds, other.max_seconds)
        self.statuses += other.statuses
        self.kinds += other.kinds
        self.names |= other.names
        self.faults |= other.faults


def fuzz(tally: Tally, *, requests: int, seed: str, pages: int = 150) -> Iterator[Tally]:
    """Send so many requests of everybody; yield the tally after each go. The same seed sends the same."""
    routes = list_routes(admin=True)
    visitors = look_around(seed, pages)
    for go in range(0, requests, IN_ONE_GO):
        dice = random.Random(f"{seed} {go}")
        with taken_back(), traces() as caught:
            for visitor in visitors:
                visitor.sign_in()
            for number in range(min(IN_ONE_GO, requests - go)):
                visitor = dice.choice(visitors)
                if visitor.is_signed_out:
                    visitor.sign_in()
                asked = draw(dice, visitor, visitors, routes)
                caught.clear()
                status, seconds = send(asked, visitor)
                tally.count(asked, visitor.role, status, seconds, "".join(caught), f"{seed}/{go}+{number}")
        yield tally


def look_around(seed: str, pages: int) -> list[Visitor]:
    """Return everybody, each having followed links through so many pages."""
    visitors = [Visitor(role) for role in ROLES]
    with taken_back():
        for visitor in visitors:
            visitor.sign_in()
            visitor.look_around(random.Random(seed), pages)
    return visitors


def send(asked: Asked, visitor: Visitor) -> tuple[int, float]:
    """Send one request in a savepoint of its own; return its status and how long it took in seconds."""
    started = time.perf_counter()
    with transaction.atomic():
        answer = asked.send(visitor)
        for _chunk in answer.streaming_content if answer.streaming else ():
            pass
        if answer.status_code >= 500:
            transaction.set_rollback(True)
    return answer.status_code, time.perf_counter() - started


@contextmanager
def taken_back() -> Iterator[None]:
    """Let nothing of what happens here stay in the database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def traces() -> Iterator[list[str]]:
    """Collect the tracebacks of views that break."""
    caught: list[str] = []

    def note(**_facts: Any) -> None:
        caught.append(traceback.format_exc())

    got_request_exception.connect(note, weak=False, dispatch_uid="fuzz")
    try:
        yield caught
    finally:
        got_request_exception.disconnect(dispatch_uid="fuzz")
