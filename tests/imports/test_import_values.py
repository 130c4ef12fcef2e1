"""Cells as people write them: dates of two calendars, clocks, phones, names with titles."""

from datetime import date, time

import pytest

from bookings.import_columns import Field, guess_columns
from bookings.import_values import (
    Order,
    is_called_off,
    person_key,
    read_cell_date,
    read_cell_time,
    read_mode,
    without_apostrophe,
)
from patients.typed_dates import DateProblem

DAY = date(2026, 11, 25)
BOUNDS = {"earliest": date(1900, 1, 1), "latest": date(2028, 1, 1)}


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-11-25", "25/11/2026", "25.11.2026", "25-11-2569", "25 พ.ย. 2569", "25 Nov 2026"),
        *("Nov 25, 2026", "20261125", "2026-11-25 10:30", "2026-11-25T10:30", "๒๕/๑๑/๒๕๖๙", "2569-11-25"),
    ],
)
def test_dates_of_both_calendars_are_read(cell: str) -> None:
    read = read_cell_date(cell, order=Order.DAY_FIRST, **BOUNDS)

    assert (read.day, read.was_buddhist) == (DAY, "69" in cell or "๖๙" in cell)


def test_month_first_is_what_was_chosen() -> None:
    assert read_cell_date("3/4/2026", order=Order.MONTH_FIRST, **BOUNDS).day == date(2026, 3, 4)
    assert read_cell_date("3/4/2026", order=Order.DAY_FIRST, **BOUNDS).day == date(2026, 4, 3)
    assert read_cell_date("2026-04-03", order=Order.MONTH_FIRST, **BOUNDS).day == date(2026, 4, 3)


@pytest.mark.parametrize(
    "cell", ["", "tomorrow", "31/02/2026", "25/11/26", "25/11/9999", "0/0/0", "1/2", "x/y/z"]
)
def test_what_is_no_date_is_refused(cell: str) -> None:
    with pytest.raises(DateProblem):
        read_cell_date(cell, order=Order.DAY_FIRST, **BOUNDS)


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("9:30", time(9, 30)),
        ("09.30 น.", time(9, 30)),
        ("0930", time(9, 30)),
        ("9 PM", time(21)),
        ("12:15 am", time(0, 15)),
        ("๑๔:๐๐", time(14)),
        ("2026-11-25 10:30", time(10, 30)),
        ("25:00", None),
        ("13 pm", None),
        ("noon", None),
        ("", None),
    ],
)
def test_times_are_read_by_the_clock(cell: str, clock: time | None) -> None:
    assert read_cell_time(cell) == clock


def test_titles_do_not_make_another_person() -> None:
    assert len({person_key(name) for name in ("Dr. Ploy S.", "dr ploy s", "Ploy S", "Doctor Ploy S.")}) == 1
    assert len({person_key(name) for name in ("พญ.พลอย ส.", "แพทย์หญิง พลอย ส", "คุณหมอพลอย ส.")}) == 1
    assert person_key("Drew Barr") != person_key("ew Barr")


def test_ways_and_ends_of_visits_are_known_in_both_languages() -> None:
    assert [
        read_mode(cell) for cell in ("Video call", "ออนไลน์", "at the clinic", "in_person", "", "fax")
    ] == [
        *("video", "video", "in_person", "in_person", ""),
        None,
    ]
    assert is_called_off("No-show")
    assert is_called_off("ยกเลิก")
    assert not is_called_off("Confirmed")


def test_an_apostrophe_of_a_name_stays() -> None:
    assert without_apostrophe("'+66812345678") == "+66812345678"
    assert without_apostrophe("'t Hooft") == "'t Hooft"


def test_columns_are_guessed_in_both_languages() -> None:
    assert guess_columns(["ชื่อ", "นามสกุล", "เบอร์โทร", "วันนัด"]) == {
        Field.FIRST_NAME: 0,
        Field.LAST_NAME: 1,
        Field.PHONE: 2,
        Field.DATE: 3,
    }
    assert guess_columns(["Patient Name", "E-mail (private)", "??"]) == {Field.NAME: 0, Field.EMAIL: 1}
    assert guess_columns(["ชื่อ", "โทร"]) == {Field.NAME: 0, Field.PHONE: 1}
