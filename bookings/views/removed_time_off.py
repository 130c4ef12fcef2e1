"""Time off that was just taken away, kept in the session so that one press brings it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from bookings.life_cycle import UNDO
from bookings.models import TimeOff
from bookings.time_spans import Block
from clinic.models import Resource, User

KEPT = "time_off_removed"


@dataclass(frozen=True)
class Removed:
    """What was taken away, and who had entered it."""

    block: Block
    name: str
    note: str
    by: User | None


def remember_removed(request: HttpRequest, row: TimeOff, now: datetime) -> None:
    """Keep what was taken away, in place of what was before."""
    request.session[KEPT] = {
        "resource": row.resource_id,
        "starts_at": row.span.lower.isoformat(),
        "ends_at": row.span.upper.isoformat(),
        "note": row.note,
        "by": row.created_by_id,
        "at": now.isoformat(),
    }


def find_removed(request: HttpRequest, now: datetime) -> Removed | None:
    """Return what was taken away in the last minutes, None for nothing. Two queries, or none."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if kept is None or now - datetime.fromisoformat(kept["at"]) > UNDO:
        return None
    resource = Resource.objects.filter(pk=kept["resource"], archived_at=None).first()
    if resource is None:
        return None
    span = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
    by = User.objects.filter(pk=kept["by"]).first()
    return Removed(Block(resource.pk, *span), resource.name, kept["note"], by)


def take_removed(request: HttpRequest, now: datetime) -> Removed | None:
    """Return the same once: pressed twice, it is brought back once."""
    removed = find_removed(request, now)
    request.session.pop(KEPT, None)
    return removed
