"""Whose network address a request comes from; limits against abuse count by it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the client's IP address.

    Each trusted proxy appends the address it saw to X-Forwarded-For, some with the port, so the client's
    stands TRUSTED_PROXIES places from the end; what is left of it the client wrote, and is ignored.
    """
    header = request.META.get("HTTP_X_FORWARDED_FOR", "")
    forwarded = [part.strip() for part in header.split(",") if part.strip()]
    if settings.TRUSTED_PROXIES and forwarded:
        seen = _read_address(forwarded[-min(settings.TRUSTED_PROXIES, len(forwarded))])
    else:
        seen = ""
    return seen or str(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """Return what limits on signing in count by: the IPv4 address, or the IPv6 network of 64 bits.

    One subscriber of IPv6 has at least a /64 (RFC 6177), so each of its addresses would be a fresh start.
    """
    try:
        address = ipaddress.ip_address(client_address(request).partition("%")[0])
    except ValueError:
        return client_address(request)
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)


def _read_address(text: str) -> str:
    """Return an address without its port, because each connection has another; "" if it is none at all."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return ""
