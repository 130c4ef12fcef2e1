"""Finds the sign-in of a request, and ends one that is over. Who is not signed in costs no query."""

from collections.abc import Callable

from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinic import sessions, signed_in
from clinic.access.fresh import POLLS
from clinic.models import SignIn, User
from clinic.queries.sessions import find_sign_in
from clinic.services.sessions import end_sign_in, touch_sign_in


class SignInMiddleware:
    """Lets `request.user` be somebody only while their sign-in lasts. Asks nothing until a page does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the check in front of the user, and pass the request on."""
        request.user = SimpleLazyObject(lambda: _who(request))  # type: ignore[assignment]  # as Django does
        return self.get_response(request)


def _who(request: HttpRequest) -> User | AnonymousUser:
    """Return who is signed in, nobody if their sign-in is over."""
    user = get_user(request)
    now = timezone.now()  # noqa: TID251 (the clock of the request)
    named = signed_in.id_in(request)
    if not isinstance(user, User):
        if named:  # stopped since: it stays over, also if they may sign in again
            _end(request, why=SignIn.Why.STOPPED)
        return AnonymousUser()
    sign_in = find_sign_in(named)
    if sign_in is None or sign_in.user_id != user.pk or sign_in.ended_at is not None:
        request.session.flush()
        return AnonymousUser()
    limits = signed_in.limits_of(user)
    trusted_until = signed_in.trusted_until(request, sign_in, now)
    why = sessions.why_over(sign_in, limits=limits, trusted_until=trusted_until, now=now)
    if why:
        _end(request, why=SignIn.Why(why))
        return AnonymousUser()
    if not _is_poll(request):
        gone = sessions.has_gone_idle(sign_in, limits=limits, now=now)
        touch_sign_in(sign_in, has_gone_idle=gone, now=now)
    request.sign_in = sign_in  # type: ignore[attr-defined]
    return user


def _end(request: HttpRequest, *, why: SignIn.Why) -> None:
    """End the session's sign-in, and the session with it."""
    named = signed_in.id_in(request)
    if named is not None:
        end_sign_in(named, why=why, now=timezone.now())  # noqa: TID251 (the clock of the request)
    request.session.flush()
    request.sign_in_over = why  # type: ignore[attr-defined]


def _is_poll(request: HttpRequest) -> bool:
    """Whether a page that was left open asks by itself."""
    match = request.resolver_match
    return request.headers.get("X-Nuan-Poll") == "1" or (match is not None and match.view_name in POLLS)
