"""The cells of a clinic's own table as dates, times and ways to be seen. Pure.

Dates may be written by the Buddhist calendar: a year from 2400 on is taken to be one (a file cannot be
asked), which the dry run says with an example.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from patients.typed_dates import DateProblem, read_date, read_number


class Order(StrEnum):
    """In which order a date's numbers stand when the year is last."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


@dataclass(frozen=True)
class ReadDate:
    """A date of a cell, and whether its year was Buddhist."""

    day: date
    was_buddhist: bool = False


_HALF = r"(?:\s*(?P<half>[ap])\.?m\.?)?"
_CLOCK = re.compile(rf"(?<![\d.:/-])(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?![\d/-]|\.\d){_HALF}")
_BARE_CLOCK = re.compile(rf"(?P<hour>\d{{1,2}})(?P<minute>\d{{2}})?{_HALF}")

_MODES = {
    "video": ("video", "videocall", "online", "telemedicine", "zoom", "วิดีโอ", "วิดีโอคอล", "ออนไลน์"),
    "phone": ("phone", "phonecall", "call", "โทรศัพท์", "โทร"),
    "in_person": ("clinic", "attheclinic", "inperson", "person", "onsite", "คลินิก", "ที่คลินิก", "มาคลินิก"),
}
_MODE_OF = {word: mode for mode, words in _MODES.items() for word in words}
_LANGUAGES = {"en": "en", "english": "en", "eng": "en", "อังกฤษ": "en", "th": "th", "thai": "th", "ไทย": "th"}
_CALLED_OFF = frozenset(
    {"cancelled", "canceled", "noshow", "didnotcome", "missed", "done", "completed", "expired", "rescheduled"}
    | {"ยกเลิก", "ยกเลิกแล้ว", "ไม่มา", "ไม่มาตามนัด", "เสร็จแล้ว", "เสร็จสิ้น"}
)
_TITLE = re.compile(
    r"^(?:(?:dr|doctor|mr|mrs|ms|miss|nurse|prof)\b\.?|(?:นพ|พญ|ดร|พว)\.|นายแพทย์|แพทย์หญิง|พยาบาล|คุณหมอ|หมอ|คุณ)\s*",
    re.IGNORECASE,
)


def read_cell_date(cell: str, *, order: Order, earliest: date, latest: date) -> ReadDate:
    """Return the date of a cell: 2026-11-25, 25/11/2569, 25 พ.ย. 2569, Nov 25, 2026 and their like.

    :raises DateProblem: if it is not one between `earliest` and `latest`, or its year has two digits.
    """
    day, month, year = _parts(cell, order)
    try:
        return ReadDate(read_date(day, month, year, earliest=earliest, latest=latest))
    except DateProblem as problem:
        if problem.code != "buddhist" or problem.suggested_year is None:
            raise
        made = read_date(day, month, str(problem.suggested_year), earliest=earliest, latest=latest)
        return ReadDate(made, was_buddhist=True)


def _parts(cell: str, order: Order) -> tuple[str, str, str]:
    """Return day, month and year as they are written.

    :raises DateProblem: if there are not three of them.
    """
    if re.fullmatch(r"\d{8}", cell):
        cell = f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
    parts = re.findall(r"\d+|[^\W\d_](?:[^\W\d_]|[.\u0e31-\u0e4e])*", cell.partition("T")[0])[:3]
    if len(parts) < 3:
        raise DateProblem("missing", "day")
    first, second, third = parts
    if read_number(first) is not None and len(first) == 4:
        return third, second, first
    if read_number(first) is None:  # Nov 25, 2026
        return second, first, third
    if read_number(second) is not None and order == Order.MONTH_FIRST:
        return second, first, third
    return first, second, third


def read_cell_time(cell: str) -> time | None:
    """Return the time of a cell, by the clock: 9:30, 09.30 น., 0930, 9 PM; None if there is none."""
    typed = "".join(str(unicodedata.decimal(letter, letter)) for letter in cell.casefold())
    found = _CLOCK.search(typed) or _BARE_CLOCK.fullmatch(typed.strip())
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_mode(cell: str) -> str | None:
    """Return the `VisitMode` of a cell's words; "" for an empty one, None for words we do not know."""
    words = "".join(cell.casefold().split()).replace("-", "").replace("_", "")
    return _MODE_OF.get(words) if words else ""


def read_language(cell: str) -> str | None:
    """Return "en" or "th" for a cell's words, None for others."""
    return _LANGUAGES.get(cell.strip().casefold())


def is_called_off(cell: str) -> bool:
    """Whether a cell's words say that a visit does not happen any more: cancelled, missed, or over."""
    return words_key(cell) in _CALLED_OFF


def person_key(name: str) -> str:
    """Return a name without titles, signs, spaces and letter case: "Dr. Ploy S." is "ploys"."""
    rest = unicodedata.normalize("NFKC", name).strip()
    while (shorter := _TITLE.sub("", rest)) != rest and shorter:
        rest = shorter
    return words_key(rest)


def words_key(words: str) -> str:
    """Return words without signs, spaces and letter case, to compare them."""
    kept = unicodedata.normalize("NFKC", words).casefold()
    return "".join(letter for letter in kept if unicodedata.category(letter)[0] in "LNM")


_FORMULA_SIGNS = ("=", "+", "-", "@", "\\|", "%", "\t", "\r", "\n")
"""What cells begin with that our exports mark with an apostrophe; a bar becomes a backslash and a bar."""


def without_apostrophe(cell: str) -> str:
    """Return a cell without what our exports add so that no spreadsheet works it out as a formula."""
    if cell[:1] == "'" and cell[1:].startswith(_FORMULA_SIGNS):
        return cell[1:].replace("\\|", "|")
    return cell
