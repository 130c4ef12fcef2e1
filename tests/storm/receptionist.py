"""One receptionist at one browser: looks at the board, does something at random, notes what the site said."""

import random
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.race.browsing import Answer, Browser
from tests.race.crew import Acts
from tests.storm.model import CANCEL, UNDO, Operation, Place

_BLOCK = re.compile(
    r'data-ref="(\w+)" data-seen="(\d+)" data-status="(\w+)" data-start="(\d+)" data-minutes="(\d+)"'
)
_COLUMN = re.compile(
    r'<div class="bcol" data-column="(\d*)"(.*?)(?=<div class="bcol"|<div class="nowline|</section>)', re.S
)
OPENS, CLOSES = 9 * 60, 17 * 60
SCRIPT = {"HX-Request": "true"}
REFUSED = (404, 409, 422)
"""A colleague was quicker; or has just taken a booking back, and there is no such visit any more."""


@dataclass
class Tally:
    """What a receptionist did: accepted operations, how many were refused, and every fault."""

    accepted: list[Operation] = field(default_factory=list)
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0


@dataclass
class Receptionist:
    """A member of the front desk, signed in, with the board of one day open."""

    browser: Browser
    site: str
    day: str
    visit_type: int
    people: dict[int, int]
    dice: random.Random
    tally: Tally = field(default_factory=Tally)
    board: dict[str, tuple[int, Place]] = field(default_factory=dict)
    mine: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Read the board anew."""
        self.board = read_board(self.browser, self.site, self.day, self.tally)

    def act(self) -> None:
        """Do one thing at random with what the board shows, which may be a little out of date."""
        deeds: list[tuple[int, Callable[[], None]]] = [
            (45, self.move),
            (10, self.resize),
            (20, self.book),
            (10, self.cancel),
            (15, self.undo),
        ]
        self.dice.choices([deed for _weight, deed in deeds], [weight for weight, _deed in deeds])[0]()

    def move(self) -> None:
        """Drag a visit to another time, or to another person."""
        if chosen := self._choose():
            ref, seen, place = chosen
            to = Place(self.dice.choice(list(self.people)), self._some_start(place.minutes), place.minutes)
            if (to.column, to.start) != (place.column, place.start):
                self._drop(ref, seen, to)

    def resize(self) -> None:
        """Drag the lower edge of a visit."""
        if chosen := self._choose():
            ref, seen, place = chosen
            minutes = self.dice.choice([20, 30, 40, 50, 60])
            if minutes != place.minutes:
                self._drop(ref, seen, Place(place.column, place.start, minutes))

    def cancel(self) -> None:
        """Cancel a visit for the clinic."""
        if chosen := self._choose():
            ref, seen, _place = chosen
            self._post(
                f"/desk/visits/{ref}/cancel/", {"seen": str(seen), "reason": ""}, Operation(ref, seen, CANCEL)
            )

    def undo(self) -> None:
        """Take back the last thing done to a visit of one's own."""
        if not self.mine:
            return
        ref = self.mine.pop()
        if ref in self.board:
            seen = self.board[ref][0]
            self._post(f"/desk/visits/{ref}/undo/", {"seen": str(seen)}, Operation(ref, seen, UNDO))

    def book(self) -> None:
        """Book for a caller."""
        column = self.dice.choice(list(self.people))
        start = self._some_start(40)
        fields = {
            "key": str(uuid.uuid4()),
            "name": f"Caller {self.dice.randrange(10**9)}",
            "phone": f"+66 81 {self.dice.randrange(100, 999)} {self.dice.randrange(1000, 9999)}",
            "email": "",
            "mode": "in_person",
            "language": "en",
            "visit_type": str(self.visit_type),
            "practitioner": "",
            "when": f"{self._instant(start)}/{self.people[column]}",
        }
        answer = self._ask(f"/desk/book/?site={self.site}&date={self.day}", fields)
        found = re.search(r"/desk/(?:book/)?(\w{7,8})/", answer.location)
        if answer.status == 302 and found:
            self.tally.accepted.append(Operation(found[1], -1, "book", Place(column, start, 40)))
            self.mine.append(found[1])
        else:
            self._note(answer)

    def _drop(self, ref: str, seen: int, to: Place) -> None:
        fields = {
            "start": f"{self.day}T{to.start // 60:02}:{to.start % 60:02}",
            "column": str(to.column),
            "kind": "practitioner",
            "minutes": str(to.minutes),
            "seen": str(seen),
            "key": str(uuid.uuid4()),
        }
        self._post(f"/desk/visits/{ref}/drop/", fields, Operation(ref, seen, "drop", to))

    def _post(self, path: str, fields: dict[str, str], operation: Operation) -> None:
        answer = self._ask(path, fields)
        if answer.status == 204:
            self.tally.accepted.append(operation)
            if operation.name != UNDO:
                self.mine.append(operation.ref)
        else:
            self._note(answer)

    def _ask(self, path: str, fields: dict[str, str]) -> Answer:
        token = self.browser.cookies.get("csrftoken") or self.browser.cookies.get("nuan-csrf", "")
        self.browser.extra = SCRIPT
        return self.browser.ask("POST", path, {**fields, "csrfmiddlewaretoken": token})

    def _note(self, answer: Answer) -> None:
        self.tally.slowest = max(self.tally.slowest, answer.seconds)
        if answer.status in REFUSED:
            self.tally.refused += 1
        else:
            self.tally.faults.append(f"HTTP {answer.status} {answer.body[:80]!r}")

    def _choose(self) -> tuple[str, int, Place] | None:
        if not self.board:
            return None
        ref = self.dice.choice(list(self.board))
        return ref, *self.board[ref]

    def _some_start(self, minutes: int) -> int:
        return self.dice.randrange(OPENS, CLOSES - minutes + 1, 10)

    def _instant(self, start: int) -> str:
        """Return a start of the day as the sheet writes it; Bangkok is seven hours ahead, all year."""
        return f"{self.day}T{(start - 420) // 60:02}:{start % 60:02}Z"


def read_board(browser: Browser, site: str, day: str, tally: Tally) -> dict[str, tuple[int, Place]]:
    """Return what the board's page shows: by reference what was seen, and where each visit stands."""
    browser.extra = {}
    answer = browser.ask("GET", f"/desk/?site={site}&date={day}")
    tally.slowest = max(tally.slowest, answer.seconds)
    if answer.status != 200:
        tally.faults.append(f"HTTP {answer.status} board")
        return {}
    return {
        ref: (int(seen), Place(int(column or 0), int(start), int(minutes), status))
        for column, html in _COLUMN.findall(answer.body)
        for ref, seen, status, start, minutes in _BLOCK.findall(html)
    }


def work(port: int, cookie: dict[str, str], facts: dict[str, Any], seed: int, seconds: float) -> Tally:
    """Work at the desk for so many seconds and return what came of it."""
    desk = Receptionist(Browser(port, dict(cookie)), dice=random.Random(seed), **facts)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        desk.look()
        for _deed in range(desk.dice.randint(1, 4)):  # the board grows old meanwhile
            desk.act()
    return desk.tally


ACTS: Acts = {"work": work}
