"""Our own log calls: constant words, and fields from the list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic import log_fields

ROOT = Path(__file__).resolve().parents[1]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
LOGGERS = {"logger", "log", "security", "requests", "crashes"}


def faults_in(source: str) -> Iterator[str]:
    """Yield what is wrong with the log calls of a module."""
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr not in LEVELS or not isinstance(call.func.value, ast.Name):
            continue
        if call.func.value.id in LOGGERS:
            yield from faults_of(call)


def faults_of(call: ast.Call) -> Iterator[str]:
    """Yield what is wrong with one call."""
    words = call.args[0] if len(call.args) == 1 else None
    if not (isinstance(words, ast.Constant) and log_fields.event(words.value)):
        yield f"line {call.lineno}: its words are no constant in small letters"
    for keyword in call.keywords:
        keys = keyword.value.keys if isinstance(keyword.value, ast.Dict) else []
        unknown = {key.value for key in keys if isinstance(key, ast.Constant)} - set(log_fields.FIELDS)
        if unknown:
            yield f"line {call.lineno}: not on the list: {unknown}"


def test_every_log_call_says_constants_and_listed_fields() -> None:
    sources = [path for app in ("bookings", "patients", "clinic") for path in (ROOT / app).rglob("*.py")]
    texts = {path: path.read_text(encoding="utf-8") for path in sources}
    faults = {str(path): list(faults_in(text)) for path, text in texts.items()}

    assert {path: wrong for path, wrong in faults.items() if wrong} == {}
    assert sum("logging.getLogger" in text for text in texts.values()) > 3


@pytest.mark.parametrize(
    "bad",
    [
        'logger.info(f"{patient}")',
        'logger.info("saved %s", patient)',
        "security.info(words)",
        'logger.error("Saved")',
        'logger.info("saved", extra={"patient": patient})',
    ],
)
def test_a_call_that_could_tell_is_seen(bad: str) -> None:
    assert list(faults_in(bad))
