"""A log line says what the list allows and nothing else, whatever it was given."""

import logging
import sys
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.http import HttpRequest

from clinic import request_ids
from clinic.log_lines import describe, hide_crashes
from clinic.models import User
from tests.clinic.log_capture import everything_logged

CANARY = "Hannah Zebrafinch"
FORGERIES = [
    'x\n{"level": "INFO", "event": "signed in"}',
    "x\r\n2026-11-26 INFO signed in",
    "\x1b[2J\x1b[31mred",
    "x\u2028y\x85z\x0b\x0c",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("forged", FORGERIES)
def test_nothing_given_to_a_line_begins_another(forged: str) -> None:
    with everything_logged() as log:
        logging.getLogger(forged).error(forged, extra={"event": forged, "route": forged, "user": forged})
        logging.getLogger("django.request").error("Not Found: %s", forged)

    assert [line["level"] for line in log.lines] == ["ERROR", "ERROR"]
    assert not any(mark in log.text for mark in ("signed in", "\x1b", "\r", "\x00", "\u2028"))


def test_a_plain_line_can_be_forged() -> None:
    with everything_logged(logging.Formatter("%(levelname)s %(message)s")) as log:
        logging.getLogger("django.request").error("Not Found: %s", FORGERIES[0])

    assert len(log.text.splitlines()) == 2


def test_what_is_not_on_the_list_is_left_out() -> None:
    given: dict[str, Any] = {"patient": CANARY, "route": CANARY, "user": CANARY, "status": "200", "ms": -1}

    with everything_logged() as log:
        logging.getLogger("nuan.security").info("signed in", extra=given | {"user_id": 7})

    (line,) = log.lines
    assert {**line, "time": "", "at": ""} == {
        "time": "",
        "level": "INFO",
        "logger": "nuan.security",
        "event": "signed in",
        "user_id": 7,
        "at": "",
    }


@pytest.mark.parametrize("words", [CANARY, f"signed in: {CANARY}", "s" * 61])
def test_words_that_are_no_constant_are_left_out(words: str) -> None:
    with everything_logged() as log:
        logging.getLogger("nuan.security").warning(words)
        logging.getLogger("some.library").warning(words.lower())

    assert [line.get("event") for line in log.lines] == [None, None]


def test_a_line_names_the_request_it_belongs_to() -> None:
    with everything_logged() as log, request_ids.working_on("job-12"):
        logging.getLogger("some.library").warning("x")

    assert log.lines[0]["request_id"] == "job-12"


def test_an_exception_leaves_its_class_and_places_and_no_word() -> None:
    request = HttpRequest()
    request.method, request.path = "POST", f"/{CANARY}/"

    def fail(name: str) -> None:
        raise ValueError(f"{name} is not a number")

    with everything_logged() as log:
        try:
            fail(CANARY)
        except ValueError:
            logging.getLogger("django.request").exception("%s", CANARY, extra={"request": request})

    (line,) = log.lines
    assert CANARY not in log.text
    assert (line["fault"], line["event"], line["method"]) == ("ValueError", "failed", "POST")
    assert [place.rsplit(":", 1)[0] for place in line["frames"]] == [
        "tests.clinic.test_log_lines:test_an_exception_leaves_its_class_and_places_and_no_word",
        "tests.clinic.test_log_lines:fail",
    ]


@pytest.mark.django_db
def test_of_a_refused_row_only_the_rule_is_told() -> None:
    with pytest.raises(IntegrityError) as refused, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clinic_user (email, password) VALUES (%s, NULL)", [f"{CANARY}@mali.example"]
        )

    told = describe(refused.value)
    assert CANARY in str(refused.value)  # the database prints the whole row
    assert CANARY not in str(told)
    assert (told["fault"], told["sqlstate"]) == ("django.db.utils.IntegrityError", "23502")
    assert told["because"] == "psycopg.errors.NotNullViolation"
    assert User.objects.model._meta.db_table == "clinic_user"


@pytest.mark.parametrize("where", ["process", "thread"])
def test_a_crash_is_a_line_too(where: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    for owner, hook in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, hook, getattr(owner, hook))
    hide_crashes()

    def crash() -> None:
        raise RuntimeError(CANARY)

    with everything_logged() as log:
        if where == "thread":
            thread = threading.Thread(target=crash)
            thread.start()
            thread.join()
        else:
            try:
                crash()
            except RuntimeError:
                sys.excepthook(*sys.exc_info())

    assert [(line["event"], line["fault"]) for line in log.lines] == [("crashed", "RuntimeError")]
    assert CANARY not in log.text + capsys.readouterr().err
