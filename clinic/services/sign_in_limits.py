"""How often signing in may be tried: counted in the database, by account and by network, and never for good.

| what | by | at most |
|---|---|---|
| password | account and network | 5 in 5 minutes |
| password | account, from anywhere it was never signed in | 30 in an hour |
| password | account and a browser it signed in with before | 10 in 10 minutes |
| password, passkey | network | 60 in 10 minutes |
| code by e-mail, asked for | account, from anywhere it was never signed in | 3 in a minute, 12 in an hour |
| code by e-mail, asked for | account and a browser it signed in with before | 3 in a minute, 12 in an hour |
| code by e-mail, asked for | network | 60 in 10 minutes |
| code by e-mail, typed | the code | 5 in its 10 minutes |
| code by e-mail, typed | network | 60 in 10 minutes |
| second step (authenticator and recovery codes) | person | 5 in 5 minutes, 50 in a day |
| link for a new password | account | 3 in 15 minutes |
| link for a new password | network | 30 in 10 minutes |

Who hammers an account from elsewhere uses up its hour; its owner still signs in from a browser they know, or
by passkey, which counts by network only. A try counts before it is judged, in one atomic statement: tries at
once never exceed a limit. A right password or code gives its try back, for that account and network only.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from clinic.models import LimitWindow
from clinic.services.limits import LimitReached, hit, key_of, normalise_email

logger = logging.getLogger("nuan.security")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """At most `most` tries in a `window`, which starts with the first; the name is the counter's."""

    name: str
    most: int
    window: timedelta


PASSWORD_HERE = Limit("password-here", 5, 5 * MINUTE)
PASSWORD_ANYWHERE = Limit("password-anywhere", 30, HOUR)
PASSWORD_KNOWN_BROWSER = Limit("password-known-browser", 10, 10 * MINUTE)
SIGN_IN_NETWORK = Limit("sign-in-network", 60, 10 * MINUTE)
CODE_ASKED = (Limit("code-asked", 3, MINUTE), Limit("code-asked-hour", 12, HOUR))
CODE_ASKED_NETWORK = Limit("code-asked-network", 60, 10 * MINUTE)
CODE_TYPED = Limit("code-typed", 5, 10 * MINUTE)
CODE_TYPED_NETWORK = Limit("code-typed-network", 60, 10 * MINUTE)
SECOND_STEP = (Limit("second-step", 5, 5 * MINUTE), Limit("second-step-day", 50, 24 * HOUR))
RESET_ASKED = Limit("reset-asked", 3, 15 * MINUTE)
RESET_ASKED_NETWORK = Limit("reset-asked-network", 30, 10 * MINUTE)


def count_password_try(*, email: str, network: str, browser: str, now: datetime) -> None:
    """Count a password that was typed for an account; `browser` is the name of one it knows, or "".

    :raises LimitReached: beyond a limit; the password is then not looked at.
    """
    account = account_of(email)
    _count(SIGN_IN_NETWORK, network, now)
    if browser:
        _count(PASSWORD_KNOWN_BROWSER, f"{account} {browser}", now)
        return
    _count(PASSWORD_HERE, f"{account} {network}", now)
    _count(PASSWORD_ANYWHERE, account, now)


def forgive_password_tries(*, email: str, network: str, browser: str) -> None:
    """Forget the tries of an account from here: its password was right. Elsewhere they stay counted."""
    account = account_of(email)
    _forget(PASSWORD_HERE, f"{account} {network}")
    _forget(PASSWORD_KNOWN_BROWSER, f"{account} {browser}")


def count_passkey_try(*, network: str, now: datetime) -> None:
    """Count a passkey; by network only, because nothing about an account can be guessed with one.

    :raises LimitReached: beyond the limit.
    """
    _count(SIGN_IN_NETWORK, network, now)


def count_code_request(*, email: str, network: str, browser: str, now: datetime) -> None:
    """Count a code that somebody asks for; `browser` is the name of one that the account knows, or "".

    :raises LimitReached: beyond a limit; none is sent then.
    """
    _count(CODE_ASKED_NETWORK, network, now)
    for limit in CODE_ASKED:
        _count(limit, f"{account_of(email)} {browser}".strip(), now)


def count_code_try(*, code: str, network: str, now: datetime) -> None:
    """Count a code that somebody types; `code` names what was sent: its session and itself.

    :raises LimitReached: beyond a limit; what was typed is then not looked at.
    """
    _count(CODE_TYPED_NETWORK, network, now)
    _count(CODE_TYPED, code, now)


def count_second_step(*, user_id: int, now: datetime) -> None:
    """Count an authenticator's or a recovery code that somebody types after their password.

    :raises LimitReached: beyond a limit; a passkey still works.
    """
    for limit in SECOND_STEP:
        _count(limit, str(user_id), now)


def forgive_second_steps(*, user_id: int) -> None:
    """Forget the wrong codes of somebody who has just typed a right one."""
    for limit in SECOND_STEP:
        _forget(limit, str(user_id))


def count_reset_request(*, email: str, network: str, now: datetime) -> None:
    """Count a link for a new password that somebody asks for.

    :raises LimitReached: beyond a limit; none is sent then.
    """
    _count(RESET_ASKED_NETWORK, network, now)
    _count(RESET_ASKED, account_of(email), now)


def account_of(email: str) -> str:
    """Return what all spellings of an address share: folded, without `+alias`, without dots before the @."""
    local, _at, domain = normalise_email(email).rpartition("@")
    return f"{local.replace('.', '')}@{domain}"


def _count(limit: Limit, subject: str, now: datetime) -> None:
    try:
        hit(purpose=limit.name, subject=subject, limit=limit.most, window=limit.window, now=now)
    except LimitReached:
        logger.warning("limit reached", extra={"event": "limit_reached", "limit": limit.name})
        raise


def _forget(limit: Limit, subject: str) -> None:
    LimitWindow.objects.filter(key=key_of(limit.name, subject)).delete()
