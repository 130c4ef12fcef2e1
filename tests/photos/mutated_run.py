"""Many mutated photos, each read by a process of its own, two at a time, and what came of them."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from patients.photo_files import ORDINARY
from tests.photos.measure import Reading, read_measured
from tests.photos.mutations import mutated

AT_ONCE = 2


@dataclass
class Tally:
    """What came of them. A fault names the file's number: with the seed, it can be made again."""

    files: int = 0
    crashed: int = 0
    over_memory: int = 0
    over_time: int = 0
    max_mb: int = 0
    max_seconds: float = 0
    endings: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every file was kept or refused, within the limits."""
        return not self.faults

    def add(self, number: int, what: str, reading: Reading) -> None:
        """Count a file."""
        slow, large = reading.seconds > ORDINARY.seconds, reading.megabytes > ORDINARY.megabytes
        self.files += 1
        self.crashed += reading.crashed
        self.over_memory += large
        self.over_time += slow
        self.max_mb = max(self.max_mb, reading.megabytes)
        self.max_seconds = max(self.max_seconds, reading.seconds)
        self.endings[reading.ending] += 1
        if reading.crashed or slow or large:
            self.faults.append(f"file {number} ({what}): {reading}")

    def figures(self) -> dict[str, object]:
        """Return the numbers."""
        return {
            "files": self.files,
            "crashed": self.crashed,
            "over_memory": self.over_memory,
            "over_time": self.over_time,
            "max_mb": self.max_mb,
            "max_seconds": round(self.max_seconds, 2),
            "endings": dict(self.endings),
        }


def run(tally: Tally, *, files: int, seed: int) -> Iterator[int]:
    """Read the files and yield how many have been, after each."""
    with multiprocessing.get_context("spawn").Pool(AT_ONCE) as pool:
        for number, what, reading in pool.imap_unordered(partial(_read, seed=seed), range(files)):
            tally.add(number, what, reading)
            yield tally.files


def _read(number: int, *, seed: int) -> tuple[int, str, Reading]:
    what, raw = mutated(number, seed=seed)
    return number, what, read_measured(raw)
