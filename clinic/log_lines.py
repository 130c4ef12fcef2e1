"""Writes a log record as one line of JSON: only the fields of `log_fields`, and no words of an exception.

An exception's text can hold what somebody typed (Postgres prints the row that it refused), and so can its
frames' variables: of an exception its class, its SQLSTATE and the places in the code are written.
"""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.http import HttpRequest

from clinic import log_fields, request_ids

OURS = ("nuan", "clinic", "patients", "bookings")
THEIRS = {
    "django.request": "failed",
    "django.security": "suspicious request",
    "django.security.csrf": "form without its token",
}
"""What lines of others are about, whose words cannot be written. Those of procrastinate have an action."""
MOST_PLACES = 30
crashes = logging.getLogger("nuan.crashes")


class JsonLines(logging.Formatter):
    """One record, one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. It never raises: what cannot be written is left out."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": log_fields.name(record.levelname) or "",
            "logger": log_fields.name(record.name) or "",
        }
        known = {"request_id": request_ids.current(), "event": _event_of(record)}
        given = {field: record.__dict__[field] for field in log_fields.FIELDS if field in record.__dict__}
        line |= log_fields.allowed(known | given | _of_request(record) | _of_job(record))
        line["at"] = f"{record.module}:{record.funcName}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line |= describe(record.exc_info[1])
        return json.dumps(line)


def describe(fault: BaseException) -> dict[str, Any]:
    """Return an exception's class, its cause's, the kind the database gives it, and places in the code."""
    named: dict[str, Any] = {"fault": _class_of(fault)}
    for one in (fault, fault.__cause__):
        diagnosis = getattr(one, "diag", None)
        named["sqlstate"] = named.get("sqlstate") or getattr(one, "sqlstate", None)
        named["constraint"] = named.get("constraint") or getattr(diagnosis, "constraint_name", None)
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{frame.f_code.co_name}:{number}"
        for frame, number in traceback.walk_tb(fault.__traceback__)
    ]
    because = fault.__cause__ or fault.__context__
    said = log_fields.allowed(named) | {"frames": frames[-MOST_PLACES:]}
    return said | ({"because": _class_of(because)} if because else {})


def hide_crashes() -> None:
    """Write what ends a process or a thread as a line like the others; Python would print its words."""

    def thread_crashed(said: threading.ExceptHookArgs) -> None:
        _log_crash(said.exc_type, said.exc_value, said.exc_traceback)

    def unraisable(said: "sys.UnraisableHookArgs") -> None:
        _log_crash(said.exc_type, said.exc_value, said.exc_traceback)

    sys.excepthook = _log_crash
    threading.excepthook = thread_crashed
    sys.unraisablehook = unraisable


def _log_crash(kind: type[BaseException], fault: BaseException | None, where: TracebackType | None) -> None:
    crashes.critical("crashed", exc_info=(kind, fault or kind(), where))


def _event_of(record: logging.LogRecord) -> str | None:
    """Return a record's words if they are a constant of ours; others' may be made of what they were given."""
    if record.name.split(".", 1)[0] in OURS:
        return str(record.msg)
    return THEIRS.get(record.name) or THEIRS.get(record.name.rpartition(".")[0])


def _of_request(record: logging.LogRecord) -> dict[str, Any]:
    """Return what Django's own lines tell of a request."""
    request = record.__dict__.get("request")
    if not isinstance(request, HttpRequest):
        return {}
    match = request.resolver_match
    known = {"method": request.method, "route": match.view_name if match else None}
    return known | {"status": record.__dict__.get("status_code")}


def _of_job(record: logging.LogRecord) -> dict[str, Any]:
    """Return what procrastinate's lines tell of a job; its arguments are left out."""
    job = record.__dict__.get("job")
    if not isinstance(job, dict):
        return {}
    return {
        "job": job.get("id"),
        "task": job.get("task_name"),
        "queue": job.get("queue"),
        "attempt": job.get("attempts"),
    }


def _class_of(fault: BaseException) -> str:
    return f"{type(fault).__module__}.{type(fault).__qualname__}".removeprefix("builtins.")
