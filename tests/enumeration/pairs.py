"""Pairs of requests, one for an address that is known and one for nobody's, told apart by time only."""

import gc
from dataclasses import dataclass
from random import Random
from statistics import median
from time import perf_counter

from django.contrib.auth.hashers import make_password
from django.test import Client

from clinic.models import User
from tests.patients.identities import ASKED, KINDS, fields_with


@dataclass(frozen=True)
class Figure:
    """What `pairs` pairs came to: medians in milliseconds, and by how many percent the known one differs."""

    way: str
    kind: str
    pairs: int
    known_ms: float
    nobody_ms: float

    @property
    def percent(self) -> float:
        """How far the medians are apart, of that for nobody."""
        return abs(self.known_ms / self.nobody_ms - 1) * 100


def measure(way: str, kind: str, pairs: int, dice: Random) -> Figure:
    """Time `pairs` pairs in random order, each address and network used once, so that no limit is reached."""
    about = f"{way}.{kind.replace(' ', '')}"
    emails = {who: [f"{who[:2]}{n}.{about}@example.com" for n in range(pairs)] for who in (kind, "nobody")}
    for email in emails[kind]:
        KINDS[kind](email)
    if way == "password":
        User.objects.filter(email__in=emails[kind]).update(password=make_password("the right one, of course"))
    taken: dict[str, list[float]] = {kind: [], "nobody": []}
    client = Client()
    gc.disable()
    for number in range(pairs):
        for who in dice.sample([kind, "nobody"], 2):
            taken[who].append(time_one(client, way, emails[who][number], network=dice.getrandbits(24)))
    gc.enable()
    gc.collect()
    return Figure(way, kind, pairs, median(taken[kind]) * 1000, median(taken["nobody"]) * 1000)


def time_one(client: Client, way: str, email: str, *, network: int) -> float:
    """Return how many seconds one answer takes."""
    path, fields = fields_with(email, way)
    client.cookies.clear()
    address = f"10.{network >> 16}.{network >> 8 & 255}.{network & 255}"
    started = perf_counter()
    client.post(path, fields, REMOTE_ADDR=address)
    return perf_counter() - started


def list_pairs() -> list[tuple[str, str]]:
    """Return every way to try an address, with everybody it may belong to."""
    return [(way, kind) for way in ASKED for kind in KINDS if kind != "nobody"]
