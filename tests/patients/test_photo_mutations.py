"""Photos that were hurt on the way or on purpose: each is kept or refused, within the limits."""

import random

from tests.photos.mutated_run import Tally, run
from tests.photos.mutations import mutated

FILES = 200


def test_mutated_photos_are_kept_or_refused_within_the_limits() -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 (pytest shows it with a failure)
    tally = Tally()

    for _files in run(tally, files=FILES, seed=seed):
        pass

    assert tally.faults == []
    assert tally.files == FILES
    assert {"kept", "damaged", "too_large"} <= set(tally.endings)


def test_mutations_are_the_same_for_the_same_seed() -> None:
    assert [mutated(number, seed=7) for number in range(20)] == [
        mutated(number, seed=7) for number in range(20)
    ]
