"""Messages that staff cause leave by day, by the patient's clock, unless the visit cannot wait."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.life_cycle import UNDO
from bookings.quiet_hours import MARGIN, SLEEPING, WAKING, find_morning, leaves_at

BANGKOK, LONDON, NEW_YORK = (ZoneInfo(name) for name in ("Asia/Bangkok", "Europe/London", "America/New_York"))
FAR = datetime(2027, 3, 1, tzinfo=UTC)


def at(clock: str, zone: ZoneInfo = BANGKOK, day: str = "2026-11-25") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone)


@pytest.mark.parametrize("clock", ["07:57", "08:00", "12:00", "20:56"])
def test_by_day_a_message_waits_three_minutes(clock: str) -> None:
    assert find_morning(at(clock), BANGKOK, FAR) is None
    assert leaves_at(at(clock), BANGKOK, FAR) == at(clock) + UNDO
    assert leaves_at(at(clock), BANGKOK, FAR).tzinfo is UTC


@pytest.mark.parametrize(
    ("clock", "morning"), [("20:57", "2026-11-26"), ("23:59", "2026-11-26"), ("07:56", "2026-11-25")]
)
def test_by_night_it_waits_for_eight(clock: str, morning: str) -> None:
    assert leaves_at(at(clock), BANGKOK, FAR) == at("08:00", day=morning)
    found = find_morning(at(clock), BANGKOK, FAR)
    assert found == at("08:00", day=morning)
    assert found is not None
    assert found.tzinfo is UTC


def test_it_is_the_patients_night_that_counts() -> None:
    now = at("10:00")  # 03:00 in London
    assert leaves_at(now, LONDON, FAR) == at("08:00", LONDON)
    assert leaves_at(now, BANGKOK, FAR) == now + UNDO


def test_what_starts_before_three_hours_after_the_morning_does_not_wait() -> None:
    now, eleven = at("22:00"), at("11:00", day="2026-11-26")
    assert leaves_at(now, BANGKOK, eleven) == at("08:00", day="2026-11-26")
    assert leaves_at(now, BANGKOK, eleven - timedelta(seconds=1)) == now + UNDO


def test_a_night_with_a_clock_change_ends_at_eight_by_the_new_clock() -> None:
    now = at("22:00", NEW_YORK, "2026-10-31")
    morning = leaves_at(now, NEW_YORK, FAR)
    assert morning == at("08:00", NEW_YORK, "2026-11-01")
    assert morning - now.astimezone(UTC) == timedelta(hours=11)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["Asia/Bangkok", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.timedeltas(timedelta(days=-1), timedelta(days=3)),
)
def test_nothing_leaves_by_night_that_could_wait(now: datetime, name: str, ahead: timedelta) -> None:
    zone, starts_at = ZoneInfo(name), now + ahead
    leaving = leaves_at(now, zone, starts_at)
    assert now + UNDO <= leaving <= now + timedelta(hours=12, minutes=3)
    if not WAKING <= leaving.astimezone(zone).time() < SLEEPING:
        assert leaving == now + UNDO
        assert starts_at < leaving + timedelta(hours=12) + MARGIN
    if leaving > now + UNDO:
        assert starts_at >= leaving + MARGIN
