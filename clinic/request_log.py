"""One line for each request, and one more for those that were refused."""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic.addresses import client_address
from clinic.request_metrics import count

requests = logging.getLogger("nuan.requests")
security = logging.getLogger("nuan.security")

REFUSALS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "input refused",
    HTTPStatus.FORBIDDEN: "access denied",
    HTTPStatus.METHOD_NOT_ALLOWED: "method refused",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "input refused",
    HTTPStatus.TOO_MANY_REQUESTS: "limit reached",
}


class RequestLogMiddleware:
    """Says which rule answered whom, how, and how long that took; never the address or what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then write."""
        began = time.perf_counter()
        response = self.get_response(request)
        told = facts_of(request) | {"status": response.status_code}
        seconds = time.perf_counter() - began
        requests.info("answered", extra=told | {"ms": seconds * 1000})
        count(route=told["route"], method=request.method, status=response.status_code, seconds=seconds)
        if what := _refusal(request, response):
            security.warning("refused", extra=told | {"reason": what, "source": source_of(request)})
        return response


def facts_of(request: HttpRequest) -> dict[str, Any]:
    """Return method, rule and the id of who is signed in, if that was asked for anyway."""
    match = request.resolver_match
    user = request.__dict__.get("_cached_user")
    return {
        "method": request.method,
        "route": match.view_name if match else None,
        "user": user.pk if user is not None else None,
    }


def source_of(request: HttpRequest) -> str:
    """Return a keyed hash of the network address: lines of one address can be put together, no more."""
    address = client_address(request)
    return hmac.new(settings.SECRET_KEY.encode(), f"source {address}".encode(), hashlib.sha256).hexdigest()[
        :12
    ]


def _refusal(request: HttpRequest, response: HttpResponse) -> str | None:
    """Return why a request was refused; a page about something that is not theirs answers 404."""
    match = request.resolver_match
    if response.status_code == HTTPStatus.NOT_FOUND and match and match.kwargs:
        return "no such object"
    return REFUSALS.get(response.status_code)
