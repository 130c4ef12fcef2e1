"""Patients who read and save their forms and look at their photos, again and again, until they are told."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus

from tests.rotation.records import Reader

PAGE = "in-the-sun"
ANSWERS = ("always_burns", "rarely_burns", "never_burns")
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')

Ask = Callable[[str, str, Mapping[str, str] | None], tuple[int, str]]
"""Sends a request (method, address, fields) and returns the status and the text of the answer."""


@dataclass
class Tally:
    """What requests came to."""

    requests: int = 0
    refused: int = 0
    server_errors: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def note(self, status: int, seconds: float, body: str) -> None:
        """Count one answer; anything but what was asked for is a refusal."""
        self.requests += 1
        self.slowest = max(self.slowest, seconds)
        self.server_errors += status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if status != HTTPStatus.OK:
            self.refused += 1
            self.faults.append(f"{status} {body[:300]}")

    def add(self, other: "Tally") -> None:
        """Add what somebody else's requests came to."""
        self.requests += other.requests
        self.refused += other.refused
        self.server_errors += other.server_errors
        self.slowest = max(self.slowest, other.slowest)
        self.faults += other.faults[:2]


def read_and_save(ask: Ask, reader: Reader, tally: Tally, done: threading.Event) -> None:
    """Open a page of one's form, save it, and look at one's photo, until it is `done`."""
    page, photo = f"/form/{reader.patient_id}/{PAGE}/", f"/form/{reader.patient_id}/photos/{reader.photo_id}/"
    number = 0
    while not done.is_set():
        body = _asked(ask, tally, "GET", page)
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(body)}
        _asked(ask, tally, "POST", f"{page}save/", hidden | {"e_burn": ANSWERS[number % len(ANSWERS)]})
        _asked(ask, tally, "GET", f"{photo}image/")
        number += 1


def make_late(make: Callable[[], object], count: int, done: threading.Event) -> None:
    """Make new records one after the other, `count` at most, until it is `done`."""
    for _number in range(count):
        if done.is_set():
            return
        make()
        time.sleep(0.005)


def _asked(ask: Ask, tally: Tally, method: str, address: str, fields: Mapping[str, str] | None = None) -> str:
    started, status, body = time.perf_counter(), 0, ""
    with suppress(OSError):  # a connection that breaks is a refusal
        status, body = ask(method, address, fields)
    tally.note(status, time.perf_counter() - started, body)
    return body
