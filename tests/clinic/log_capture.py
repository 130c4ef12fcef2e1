"""What the site would write to its log, every logger turned up as far as it goes."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from clinic.log_lines import JsonLines

LOUD = ("", "django.db.backends", "django.request", "django.template", "django.utils.autoreload")
"""Loggers that say more, or anything, when asked for everything."""


def handled(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, as the site's own handler writes it."""
    own = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, JsonLines))
    return "\n".join(own.format(record) for record in caplog.records)


class Log:
    """What was written, as text and as lines."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        """Return everything."""
        return self._stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return each line, read as JSON."""
        return [json.loads(line) for line in self.text.splitlines()]


@contextmanager
def everything_logged(formatter: logging.Formatter | None = None) -> Iterator[Log]:
    """Write all there is, SQL included, until the block ends; in our form unless another is given."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter or JsonLines())
    loggers = [logging.getLogger(name) for name in LOUD]
    before = [one.level for one in loggers]
    others, loggers[0].handlers = loggers[0].handlers, [handler]
    asked_before, connection.force_debug_cursor = connection.force_debug_cursor, True
    try:
        for one in loggers:
            one.setLevel(logging.DEBUG)
        yield Log(stream)
    finally:
        connection.force_debug_cursor = asked_before
        loggers[0].handlers = others
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)
