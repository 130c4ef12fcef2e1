"""A rotation as it must not be: nothing is locked, and a key's name and what it wraps are written apart."""

import time

from clinic.key_ring import get_key_ring
from patients.models import DataKey
from patients.queries.vault import key_place


def rotate_carelessly(*, pause: float) -> int:
    """Wrap every data key again in two steps, `pause` seconds apart; return how many."""
    ring = get_key_ring()
    rows = list(DataKey.objects.order_by("pk"))
    for row in rows:
        row.wrapped = ring.wrap(
            ring.unwrap(row.wrapped, name=row.ring_key, place=key_place(row)), place=key_place(row)
        )[1]
    DataKey.objects.update(ring_key=ring.current)
    time.sleep(pause)
    DataKey.objects.bulk_update(rows, ["wrapped"], batch_size=1_000)
    return len(rows)
