"""The sign-in a request belongs to: its row, how long it lasts, and the computer it runs on.

The session's own data name the row: a new session key changes nothing, and no table but Django's holds a key.
"""

import secrets
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from clinic import sessions
from clinic.models import SignIn, TrustedComputer, User
from clinic.sessions import Limits
from clinic.tokens import hash_token

SESSION_KEY = "sign_in"
COMPUTER_COOKIE = "__Host-nuan-computer" if settings.OVER_HTTPS else "nuan-computer"
_SALT = "nuan.trusted-computer"


def current(request: HttpRequest) -> SignIn | None:
    """Return the sign-in of whoever sent a request, None if nobody is signed in. One query at most."""
    request.user.is_authenticated  # noqa: B018 (asking who it is finds the sign-in: `clinic.session_middleware`)
    return cast("SignIn | None", getattr(request, "sign_in", None))


def id_in(request: HttpRequest) -> UUID | None:
    """Return which sign-in the session names, None if it names none."""
    try:
        return UUID(str(request.session.get(SESSION_KEY)))
    except ValueError:
        return None


def limits_of(user: User) -> Limits:
    """Return how long a sign-in of `user` lasts."""
    return Limits(
        idle=settings.STAFF_IDLE if user.is_staff else settings.PATIENT_IDLE,
        longest=settings.LONGEST_SESSION,
        clinical=settings.CLINICAL_LOCK,
        fresh=settings.FRESH_PROOF,
    )


def needs_factor(sign_in: SignIn) -> bool:
    """Whether the computer stood in for the second factor: then only a factor opens health data."""
    return sign_in.how == SignIn.How.TRUSTED


def clinical_until(request: HttpRequest, sign_in: SignIn, now: datetime) -> datetime | None:
    """Return until when pages with health data stay open without being used, None if they are locked."""
    limits = limits_of(cast("User", request.user))
    return sessions.clinical_until(sign_in, limits=limits, needs_factor=needs_factor(sign_in), now=now)


def has_gone_idle(request: HttpRequest, sign_in: SignIn, now: datetime) -> bool:
    """Whether only the board is open, because nobody touched the sign-in for too long."""
    return sessions.has_gone_idle(sign_in, limits=limits_of(cast("User", request.user)), now=now)


def opens_board_only(request: HttpRequest, sign_in: SignIn, now: datetime) -> bool:
    """Whether a sign-in opens the board and nothing else: it was left alone, or lacks the factor itself."""
    is_without = needs_factor(sign_in) and sign_in.factor_at is None
    return is_without or has_gone_idle(request, sign_in, now)


def is_fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether whoever sent a request proved themselves within the last minutes."""
    sign_in = current(request)
    if sign_in is None:
        return False
    limits = limits_of(cast("User", request.user))
    return sessions.is_fresh(sign_in, limits=limits, needs_factor=needs_factor(sign_in), now=now)


def trusted_until(request: HttpRequest, sign_in: SignIn, now: datetime) -> datetime | None:
    """Return until when the computer of a sign-in is trusted; None if it is not, or is another one.

    A session that was carried off to another computer is trusted there no longer.
    """
    computer = sign_in.computer
    if computer is None or not _is_trusted(computer, now):
        return None
    return computer.ends_at if hash_token(_token_of(request)) == computer.token_hash else None


def find_trusted_computer(request: HttpRequest, now: datetime) -> TrustedComputer | None:
    """Return the computer a request comes from, if it is trusted now. One query, none without the cookie."""
    token = _token_of(request)
    if not token:
        return None
    computer = TrustedComputer.objects.filter(token_hash=hash_token(token)).first()
    return computer if computer is not None and _is_trusted(computer, now) else None


def new_token() -> str:
    """Return a token for a computer: 256 bits, known to its browser only."""
    return secrets.token_urlsafe(32)


def give_cookie(response: HttpResponse, token: str, *, until: datetime) -> None:
    """Let the browser that gets this answer be known as a trusted computer."""
    response.set_cookie(
        COMPUTER_COOKIE,
        signing.dumps(token, salt=_SALT),
        expires=until,
        secure=settings.OVER_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def take_cookie(response: HttpResponse) -> None:
    """Forget the computer."""
    response.delete_cookie(COMPUTER_COOKIE, samesite="Lax")


def _is_trusted(computer: TrustedComputer, now: datetime) -> bool:
    return computer.revoked_at is None and now < computer.ends_at


def _token_of(request: HttpRequest) -> str:
    try:
        token = signing.loads(request.COOKIES.get(COMPUTER_COOKIE, ""), salt=_SALT)
    except signing.BadSignature:
        return ""
    return token if isinstance(token, str) else ""
