"""How long a sign-in lasts and what it opens, in plain values: no database, no clock, no settings of its own.

Figures and their sources are in `clinic/configuration/people.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

TOUCHED_EVERY = timedelta(minutes=1)
"""How often activity is written down at most: one write a minute, not one a request."""


@dataclass(frozen=True)
class Limits:
    """How long sign-ins of one kind of people last."""

    idle: timedelta
    longest: timedelta
    clinical: timedelta
    fresh: timedelta


class Facts(Protocol):
    """What is known of a sign-in; every instant is aware UTC. `clinic.models.SignIn` has all of it."""

    started_at: datetime
    last_active_at: datetime
    proved_at: datetime
    factor_at: datetime | None
    clinical_at: datetime | None
    locked_at: datetime | None


def why_over(facts: Facts, *, limits: Limits, trusted_until: datetime | None, now: datetime) -> str:
    """Return why a sign-in is over: "too_old", "idle", or "" if it is not.

    On a computer that is trusted until `trusted_until`, the board stays, however long nobody touches it.
    """
    if now - facts.started_at >= limits.longest:
        return "too_old"
    if trusted_until is not None and now < trusted_until:
        return ""
    return "idle" if now - facts.last_active_at >= limits.idle else ""


def has_gone_idle(facts: Facts, *, limits: Limits, now: datetime) -> bool:
    """Say whether nobody has touched a sign-in for so long that it opens the board and nothing else.

    It stays so, also when somebody touches the board again, until the person proves themselves.
    """
    return facts.locked_at is not None or now - facts.last_active_at >= limits.idle


def clinical_until(facts: Facts, *, limits: Limits, needs_factor: bool, now: datetime) -> datetime | None:
    """Return until when pages with health data stay open; None if they are locked already.

    `needs_factor` says that the password alone let them in: then a factor opens health data, nothing else.
    """
    if (needs_factor and facts.factor_at is None) or has_gone_idle(facts, limits=limits, now=now):
        return None
    used = max(filter(None, (facts.clinical_at, facts.proved_at)))
    until = used + limits.clinical
    return until if now < until else None


def is_fresh(facts: Facts, *, limits: Limits, needs_factor: bool, now: datetime) -> bool:
    """Say whether the person proved themselves so lately that a sensitive change needs no new proof."""
    if needs_factor and facts.factor_at is None:
        return False
    return facts.locked_at is None and now - facts.proved_at < limits.fresh
