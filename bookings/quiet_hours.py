"""When a message that staff cause may leave. Pure: instants and a zone in, an instant out.

It waits three minutes, so that an undo sends nothing. Then it leaves between 08:00 and 21:00 by the patient's
clock, or waits for the next 08:00, unless the visit comes too soon for that.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings.life_cycle import UNDO

WAKING = time(8)
SLEEPING = time(21)

MARGIN = timedelta(hours=3)
"""A visit that starts less than three hours after the next 08:00 cannot wait for it."""


def leaves_at(now: datetime, zone: ZoneInfo, starts_at: datetime) -> datetime:
    """Return the instant at which a message that is caused now leaves, in UTC.

    `zone` is the patient's. `starts_at` is the start of the visit, or, if it is moved, the earlier of its old
    and its new one: both are times somebody may set out for.
    """
    return find_morning(now, zone, starts_at) or (now + UNDO).astimezone(UTC)


def find_morning(now: datetime, zone: ZoneInfo, starts_at: datetime) -> datetime | None:
    """Return the 08:00 (as an instant, UTC) that a message caused now waits for, or None if it need not."""
    there = (now + UNDO).astimezone(zone)
    if WAKING <= there.time() < SLEEPING:
        return None
    day = there.date() if there.time() < WAKING else there.date() + timedelta(days=1)
    morning = datetime.combine(day, WAKING, tzinfo=zone).astimezone(UTC)
    return None if starts_at < morning + MARGIN else morning
