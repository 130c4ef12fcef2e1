"""What Django and allauth tell about signing in, written down as security events.

They call these as they call a view, in the request, so the clock is read here.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.http import HttpRequest
from django.utils import timezone

from clinic.models import User
from clinic.services.security_events import Kind, note

Request = HttpRequest | None


def listen() -> None:
    """Begin to listen; the app does so once, when it starts."""
    auth.user_logged_in.connect(_signed_in)
    auth.user_logged_out.connect(_signed_out)
    auth.user_login_failed.connect(_sign_in_failed)
    account.login_code_rejected.connect(_code_refused)
    account.password_changed.connect(_password_changed)
    account.password_reset.connect(_password_changed)
    mfa.authenticator_added.connect(_factor_added)
    mfa.authenticator_removed.connect(_factor_removed)
    mfa.authenticator_reset.connect(_factor_made_anew)
    mfa.authentication_failed.connect(_factor_refused)


def note_refused_page(request: HttpRequest, user: User) -> None:
    """Write down that somebody who is signed in asked for a page that is not theirs."""
    match = request.resolver_match
    name = match.view_name if match else ""
    note(Kind.DENIED, user=user, request=request, now=timezone.now(), url_name=name, how=request.method or "")


def _signed_in(user: User, request: Request = None, **_: Any) -> None:
    note(Kind.SIGNED_IN, user=user, request=request, now=timezone.now())


def _signed_out(user: User | None, request: Request = None, **_: Any) -> None:
    if user is not None:
        note(Kind.SIGNED_OUT, user=user, request=request, now=timezone.now())


def _sign_in_failed(request: Request = None, **_: Any) -> None:
    note(Kind.SIGN_IN_FAILED, user=None, request=request, now=timezone.now(), how="password")


def _code_refused(user: User, request: Request = None, **_: Any) -> None:
    note(Kind.SIGN_IN_FAILED, user=None, about=user, request=request, now=timezone.now(), how="code")


def _password_changed(user: User, request: Request = None, **_: Any) -> None:
    note(Kind.PASSWORD, user=user, request=request, now=timezone.now())


def _factor_added(user: User, authenticator: Authenticator, request: Request = None, **_: Any) -> None:
    _note_factor("added", user, authenticator, request)


def _factor_removed(user: User, authenticator: Authenticator, request: Request = None, **_: Any) -> None:
    _note_factor("removed", user, authenticator, request)


def _factor_made_anew(user: User, authenticator: Authenticator, request: Request = None, **_: Any) -> None:
    _note_factor("made anew", user, authenticator, request)


def _factor_refused(user: User, authenticator: Authenticator, request: Request = None, **_: Any) -> None:
    now = timezone.now()
    note(Kind.SIGN_IN_FAILED, user=None, about=user, request=request, now=now, how=authenticator.type)


def _note_factor(what: str, user: User, authenticator: Authenticator, request: Request) -> None:
    now = timezone.now()
    note(Kind.FACTOR, user=user, request=request, now=now, what=what, how=authenticator.type)
