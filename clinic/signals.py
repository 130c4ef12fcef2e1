"""What allauth tells about signing in: the second factor's mark, the log, and a word to the person.

The only place that listens to signals: allauth says in no other way that a factor was added or used.
"""

import logging
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils import timezone

from clinic import second_factor
from clinic.models import User
from clinic.services.second_factors import tell_of_change

logger = logging.getLogger("nuan.security")


def connect() -> None:
    """Listen; the app does so once, when it starts."""
    account.user_logged_in.connect(_signed_in)
    account.login_code_rejected.connect(_code_refused)
    account.password_changed.connect(_password_changed)
    account.password_reset.connect(_password_changed)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_codes_made_anew)
    mfa.authenticator_used.connect(_factor_used)
    mfa.authentication_failed.connect(_factor_refused)


def _signed_in(user: User, **_: Any) -> None:
    logger.info("signed in", extra={"event": "signed_in", "user_id": user.pk})


def _code_refused(user: User, **_: Any) -> None:
    logger.warning("sign-in code refused", extra={"event": "code_refused", "user_id": user.pk})


def _password_changed(user: User, **_: Any) -> None:
    logger.info("password changed", extra={"event": "password_changed", "user_id": user.pk})
    tell_of_change(user=user, now=timezone.now())  # noqa: TID251 (allauth calls this as a view would)


def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """A factor that was just enrolled, after proving oneself again, is one that was used."""
    _log_factor("factor_added", user, authenticator)
    if authenticator.type in second_factor.FACTORS:
        _mark(request, user)
        tell_of_change(user=user, now=timezone.now())  # noqa: TID251 (allauth calls this as a view would)


def _factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    _log_factor("factor_removed", user, authenticator)
    tell_of_change(user=user, now=timezone.now())  # noqa: TID251 (allauth calls this as a view would)


def _codes_made_anew(user: User, authenticator: Authenticator, **_: Any) -> None:
    _log_factor("codes_made_anew", user, authenticator)
    tell_of_change(user=user, now=timezone.now())  # noqa: TID251 (allauth calls this as a view would)


def _factor_used(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    _log_factor("factor_used", user, authenticator)
    _mark(request, user)


def _factor_refused(user: User, authenticator: Authenticator, **_: Any) -> None:
    extra = {"event": "factor_refused", "user_id": user.pk, "factor": authenticator.type}
    logger.warning("second factor refused", extra=extra)


def _mark(request: HttpRequest, user: User) -> None:
    """Mark a session that is signed in already; on the way in, `AccountAdapter.post_login` does."""
    if request.user.is_authenticated and request.user.pk == user.pk:
        second_factor.mark_complete(request.session, timezone.now())  # noqa: TID251 (called as a view would be)


def _log_factor(event: str, user: User, authenticator: Authenticator) -> None:
    logger.info("second step", extra={"event": event, "user_id": user.pk, "factor": authenticator.type})
