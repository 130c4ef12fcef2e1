"""A name for each request, so that a line of the log and a row of the audit can be laid side by side."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar
from uuid import uuid4

Request = TypeVar("Request")
Response = TypeVar("Response")

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the name of the request that is being answered, "" outside of one."""
    return _current.get()


class RequestIdMiddleware:
    """Gives every request a random name; what a client sends is never taken over."""

    def __init__(self, get_response: Callable[[Request], Response]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> Response:
        """Answer the request under its name."""
        token = _current.set(uuid4().hex)
        try:
            return self.get_response(request)  # type: ignore[arg-type,return-value]
        finally:
            _current.reset(token)
