"""Which status may follow which. Pure: one table that the rest of the app asks and never second-guesses."""

from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """Where a visit is in its life; bookings/models/visits.py gives the words."""

    HELD = "held"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    EXPIRED = "expired"


CLAIMING = frozenset({Status.HELD, Status.BOOKED, Status.CONFIRMED, Status.ARRIVED, Status.IN_ROOM})
"""Statuses in which a visit holds its time and its patient."""

UPCOMING = frozenset({Status.BOOKED, Status.CONFIRMED})
"""Statuses in which a visit can still be moved or cancelled."""

FOLLOWERS: MappingProxyType[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.HELD: frozenset({Status.BOOKED, Status.EXPIRED}),
        Status.BOOKED: frozenset({Status.CONFIRMED, Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW}),
        Status.CONFIRMED: frozenset({Status.ARRIVED, Status.CANCELLED, Status.NO_SHOW}),
        Status.ARRIVED: frozenset({Status.IN_ROOM, Status.DONE, Status.CANCELLED}),
        Status.IN_ROOM: frozenset({Status.DONE}),
        Status.DONE: frozenset(),
        Status.CANCELLED: frozenset(),
        Status.NO_SHOW: frozenset({Status.ARRIVED}),
        Status.EXPIRED: frozenset(),
    }
)
"""Forward moves. Undo, within its minutes, goes back to the status before; it is not in this table."""

UNDO = timedelta(minutes=3)
"""How long a staff action can be undone, and how long its message waits."""


def may_follow(now: Status, then: Status) -> bool:
    """Whether a visit in status `now` may become `then`."""
    return then in FOLLOWERS[now]
