"""Until when a change is free, and when it costs."""

from datetime import UTC, datetime, timedelta

import pytest

from bookings.change_rule import change_rule

START = datetime(2026, 11, 26, 3, 30, tzinfo=UTC)
DEADLINE = START - timedelta(hours=24)


@pytest.mark.parametrize(
    ("fee_minor", "now", "costs_now"),
    [
        (0, START, False),
        (50_000, DEADLINE, False),
        (50_000, DEADLINE + timedelta(seconds=1), True),
    ],
)
def test_change_rule_charges_only_late_and_only_with_a_fee(
    fee_minor: int, now: datetime, costs_now: bool
) -> None:
    rule = change_rule(starts_at=START, free_change_hours=24, fee_minor=fee_minor, now=now)

    assert (rule.free_until, rule.costs_now, rule.may_cost) == (DEADLINE, costs_now, fee_minor > 0)
    assert rule.hours == 24
