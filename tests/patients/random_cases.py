"""Random well-shaped cases, many of them at the edges: birthdays, windows, blanks, hidden answers, doubt."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from patients.questionnaire import Question, load_questionnaire

_DAYS = (date(2026, 12, 1), date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1), date(2026, 1, 1))
_WINDOWS = (0, 1, 6, 7, 13, 14, 27, 28, 55, 56, 89, 90, 182, 183, 184, 365)
_BLANKS: tuple[Any, ...] = (None, "", [])
_FIRST_STAGE = {"before_visit", "before_visit_conditional", "carried"}


def make_case(chance: random.Random) -> tuple[dict[str, Any], date]:
    """Return random answers and a day: complete, with gaps, of the first stage only, or full of doubt."""
    day = chance.choice(_DAYS)
    gaps = chance.choice((0.0, 0.0, 0.03, 0.3, 0.9))
    first_stage_only = chance.random() < 0.2
    calm = chance.choice((0.0, 0.5, 0.9))
    answers = {}
    for question in load_questionnaire().questions:
        if chance.random() < gaps or (first_stage_only and question.stage not in _FIRST_STAGE):
            if chance.random() < 0.3:
                answers[question.key] = chance.choice(_BLANKS)
            continue
        answers[question.key] = _answer(question, day, chance, calm)
    if chance.random() < 0.1:
        _doubt_everything(answers)
    return answers, day


def _doubt_everything(answers: dict[str, Any]) -> None:
    for question in load_questionnaire().questions:
        for doubt in ("unsure", "prefer_not"):
            if doubt in question.options:
                answers[question.key] = [doubt] if question.type == "multi" else doubt


def _answer(question: Question, day: date, chance: random.Random, calm: float) -> Any:
    makers: dict[str, Callable[[], Any]] = {
        "single": lambda: _choose_one(question.options, chance, calm),
        "multi": lambda: _choose_some(question.options, chance, calm),
        "photo_set": lambda: _choose_some(question.options, chance, calm),
        "bool": lambda: chance.random() < 0.8,
        "country": lambda: chance.choice(("TH", "SG", "DE")),
        "date": lambda: _birthday(day, chance) if question.key == "b_dob" else _near(day, chance),
        "repeat": lambda: [_row(question, day, chance) for _ in range(chance.choice((0, 0, 1, 1, 2, 5)))],
        "dict_dates": lambda: {
            key: _maybe_near(day, chance) for key in question.keys if chance.random() < 0.6
        },
        "scale_7x0_4": lambda: {key: _score(chance) for key in question.keys if chance.random() < 0.95},
        "text": lambda: chance.choice(("x", "สวัสดี", " ")),
    }
    words = question.type in ("phone", "email")
    return makers.get("text" if words else question.type, lambda: _number(question, chance))()


def _number(question: Question, chance: random.Random) -> int:
    low, high = question.minimum or 0, question.maximum or 0
    return chance.choice((low, high, chance.randint(low, high), chance.randint(low, min(high, low + 12))))


def _choose_one(options: tuple[str, ...], chance: random.Random, calm: float) -> str:
    harmless = [option for option in options if option in ("no", "none", "never")]
    return chance.choice(harmless if harmless and chance.random() < calm else options)


def _choose_some(options: tuple[str, ...], chance: random.Random, calm: float) -> list[str]:
    if "none" in options and chance.random() < calm:
        return ["none"]
    return chance.sample(options, chance.randint(1, min(3, len(options))))


def _score(chance: random.Random) -> int | None:
    return None if chance.random() < 0.05 else chance.randint(0, 4)


def _row(question: Question, day: date, chance: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {"type": chance.choice(question.columns["type"])}
    if chance.random() < 0.8:
        row["last_date"] = _maybe_near(day, chance)
    if chance.random() < 0.8:
        row["reaction"] = chance.choice((*question.columns["reaction"], None, ""))
    return row


def _near(day: date, chance: random.Random) -> str:
    """Return a date a window's length away, before or after."""
    distance = chance.choice(_WINDOWS)
    return str(day + timedelta(days=chance.choice((-1, -1, -1, 1)) * distance))


def _maybe_near(day: date, chance: random.Random) -> str | None:
    return _near(day, chance) if chance.random() < 0.9 else chance.choice((None, ""))


def _birthday(day: date, chance: random.Random) -> str:
    """Return a date of birth: about an age that matters, on a leap day, in the future, or any."""
    match chance.randint(0, 5):
        case 0 | 1:
            year = day.year - chance.choice((17, 18, 19, 20, 21, 22))
            return str(date(year, day.month, min(day.day, 28)) + timedelta(days=chance.randint(-2, 2)))
        case 2:
            return str(date(chance.choice((2004, 2008, 2012)), 2, 29))
        case 3 if chance.random() < 0.2:
            return str(day + timedelta(days=chance.randint(0, 800)))
        case _:
            return str(day - timedelta(days=chance.randint(20 * 366, 70 * 366)))
