"""Whose network address a request comes from; limits against abuse count by it."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so the client's stands
    TRUSTED_PROXIES places from the end; what is left of it the client wrote, and is ignored.
    """
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    if settings.TRUSTED_PROXIES and forwarded:
        return str(forwarded[-min(settings.TRUSTED_PROXIES, len(forwarded))])
    return str(request.META.get("REMOTE_ADDR", ""))
