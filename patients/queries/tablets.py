"""Passes of the clinic's tablets: which of them open a form now, and what the desk is told of them."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from clinic.tokens import hash_letters, hash_token
from patients.models import Patient, TabletPass

PURPOSE = "tablet"

SCAN_WITHIN = timedelta(minutes=10)
"""How long a new pass waits to be opened."""

IDLE = timedelta(minutes=10)
"""How long a form stays open on a tablet that nobody touches."""


class State(StrEnum):
    """What became of a pass, as the desk sees it."""

    WAITING = "waiting"
    EXPIRED = "expired"
    OPEN = "open"
    IDLE = "idle"
    SENT = "sent"
    ENDED = "ended"


def state_of(found: TabletPass, *, now: datetime) -> State:
    """Return what became of a pass."""
    if found.ended_at is not None:
        return State.SENT if found.ended_by == TabletPass.End.SENT else State.ENDED
    if found.active_at is None:
        return State.WAITING if now < found.scan_before_at else State.EXPIRED
    return State.OPEN if now - found.active_at < IDLE else State.IDLE


def find_newest_pass(patient: Patient) -> TabletPass | None:
    """Return the pass that was made last for a patient, or None."""
    return TabletPass.objects.filter(patient=patient).order_by("-made_at", "pk").first()


def find_pass_by_token(token: str) -> TabletPass | None:
    """Return the pass a token belongs to, opened or not, with its patient; None if there is none."""
    return _passes().filter(token_hash=hash_token(token)).first()


def find_pass_by_letters(typed: str, *, now: datetime) -> TabletPass | None:
    """Return the one pass that waits for these typed letters; None if there is none, or more than one."""
    waiting = _passes().filter(opened_at=None, ended_at=None, scan_before_at__gt=now)
    found = list(waiting.filter(code_hash=hash_letters(PURPOSE, typed)).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def find_open_pass(secret: str, *, now: datetime) -> TabletPass | None:
    """Return the pass that a browser has opened and that still lives, with its patient, or None."""
    if not secret:
        return None
    alive = _passes().filter(ended_at=None, active_at__gt=now - IDLE)
    return alive.filter(browser_hash=hash_token(secret)).first()


def is_pass_sent(pass_id: UUID) -> bool:
    """Say whether a pass ended because its form was sent."""
    return TabletPass.objects.filter(pk=pass_id, ended_by=TabletPass.End.SENT).exists()


def _passes() -> QuerySet[TabletPass]:
    return TabletPass.objects.filter(patient__archived_at=None).select_related("patient")
