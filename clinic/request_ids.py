"""A number for each request, so that its lines in logs, its audit rows and its answer can be put together.

It is ours: what a browser sends as `X-Request-ID` is not read.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the id of the request being answered (32 hex digits) or the job being done; else ""."""
    return _current.get()


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Let `current` return `name` until the block ends."""
    token = _current.set(name)
    try:
        yield
    finally:
        _current.reset(token)


class RequestIdMiddleware:
    """Gives each request its own 128 random bits, and says them in the answer. The outermost of all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under a new id."""
        with working_on(secrets.token_hex(16)):
            response = self.get_response(request)
            response.headers[HEADER] = current()
            return response
