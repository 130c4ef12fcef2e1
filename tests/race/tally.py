"""What the races came to, and what the database says about it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from tests.race.crew import Report

_OVERLAPS = """
SELECT count(DISTINCT a.resource_id) FROM bookings_allocation a JOIN bookings_allocation b
    ON a.resource_id = b.resource_id AND a.id < b.id AND a.span && b.span
"""
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
_HALF_CLAIMED = """
SELECT count(*) FROM bookings_appointment v
 WHERE v.status IN ('booked', 'confirmed')
   AND (SELECT count(*) FROM bookings_allocation a WHERE a.appointment_id = v.id
           AND a.expires_at IS NULL AND lower(a.span) = v.starts_at) <> 2
"""


@dataclass
class Tally:
    """Counts over every round. `rounds` and `winners` are of the races for one time only."""

    rounds: int = 0
    winners: int = 0
    double_booked: int = 0
    server_errors: int = 0
    max_seconds: float = 0.0
    not_one_winner: int = 0
    half_claimed: int = 0
    few_alternatives: int = 0
    other_rounds: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, reports: Iterable[Report]) -> None:
        """Count how long calls took, what was refused, and what went wrong."""
        for report in reports:
            self.seconds.append(report.seconds)
            self.max_seconds = max(self.max_seconds, report.seconds)
            if report.fault:
                self.server_errors += 1
                self.faults.append(report.fault)
            elif report.refusal:
                self.refusals[report.refusal] += 1

    def add_race(self, winners: int) -> None:
        """Count one race for one time, and look at the database."""
        self.rounds += 1
        self.winners += winners
        self.not_one_winner += winners != 1
        self.look()

    def add_other(self, name: str, *, sound: bool) -> None:
        """Count one round of another kind; if it did not end as it should, that is a fault."""
        self.other_rounds[name] += 1
        if not sound:
            self.faults.append(f"{name}: ended wrongly")
        self.look()

    def look(self) -> None:
        """Count resources claimed twice at once, and visits that lack a claim."""
        self.double_booked += ask(_OVERLAPS)
        self.half_claimed += ask(_HALF_CLAIMED)

    @property
    def sound(self) -> bool:
        """Whether every promise was kept."""
        wrong = self.double_booked or self.half_claimed or self.not_one_winner or self.few_alternatives
        return not (wrong or self.faults) and self.max_seconds < 5

    def figures(self) -> dict[str, Any]:
        """Return the counts as the last line prints them; the six that everybody compares come first."""
        ordered = sorted(self.seconds) or [0.0]
        return {
            "rounds": self.rounds,
            "winners": self.winners,
            "double_booked": self.double_booked,
            "deadlocks": 0,
            "server_errors": self.server_errors,
            "max_seconds": round(self.max_seconds, 3),
            "p50_seconds": round(ordered[len(ordered) // 2], 4),
            "p99_seconds": round(ordered[len(ordered) * 99 // 100], 4),
            "attempts": len(self.seconds),
            "not_one_winner": self.not_one_winner,
            "half_claimed": self.half_claimed,
            "few_alternatives": self.few_alternatives,
            "other_rounds": dict(self.other_rounds),
            "refusals": dict(self.refusals),
            "faults": self.faults[:5],
        }


def ask(statement: str) -> int:
    """Return the one number a statement selects."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def count_deadlocks() -> int:
    """Return how many deadlocks Postgres has seen in this database."""
    return ask(_DEADLOCKS)
