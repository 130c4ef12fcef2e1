"""Adding a second factor once, giving one up if it is not the last: allauth's pages, checked."""

from collections.abc import Callable
from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import add_webauthn, remove_webauthn
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.models import User
from clinic.second_factor import is_last_factor


@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: HttpRequest) -> HttpResponse:
    """Add an authenticator app."""
    return _add_once(activate_totp, request)


@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey."""
    return _add_once(add_webauthn, request)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_app(request: HttpRequest) -> HttpResponse:
    """Take away the authenticator app, unless it is the last factor."""
    with transaction.atomic():
        if _would_be_without(request, type=Authenticator.Type.TOTP):
            return _refuse(request)
        return deactivate_totp(request)  # type: ignore[no-any-return]


@require_http_methods(["GET", "HEAD", "POST"])
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a passkey, unless it is the last factor."""
    with transaction.atomic():
        if _would_be_without(request, type=Authenticator.Type.WEBAUTHN, pk=pk):
            return _refuse(request)
        return remove_webauthn(request, pk=pk)  # type: ignore[no-any-return]


def _add_once(add: Callable[[HttpRequest], HttpResponse], request: HttpRequest) -> HttpResponse:
    """Add a factor, and recovery codes with the first; a second press at once is led to what that made."""
    try:
        return add(request)
    except IntegrityError:
        return redirect("mfa_index")


def _would_be_without(request: HttpRequest, **which: object) -> bool:
    """Whether this is the last factor. The lock lets two that are taken away at once come one by one."""
    user = cast("User", request.user)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    found = Authenticator.objects.filter(user_id=user.pk, **which).first()
    return found is not None and is_last_factor(found)


def _refuse(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("This is your only second step. Add another one first."))
    return redirect("mfa_index")
