"""Until when a visit can be moved or cancelled, and what it costs. Pure.

The policy is the clinic's (placeholder figures: ux specification, section 6.7): by default a change is free.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class ChangeRule:
    """What a change costs at one moment. `free_until` is aware UTC; `fee_minor` 0 means never a charge."""

    free_until: datetime
    fee_minor: int
    is_late: bool
    hours: int

    @property
    def costs_now(self) -> bool:
        """Whether cancelling at this moment is charged."""
        return self.fee_minor > 0 and self.is_late

    @property
    def may_cost(self) -> bool:
        """Whether the clinic charges for late changes at all."""
        return self.fee_minor > 0


def change_rule(*, starts_at: datetime, free_change_hours: int, fee_minor: int, now: datetime) -> ChangeRule:
    """Return the rule for a visit that starts at `starts_at`."""
    free_until = starts_at - timedelta(hours=free_change_hours)
    return ChangeRule(
        free_until=free_until, fee_minor=fee_minor, is_late=now > free_until, hours=free_change_hours
    )
