"""The table of statuses, held against what the design says, and against what the database lets stand."""

from itertools import product

import pytest

from bookings.life_cycle import CLAIMING, FOLLOWERS, UPCOMING, Status, may_follow

AGREED = {
    "held": {"booked", "expired"},
    "booked": {"confirmed", "arrived", "cancelled", "no_show"},
    "confirmed": {"arrived", "cancelled", "no_show"},
    "arrived": {"in_room", "done", "cancelled"},
    "in_room": {"done"},
    "done": set(),
    "cancelled": set(),
    "no_show": {"arrived"},
    "expired": set(),
}


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_a_status_follows_another_only_as_agreed(before: Status, after: Status) -> None:
    assert may_follow(before, after) == (after.value in AGREED[before.value])


def test_every_status_is_in_the_table() -> None:
    assert set(FOLLOWERS) == set(Status)


def test_every_status_can_be_reached_from_a_hold() -> None:
    reached = {Status.HELD}
    while more := {after for before in reached for after in FOLLOWERS[before]} - reached:
        reached |= more
    assert reached == set(Status)


def test_what_is_upcoming_claims_its_time_and_what_has_ended_does_not() -> None:
    ended = {Status.DONE, Status.CANCELLED, Status.NO_SHOW, Status.EXPIRED}
    assert UPCOMING < CLAIMING
    assert CLAIMING | ended == set(Status)
    assert not CLAIMING & ended
