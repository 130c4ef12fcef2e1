"""Browsers that an account was signed in with before: a cookie of theirs, signed, that opens nothing.

Somebody who hammers an account from elsewhere uses up its tries; a browser it knows has tries of its own
(`clinic/services/sign_in_limits.py`), so that no stranger locks anybody out.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "__Host-nuan-known" if settings.OVER_HTTPS else "nuan-known"
LIFETIME = timedelta(days=180)
MOST_ACCOUNTS = 20
"""How many people one browser is known to: those of a desk that share it."""
_SALT = "nuan.known-browser"


def name_of(request: HttpRequest, account: str) -> str:
    """Return the name of a browser that this account was signed in with, "" for any other."""
    name, known = _read(request)
    mine = _digest(account)
    return name if any(hmac.compare_digest(mine, other) for other in known) else ""


def remember(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """Let the browser that gets this answer be known to an account from now on."""
    name, known = _read(request)
    mine = _digest(account)
    accounts = [mine, *(other for other in known if other != mine)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps([name or secrets.token_urlsafe(9), accounts], salt=_SALT),
        max_age=LIFETIME,
        secure=settings.OVER_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """Return the browser's name and the digests of who knows it; nothing if the cookie is not ours."""
    try:
        name, known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return "", []
    return name, known


def _digest(account: str) -> str:
    """Return a keyed digest: the cookie says nothing about whose browser it is."""
    return hmac.digest(settings.SECRET_KEY.encode(), account.encode(), hashlib.sha256).hex()[:32]
