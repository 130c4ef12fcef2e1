"""`python -m tests.bench`: django-appointment, the bare query and ourselves, on one Postgres in one run.

Prints progress and every raw number, and one JSON object as the last line. The databases are kept between
runs, so the first one takes long (5 million visits: about ten minutes); `--history 10k,100k` is quick.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from statistics import median

import psycopg

from tests.bench import calendar, pages, peer_environment
from tests.bench.bare import CLAIM_TABLE
from tests.bench.contestants import Contestant, ours
from tests.bench.databases import copy_of, make_histories, migrate, with_database, words
from tests.bench.report import row, say

MONTH, EVERYBODY = 30, calendar.PRACTITIONERS
ANSWERS = [(1, 1), (MONTH, 1), (1, EVERYBODY), (MONTH, EVERYBODY), (calendar.DAYS, EVERYBODY)]
CHOOSE_TIME = "/book/"


def main() -> int:
    """Build what is missing, measure, print."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--history", default="10k,100k,1m,5m", help="past visits, as 10k,100k,1m,5m")
    parser.add_argument("--repeats", type=int, default=15, help="interleaved repeats of each answer")
    parser.add_argument("--seconds", type=float, default=4, help="length of each throughput run")
    chosen = parser.parse_args()
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    first = _next_working_day(datetime.now(tz=UTC).astimezone(calendar.ZONE).date())
    say(f"The calendar begins on {first}; {os.cpu_count()} processors.")
    migrate(owner)
    bench = Bench(owner, first, chosen.repeats, chosen.seconds)
    figures: dict[str, float] = {}
    with ExitStack() as stack:
        say("Histories: databases with past visits")
        counts = [_count_of(word) for word in chosen.history.split(",")]
        names = make_histories(owner, counts, first)
        workers = {count: bench.worker(stack, name) for count, name in names.items()}
        small = workers[counts[0]]
        figures |= bench.compare_answers(small, bench.peer(stack))
        figures |= bench.compare_histories(workers)
        figures["month_queries"] = bench.count_queries(stack, small, names[counts[0]])
    figures |= bench.compare_pages(names[counts[0]])
    figures |= bench.compare_claims()
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))  # noqa: T201
    return 0


