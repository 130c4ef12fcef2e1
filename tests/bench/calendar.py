"""The one calendar all are measured on. The standard library only: the peer's environment reads it too.

20 practitioners, Monday to Friday 09:00-17:00 in Bangkok, 8 rooms, a week off each, 60 % full for 90
days. Every visit claims 30 minutes (ours are 25 minutes and a buffer of 5).
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Bangkok")
PRACTITIONERS, ROOMS, DAYS, FULL = 20, 8, 90, 0.6
OPENS, CLOSES, SLOT = time(9), time(17), timedelta(minutes=30)
SLOTS_A_DAY = 16
SATURDAY = 5
PROCESSES = 8
"""How many book at once."""


@dataclass(frozen=True)
class Visit:
    """One booked visit; practitioners and rooms count from 0. Without a room it is a video call."""

    practitioner: int
    room: int | None
    starts_at: datetime


def opening(day: date) -> datetime:
    """Return when a working day begins, aware, in Bangkok."""
    return datetime.combine(day, OPENS, tzinfo=ZONE)


def week_off(practitioner: int, first: date) -> tuple[date, date]:
    """Return the first and last day of a practitioner's week off."""
    begin = first + timedelta(days=3 + practitioner * 4)
    return begin, begin + timedelta(days=6)


def is_working(practitioner: int, day: date, first: date) -> bool:
    """Whether a practitioner works on a day of the calendar that begins on `first`."""
    begin, end = week_off(practitioner, first)
    return day.weekday() < SATURDAY and not begin <= day <= end


def list_visits(first: date) -> Iterator[Visit]:
    """Yield the booked visits of the 90 days from `first`: the same for the same day, by time.

    60 % of everybody's time is taken, and 60 % of the rooms'.
    """
    luck = random.Random(20)
    for number in range(DAYS):
        day = first + timedelta(days=number)
        for slot in range(SLOTS_A_DAY):
            busy = [
                who for who in range(PRACTITIONERS) if luck.random() < FULL and is_working(who, day, first)
            ]
            luck.shuffle(busy)
            rooms = [room for room in range(ROOMS) if luck.random() < FULL]
            for position, who in enumerate(busy):
                room = rooms[position] if position < len(rooms) else None
                yield Visit(who, room, opening(day) + slot * SLOT)
