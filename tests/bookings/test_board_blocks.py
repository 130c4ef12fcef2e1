"""How blocks, shades and heads of the board look, from plain values: nothing is read."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bookings.life_cycle import Status
from bookings.queries.board import BoardVisit
from bookings.queries.board_columns import Column, Off
from bookings.views import board_blocks as blocks
from clinic.models import Practitioner
from patients.queries.form_states import FormState, Progress

BANGKOK, LONDON = ZoneInfo("Asia/Bangkok"), ZoneInfo("Europe/London")
TEN = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""Ten in the morning in Bangkok."""
DAY = date(2026, 11, 25)


def visit(starts_at: datetime = TEN, minutes: int = 40, **changes: Any) -> BoardVisit:
    values: dict[str, Any] = {
        "pk": uuid.uuid4(),
        "reference": uuid.uuid4().hex[:7].upper(),
        "sequence": 0,
        "status": Status.BOOKED,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
        "mode": "in_person",
        "patient_id": uuid.uuid4(),
        "patient": "Ann",
        "person": 1,
        "type_name": {"en": "New visit"},
        "room": 7,
        "room_name": "Room 1",
        "arrived_at": None,
        "form": FormState(),
    }
    return BoardVisit(**(values | changes))


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def lanes_of(*visits: BoardVisit) -> list[tuple[int, int]]:
    return [(block.lane, block.lanes) for block in blocks.list_blocks(1, visits, BANGKOK, TEN, "")]


def test_visits_one_after_the_other_have_the_column_to_themselves() -> None:
    assert lanes_of(visit(at(0)), visit(at(40))) == [(0, 1), (0, 1)]


def test_visits_that_overlap_stand_side_by_side() -> None:
    assert lanes_of(visit(at(0)), visit(at(20)), visit(at(30))) == [(0, 3), (1, 3), (2, 3)]


def test_a_lane_is_used_again_once_it_is_free() -> None:
    assert lanes_of(visit(at(0), 90), visit(at(10), 20), visit(at(40), 20), visit(at(90))) == [
        *[(0, 2), (1, 2), (1, 2)],
        (0, 1),
    ]


@pytest.mark.parametrize(
    ("starts_at", "start", "minutes"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 30, 100),  # clocks go forward at 01:00
        (datetime(2026, 10, 25, 0, 50, tzinfo=UTC), 110, 40),  # back at 02:00: nothing would be left of it
        (datetime(2026, 10, 25, 12, 0, tzinfo=UTC), 12 * 60, 40),  # later that day
        (datetime(2026, 3, 29, 12, 0, tzinfo=UTC), 13 * 60, 40),
    ],
)
def test_a_block_stands_by_the_clock_on_the_wall(starts_at: datetime, start: int, minutes: int) -> None:
    block = blocks.make_block(visit(starts_at), 1, LONDON, TEN, "")

    assert (block.start, block.minutes) == (start, minutes)


def shade(off: Off) -> list[str]:
    column = Column(1, "Dr A", off=[off])
    return [each.places for each in blocks.list_shades(column, BANGKOK, DAY, (9 * 60, 18 * 60))]


def test_time_off_that_began_the_evening_before_is_clipped_to_the_day() -> None:
    began = int((TEN - timedelta(hours=16)).timestamp())

    assert shade(Off(began, int(TEN.timestamp()), "off")) == ["h-9 m-0 lh-1 lm-0"]


def test_time_off_that_lasts_until_the_next_day_is_clipped_to_the_day() -> None:
    ends = int((TEN + timedelta(days=1)).timestamp())

    assert shade(Off(int(TEN.timestamp()), ends, "off")) == ["h-10 m-0 lh-8 lm-0"]


def test_time_off_outside_the_hours_shown_has_no_shade() -> None:
    evening = int((TEN + timedelta(hours=9)).timestamp())

    assert shade(Off(evening, evening + 3600, "off")) == []


def column(number: int, until: int, *visits: BoardVisit) -> Column:
    opened = [(int(at(-60).timestamp()), int(at(until).timestamp()))]
    return Column(number, "Dr A", Practitioner(), opened=opened, visits=list(visits))


def test_a_head_names_the_one_room_and_who_ends_before_the_others() -> None:
    early, late = column(1, 360, visit(), visit(at(60))), column(2, 420, visit())

    assert blocks.head_words(early, [early, late], BANGKOK) == "Room 1 · 2 visits · until 16:00"
    assert blocks.head_words(late, [early, late], BANGKOK) == "Room 1 · 1 visit"


def test_a_head_names_no_room_where_there_are_two_or_none() -> None:
    both = column(1, 420, visit(), visit(at(60), room=8, room_name="Room 2"))
    none = column(2, 420, visit(room=0, room_name=""))

    assert blocks.head_words(both, [both, none], BANGKOK) == "2 visits"
    assert blocks.head_words(none, [both, none], BANGKOK) == "1 visit"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "New visit · 16 min late"),
        ({"status": Status.CONFIRMED}, "New visit · 16 min late"),
        ({"status": Status.ARRIVED, "arrived_at": at(-2)}, "New visit · waiting 18 min"),
        ({"status": Status.IN_ROOM, "minutes": 10}, "New visit · 6 min over"),
        ({"status": Status.IN_ROOM, "mode": "video"}, "On the call"),
        ({"status": Status.DONE}, "New visit"),
        ({"status": Status.NO_SHOW}, "New visit"),
    ],
)
def test_the_second_line_says_what_the_clock_says(changes: dict[str, Any], words: str) -> None:
    assert blocks.make_block(visit(**changes), 1, BANGKOK, at(16), "").line == words


def test_nobody_is_late_any_more_the_next_day() -> None:
    assert blocks.make_block(visit(), 1, BANGKOK, TEN + timedelta(days=1), "").line == "New visit"


def test_filters_count_and_dim_what_they_do_not_show() -> None:
    read = FormState(state=Progress.READ)
    coming, late = visit(at(60), status=Status.CONFIRMED, form=read), visit(form=read)
    counts = {each["name"]: each["count"] for each in blocks.count_filters([coming, late], "late", at(5))}

    assert counts == {"late": 1, "form": 0, "unconfirmed": 1}
    assert [block.is_dim for block in blocks.list_blocks(1, [late, coming], BANGKOK, at(5), "late")] == [
        False,
        True,
    ]


def test_hours_shown_hold_early_and_late_visits() -> None:
    there = Column(1, "Dr A", visits=[visit(at(-150)), visit(at(580))])

    assert blocks.hours_shown([there], BANGKOK, DAY) == (7 * 60, 21 * 60)
    assert blocks.hours_shown([], BANGKOK, DAY) == (9 * 60, 18 * 60)


def test_initials_leave_titles_out() -> None:
    assert [blocks.initials(name) for name in ("Dr Ploy S.", "Nurse Fon", "Room 1", "")] == [
        "PS",
        "F",
        "R1",
        "",
    ]
