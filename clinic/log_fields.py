"""What a log line may say: each field by name, and the form its value must have. All else is left out."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

Check = Callable[[Any], Any]
"""Returns the value as it may be written, or None if it may not."""

_EVENT = re.compile(r"[a-z][a-z0-9 _.-]{0,59}")
_NAME = re.compile(r"[A-Za-z_][\w.:-]{0,119}", re.ASCII)
_SLUG = re.compile(r"[a-z][a-z0-9_.:-]{0,119}")
_REQUEST = re.compile(r"[0-9a-f]{32}|job-\d{1,19}")
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"}
_LARGEST = 2**63


def _matching(pattern: re.Pattern[str]) -> Check:
    return lambda value: value if isinstance(value, str) and pattern.fullmatch(value) else None


def _number(value: Any) -> int | None:
    """Keep whole numbers; a bool is 0 or 1."""
    return int(value) if isinstance(value, int) and abs(value) < _LARGEST else None


def _milliseconds(value: Any) -> float | None:
    return round(value, 1) if isinstance(value, (int, float)) and 0 <= value < _LARGEST else None


def _method(value: Any) -> str | None:
    return value if isinstance(value, str) and value in _METHODS else None


def _id(value: Any) -> int | str | None:
    """Keep a row's number or UUID."""
    return str(value) if isinstance(value, UUID) else _number(value)


event = _matching(_EVENT)
name = _matching(_NAME)
_slug = _matching(_SLUG)

FIELDS: dict[str, Check] = {
    # What happens
    "event": event,
    "reason": event,
    "action": _slug,
    "kind": _slug,
    "factor": _slug,
    "limit": event,
    "count": _number,
    # The request. An address is never written, only the name of its rule
    "request_id": _matching(_REQUEST),
    "method": _method,
    "route": _slug,
    "status": _number,
    "ms": _milliseconds,
    # Whose: ids only. `source` is a keyed hash of the network address
    "user": _number,
    "user_id": _number,
    "by": _number,
    "by_id": _number,
    "source": _matching(re.compile(r"[0-9a-f]{12}")),
    "object": _slug,
    "object_id": _id,
    "message_id": _id,
    # The audit's newest link, to be kept elsewhere
    "head": _matching(re.compile(r"\d{1,19}:[0-9a-f]{64}")),
    # The job
    "task": _slug,
    "job": _number,
    "queue": _slug,
    "attempt": _number,
    # What went wrong, without its words
    "fault": name,
    "sqlstate": _matching(_SQLSTATE),
    "constraint": name,
    "smtp_code": _number,
    "signal": _number,
}


def allowed(given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that may be written, in the order of `FIELDS`."""
    checked = {field: check(given[field]) for field, check in FIELDS.items() if field in given}
    return {field: value for field, value in checked.items() if value is not None}
