"""One case in JSON, read strictly. Pure; what is wrong is said without repeating what somebody answered."""

import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from patients.answer_checks import is_iso_date, safe_name

LONGEST_INTEGER = 18
"""Digits. A longer number is no answer to anything."""


class BadCase(Exception):
    """Why something is not a case, in one line that names the place."""


def read_case(raw: bytes) -> tuple[Mapping[str, Any], date]:
    """Return the answers and the reference date of a case, `{"answers": {...}, "reference_date": ...}`.

    The shape of the answers is not looked at; other members of the case are let through unread.

    :raises BadCase: if it is not JSON in UTF-8, holds a key twice, or lacks one of the two.
    """
    case = _read_json(raw)
    if not isinstance(case, dict):
        raise BadCase("the case: must be an object")
    if not isinstance(case.get("answers"), dict):
        raise BadCase("answers: must be an object of question keys and answers")
    if not is_iso_date(case.get("reference_date")):
        raise BadCase("reference_date: must be a date, YYYY-MM-DD")
    return case["answers"], date.fromisoformat(case["reference_date"])


def _read_json(raw: bytes) -> object:
    try:
        return json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_make_object,
            parse_constant=_read_constant,
            parse_int=_read_integer,
        )
    except UnicodeDecodeError:
        raise BadCase("the case: is not UTF-8") from None
    except RecursionError:
        raise BadCase("the case: is nested too deeply") from None
    except ValueError:
        raise BadCase("the case: is not JSON") from None


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise BadCase(f"{safe_name(key)}: is given twice")
        members[key] = value
    return members


def _read_constant(_name: str) -> float:
    """Return a number that no question takes for NaN and Infinity, so that the fault names the question."""
    return math.nan


def _read_integer(digits: str) -> float:
    return int(digits) if len(digits) <= LONGEST_INTEGER else math.inf
