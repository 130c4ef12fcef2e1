"""Time off: entering, changing and ending it. It never loses a booking, and none slips in unseen.

Every writer takes the locks of the resources it closes, as a claim does (`claims.py`). A claim under way is
waited for, and is then among the visits to move; one that comes later looks at time off under the same locks
and is refused. Spans may overlap: what is off is their union, and each can be taken back by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from bookings.models import Appointment, TimeOff
from bookings.queries.to_move import count_holds_in, list_visits_in
from bookings.services import claims
from bookings.services.refusals import Refusal
from bookings.time_spans import Block
from clinic.models import User
from clinic.stamps import stamp_of


class TimeOffChanged(Refusal):
    """Somebody changed or removed the time off meanwhile; nothing was changed now."""

    def __init__(self) -> None:
        super().__init__(_("Somebody changed this meanwhile. Look again; nothing was changed now."))


class NotRunning(Refusal):
    """Only time off that has begun and goes on can be ended early."""

    def __init__(self) -> None:
        super().__init__(_("This is not under way now. Nothing was changed."))


@dataclass(frozen=True)
class Blocked:
    """What was entered, the visits that stand in it, by start, and how many times are just being booked."""

    rows: list[TimeOff]
    visits: list[Appointment]
    holds: int


def block_time(*, blocks: Sequence[Block], note: str, by: User | None, now: datetime) -> Blocked:
    """Enter time off, and return the visits in it. One transaction.

    A span that somebody entered before just so is not entered twice.
    """
    with transaction.atomic():
        claims.lock_resources(block.resource_id for block in blocks)
        known = {(row.resource_id, row.span.lower, row.span.upper): row for row in _alike(blocks)}
        new = [
            TimeOff(resource_id=block.resource_id, span=_range(block), note=note, created_by=by)
            for block in sorted(set(blocks))
            if (block.resource_id, block.starts_at, block.ends_at) not in known
        ]
        rows = [*known.values(), *TimeOff.objects.bulk_create(new)]
        return Blocked(rows, list_visits_in(blocks, now=now), count_holds_in(blocks))


def change_time_off(*, time_off_id: int, block: Block, note: str, seen: str, now: datetime) -> Blocked:
    """Give time off another span or note, and return the visits in it. One transaction.

    `seen` is the stamp of what the page showed.

    :raises TimeOffChanged: if it is not as it was seen, or gone.
    """
    with transaction.atomic():
        claims.lock_resources([block.resource_id])
        row = _lock(time_off_id, seen)
        row.span, row.note = _range(block), note
        row.save(update_fields=["span", "note"])
        return Blocked([row], list_visits_in([block], now=now), count_holds_in([block]))


def end_time_off(*, time_off_id: int, seen: str, now: datetime) -> TimeOff:
    """End time off that is under way now: what is left of it is free again.

    :raises TimeOffChanged: if it is not as it was seen, or gone.
    :raises NotRunning: if it has not begun, or is over.
    """
    with transaction.atomic():
        row = _lock(time_off_id, seen)
        until = now.replace(second=0, microsecond=0)
        if not row.span.lower < until < row.span.upper:
            raise NotRunning
        row.span = DateTimeTZRange(row.span.lower, until)
        row.save(update_fields=["span"])
        return row


def remove_time_off(*, time_off_id: int) -> TimeOff | None:
    """Take time off away and return what it was, so that it can be entered again; None if it was gone."""
    with transaction.atomic():
        row = TimeOff.objects.select_for_update(of=("self",)).filter(pk=time_off_id).first()
        if row is not None:
            TimeOff.objects.filter(pk=time_off_id).delete()
        return row


def stamp_of_time_off(row: TimeOff) -> str:
    """Return the mark of time off as a page shows it."""
    return stamp_of([row.span.lower.isoformat(), row.span.upper.isoformat(), row.note])


def _lock(time_off_id: int, seen: str) -> TimeOff:
    row = TimeOff.objects.select_for_update(of=("self",)).filter(pk=time_off_id).first()
    if row is None or stamp_of_time_off(row) != seen:
        raise TimeOffChanged
    return row


def _alike(blocks: Sequence[Block]) -> list[TimeOff]:
    """Return the time off whose span is that of one of the blocks."""
    wanted = set(blocks)
    rows = TimeOff.objects.filter(
        resource__in={block.resource_id for block in blocks}, span__in=[_range(block) for block in wanted]
    )
    found = rows.order_by("pk")
    return [row for row in found if Block(row.resource_id, row.span.lower, row.span.upper) in wanted]


def _range(block: Block) -> DateTimeTZRange:
    return DateTimeTZRange(block.starts_at, block.ends_at)
