import time

import pytest

from tests.access.walk import *
from tests.access.world import PEOPLE, TABLET
from tests.routes import list_routes

pytestmark = pytest.mark.django_db


def test_walk(world):
    for m in METHODS:
        t = time.time()
        steps = list(steps_of(world, list_routes(), [*PEOPLE, TABLET], [m]))
        f = list_faults(world, steps)
        print(m, len(steps), time.time() - t, len(f))
        print("\n".join(f))