class Bench:
    """One run: where, for which calendar, and how often."""

    def __init__(self, owner: str, first: date, repeats: int, seconds: float) -> None:
        self.owner, self.first, self.repeats, self.seconds = owner, first, repeats, seconds

    def url(self, name: str) -> str:
        """Return the running site's address of a database."""
        return with_database(os.environ["DATABASE_URL"], name)

    def worker(self, stack: ExitStack, name: str, module: str = "tests.bench.ours") -> Contestant:
        """Start a worker of ours on a database."""
        worker = ours(self.url(name), module=module)
        stack.callback(worker.stop)
        return worker

    def peer(self, stack: ExitStack) -> Contestant:
        """Start the peer, in its own environment, on a new database with the same calendar."""
        say("The peer: its environment and its calendar")
        python = peer_environment.make()
        url = copy_of(self.owner, "peer", template="template1")
        peer = Contestant(python, "tests.bench.peer_settings", "tests.bench.peer", {"DATABASE_URL": url})
        stack.callback(peer.stop)
        peer.call("make", first=self.first.isoformat())
        return peer

    def times(self, worker: Contestant, name: str, days: int, people: int, times: int = 1) -> list[float]:
        """Return how long an answer took, in milliseconds."""
        first = self.first.isoformat()
        taken: list[float] = worker.call(name, first=first, days=days, people=people, times=times)
        return taken

    def compare_answers(self, us: Contestant, peer: Contestant) -> dict[str, float]:
        """Compare one answer of each size: the peer, the bare query and ourselves, one after the other."""
        self.check_agreement(us, peer)
        middle: dict[tuple[str, int, int], float] = {}
        for days, people in ANSWERS:
            say(f"{people} practitioner{'s' * (people > 1)}, {days} day{'s' * (days > 1)}")
            taken: dict[str, list[float]] = {"ours": [], "bare": [], "peer": []}
            slow = days * people > 40
            for repeat in self._repeats(us, days, people):
                taken["ours"] += self.times(us, "measure", days, people)
                taken["bare"] += self.times(us, "measure_bare", days, people)
                if days < calendar.DAYS and (not slow or repeat % 5 == 0):
                    taken["peer"] += self.times(peer, "measure", days, people)
            for name, values in taken.items():
                if values:
                    row(name, values)
                    middle[name, days, people] = median(values)
        queries = peer.call("count_queries", first=self.first.isoformat(), days=1, people=EVERYBODY)
        say(f"  The peer asks {queries} queries for a day of everybody.")
        month = (MONTH, EVERYBODY)
        return {
            "peer_over_ours_month": middle["peer", *month] / middle["ours", *month],
            "ours_over_bare_month": middle["ours", *month] / middle["bare", *month],
            "first_available_over_bare": self.compare_first(us),
        }

    def check_agreement(self, us: Contestant, peer: Contestant) -> None:
        """Make sure that all three find the same starts where they are asked the same."""
        for people in (1, EVERYBODY):
            ask = {"first": self.first.isoformat(), "days": MONTH, "people": people}
            found = [
                us.call("list_starts", **ask, mode="video"),
                us.call("list_bare_starts", **ask),
                peer.call("list_starts", **ask),
            ]
            with_rooms = us.call("list_starts", **ask, mode="in_person")
            if not (found[0] == found[1] == found[2] and found[0] and set(with_rooms) <= set(found[0])):
                raise SystemExit("The three do not agree on what is free.")
            say(
                f"All three find the same {len(found[0])} starts in {MONTH} days for {people};"
                f" {len(with_rooms)} with a room."
            )

    def compare_first(self, us: Contestant) -> float:
        """Compare the first available start of anyone with the bare query of everybody's day."""
        say("First available, and the bare day of 20")
        first: list[float] = []
        bare: list[float] = []
        for _ in self._repeats(us, 1, EVERYBODY):
            first += us.call("measure_first", first=self.first.isoformat(), times=1)
            bare += self.times(us, "measure_bare", 1, EVERYBODY)
        row("first available", first)
        row("bare day", bare)
        return median(first) / median(bare)

    def compare_histories(self, workers: dict[int, Contestant]) -> dict[str, float]:
        """Compare a month of everybody over histories of different lengths."""
        say("20 practitioners, 30 days, by past visits")
        taken: dict[tuple[int, str], list[float]] = {}
        for worker in workers.values():
            list(self._repeats(worker, MONTH, EVERYBODY, only_warm=True))
        for _ in range(self.repeats):
            for count, worker in workers.items():
                for name in ("measure", "measure_bare"):
                    taken.setdefault((count, name), []).extend(self.times(worker, name, MONTH, EVERYBODY))
        for (count, name), values in taken.items():
            row(f"{words(count)} past visits, {'ours' if name == 'measure' else 'bare'}", values)
        most, least = max(workers), min(workers)
        growth = median(taken[most, "measure"]) / median(taken[least, "measure"])
        return {f"growth_{words(most)}_over_{words(least)}": growth}

    def count_queries(self, stack: ExitStack, worker: Contestant, name: str) -> int:
        """Count the page's queries, for 20 practitioners and again for one."""
        everybody: int = worker.call("count_page_queries", path=CHOOSE_TIME)
        alone: int = worker.call("count_page_queries_of_one", path=CHOOSE_TIME)
        say(f"The choose-a-time page asks {everybody} queries for 20 practitioners, {alone} for one.")
        return max(everybody, alone)

    def compare_pages(self, name: str) -> dict[str, float]:
        """Compare the choose-a-time page and the bare month over HTTP, from the same two processes."""
        say("Requests a second over HTTP, 4 connections, granian with 2 workers")
        taken: dict[str, list[float]] = {CHOOSE_TIME: [], "/bare-month": []}
        with pages.serving(self.url(name), self.first) as port:
            for path in taken:
                pages.requests_a_second(port, path, 2)
            for _ in range(5):
                for path, rates in taken.items():
                    rates.append(pages.requests_a_second(port, path, self.seconds))
        for path, rates in taken.items():
            row(path, rates, "/s")
        return {"page_over_month": median(taken[CHOOSE_TIME]) / median(taken["/bare-month"])}

    def compare_claims(self) -> dict[str, float]:
        """Compare bookings by the whole service with bare inserts, eight processes each."""
        say(f"Bookings and bare inserts a second, {calendar.PROCESSES} processes")
        name = copy_of(self.owner, "claims").rsplit("/", 1)[1]
        with psycopg.connect(with_database(self.owner, name), autocommit=True) as server:
            server.execute(CLAIM_TABLE)
        first = self.first.isoformat()
        rates: dict[str, list[float]] = {"book": [], "insert": []}
        with ExitStack() as stack:
            workers = [self.worker(stack, name, "tests.bench.claims") for _ in range(calendar.PROCESSES)]
            for repeat in range(6):
                for what, more in (("book", {"first": first}), ("insert", {})):
                    for number, worker in enumerate(workers):
                        worker.send(what, number=number, seconds=self.seconds, **more)
                    rate = sum(worker.receive() for worker in workers) / self.seconds
                    if repeat:  # the first warms up
                        rates[what].append(rate)
        for what, values in rates.items():
            row(what, values, "/s")
        return {"book_over_insert": median(rates["book"]) / median(rates["insert"])}

    def _repeats(self, us: Contestant, days: int, people: int, *, only_warm: bool = False) -> Iterator[int]:
        """Warm up what will be measured, then yield the repeats."""
        self.times(us, "measure", days, people, times=6)
        self.times(us, "measure_bare", days, people, times=6)
        if not only_warm:
            yield from range(self.repeats)


def _next_working_day(today: date) -> date:
    """Return the first Monday to Friday after today."""
    day = today + timedelta(days=1)
    while day.weekday() >= calendar.SATURDAY:
        day += timedelta(days=1)
    return day


def _count_of(word: str) -> int:
    """Return 10000 for "10k", 5000000 for "5m"."""
    return int(word[:-1]) * {"k": 1000, "m": 1_000_000}[word[-1]]


if __name__ == "__main__":
    sys.exit(main())
