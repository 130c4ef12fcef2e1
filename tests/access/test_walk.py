import cProfile
import logging
import os
import time

import pytest

from tests.access.walk import *
from tests.access.world import PEOPLE, TABLET
from tests.routes import list_routes

pytestmark = pytest.mark.django_db


def test_walk(world):
    logging.disable(logging.CRITICAL)
    n = 0
    steps = list(steps_of(world, list_routes(), [*PEOPLE, TABLET], METHODS))
    for m in METHODS:
        t = time.process_time()
        some = [s for s in steps if s.method == m]
        pr = cProfile.Profile() if os.environ.get("PROF") == m else None
        if pr:
            pr.enable()
        f = list_faults(world, some)
        if pr:
            pr.disable()
            pr.dump_stats("/tmp/matrix.prof")
        print(m, len(some), time.process_time() - t, len(f))
        print("\n".join(f))
