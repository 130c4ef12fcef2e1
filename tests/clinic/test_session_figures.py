"""How long what lasts, to the second, in plain values."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clinic.models import SignIn
from clinic.sessions import Limits, clinical_until, has_gone_idle, is_fresh, why_over

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
LIMITS = Limits(
    idle=timedelta(minutes=30),
    longest=timedelta(hours=12),
    clinical=timedelta(minutes=15),
    fresh=timedelta(minutes=10),
)
SECOND = timedelta(seconds=1)


def facts(**ago: timedelta) -> SignIn:
    """Return a sign-in whose instants lie that long ago; without, it began now."""
    row = SignIn(started_at=NOW, last_active_at=NOW, proved_at=NOW)
    for name, length in ago.items():
        setattr(row, name, NOW - length)
    return row


@pytest.mark.parametrize(
    ("ago", "trusted_for", "expected"),
    [
        ({"last_active_at": timedelta(minutes=30) - SECOND}, None, ""),
        ({"last_active_at": timedelta(minutes=30)}, None, "idle"),
        ({"last_active_at": timedelta(minutes=30)}, SECOND, ""),
        ({"last_active_at": timedelta(minutes=30)}, timedelta(0), "idle"),
        ({"started_at": timedelta(hours=12) - SECOND}, None, ""),
        ({"started_at": timedelta(hours=12)}, None, "too_old"),
        ({"started_at": timedelta(hours=12)}, timedelta(hours=1), "too_old"),
    ],
)
def test_a_sign_in_is_over(ago: dict[str, timedelta], trusted_for: timedelta | None, expected: str) -> None:
    trusted_until = NOW + trusted_for if trusted_for is not None else None

    assert why_over(facts(**ago), limits=LIMITS, trusted_until=trusted_until, now=NOW) == expected


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        ({}, False),
        ({"last_active_at": timedelta(minutes=30) - SECOND}, False),
        ({"last_active_at": timedelta(minutes=30)}, True),
        ({"locked_at": timedelta(0)}, True),
    ],
)
def test_somebody_has_gone_idle(ago: dict[str, timedelta], expected: bool) -> None:
    assert has_gone_idle(facts(**ago), limits=LIMITS, now=NOW) is expected


@pytest.mark.parametrize(
    ("ago", "needs_factor", "left"),
    [
        ({}, False, timedelta(minutes=15)),
        ({"proved_at": timedelta(minutes=15) - SECOND}, False, SECOND),
        ({"proved_at": timedelta(minutes=15)}, False, None),
        (
            {"proved_at": timedelta(minutes=20), "clinical_at": timedelta(minutes=5)},
            False,
            timedelta(minutes=10),
        ),
        (
            {"proved_at": timedelta(minutes=5), "clinical_at": timedelta(minutes=20)},
            False,
            timedelta(minutes=10),
        ),
        ({}, True, None),
        ({"factor_at": timedelta(0)}, True, timedelta(minutes=15)),
        ({"last_active_at": timedelta(minutes=30)}, False, None),
        ({"locked_at": timedelta(0)}, False, None),
    ],
)
def test_health_data_stays_open(
    ago: dict[str, timedelta], needs_factor: bool, left: timedelta | None
) -> None:
    until = clinical_until(facts(**ago), limits=LIMITS, needs_factor=needs_factor, now=NOW)

    assert until == (NOW + left if left is not None else None)


@pytest.mark.parametrize(
    ("ago", "needs_factor", "expected"),
    [
        ({"proved_at": timedelta(minutes=10) - SECOND}, False, True),
        ({"proved_at": timedelta(minutes=10)}, False, False),
        ({"locked_at": timedelta(0)}, False, False),
        ({}, True, False),
        ({"factor_at": timedelta(0)}, True, True),
    ],
)
def test_a_proof_is_fresh(ago: dict[str, Any], needs_factor: bool, expected: bool) -> None:
    assert is_fresh(facts(**ago), limits=LIMITS, needs_factor=needs_factor, now=NOW) is expected
