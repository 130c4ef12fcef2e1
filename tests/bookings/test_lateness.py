"""Expected starts: the next visit takes the delay, gaps absorb it, and what was over stays as it was."""

from datetime import timedelta

import pytest

from bookings.lateness import Planned, expected_starts
from tests.calendars import MONDAY, minutes


def planned(key: str, start: int, length: int = 50) -> Planned:
    """Return a visit that starts some minutes after opening and keeps somebody busy for a length."""
    return Planned(key, MONDAY + minutes(start), MONDAY + minutes(start + length))


def delays(visits: list[Planned], late: int, at: int) -> dict[object, int]:
    """Return how many minutes later than planned each visit starts, if somebody is late `at` minutes on."""
    plan = {visit.key: visit.starts_at for visit in visits}
    starts = expected_starts(visits, late, MONDAY + minutes(at))
    return {key: int((start - plan[key]) / timedelta(minutes=1)) for key, start in starts.items()}


@pytest.mark.parametrize(
    ("late", "at", "expected"),
    [
        (20, 0, {"a": 20, "b": 20, "c": 0}),
        (90, 0, {"a": 90, "b": 90, "c": 30}),
        (0, 0, {"a": 0, "b": 0, "c": 0}),
        (20, 60, {"a": 20, "b": 20, "c": 0}),  # the first is still under way, late as it is
        (20, 80, {"b": 20, "c": 0}),  # the first is over
        (15, 150, {"c": 15}),
        (15, 500, {}),
    ],
)
def test_the_next_visit_is_late_and_a_gap_absorbs(late: int, at: int, expected: dict[str, int]) -> None:
    day = [planned("a", 0), planned("b", 50), planned("c", 160)]  # an hour is free before the last

    assert delays(day, late, at) == expected


def test_order_of_the_visits_does_not_matter() -> None:
    day = [planned("b", 50), planned("a", 0)]

    assert delays(day, 20, 0) == {"a": 20, "b": 20}


def test_nobody_starts_before_their_own_time() -> None:
    day = [planned("a", 0), planned("b", 300)]

    assert delays(day, 20, 0)["b"] == 0


def test_no_visits_no_delays() -> None:
    assert expected_starts([], 20, MONDAY) == {}
