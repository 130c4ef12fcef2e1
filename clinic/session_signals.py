"""What Django and allauth tell about signing in, as the registry of sign-ins keeps it."""

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from django.conf import settings
from django.contrib.auth import signals as auth
from django.http import HttpRequest
from django.utils import timezone

from clinic import second_factor, signed_in
from clinic.addresses import client_address
from clinic.devices import describe_device, network_of
from clinic.models import SignIn, User
from clinic.services.sessions import end_sign_in, end_sign_ins, prove, start_sign_in

HOW_BY_METHOD = {"code": SignIn.How.CODE, "password": SignIn.How.PASSWORD}


def connect() -> None:
    """Listen; the app does so once, when it starts."""
    auth.user_logged_in.connect(_begin)
    auth.user_logged_out.connect(_end)
    account.authentication_step_completed.connect(_step)
    account.password_changed.connect(_password_changed)
    account.password_reset.connect(_password_changed)
    for changed in (mfa.authenticator_added, mfa.authenticator_removed, mfa.authenticator_reset):
        changed.connect(_factor_changed)
    mfa.authenticator_added.connect(_factor_added)


def _begin(request: HttpRequest, user: User, **_: Any) -> None:
    """Write a row for a new session; one whose user signs in once more goes on."""
    now = timezone.now()  # noqa: TID251 (called as a view would be)
    before = signed_in.id_in(request)
    if before is not None:
        end_sign_in(before, why=SignIn.Why.SWITCHED, now=now)
    how, used_factor = _how(request, user)
    sign_in = start_sign_in(
        user=user,
        how=how,
        device=describe_device(request.META.get("HTTP_USER_AGENT", "")),
        network=network_of(client_address(request)),
        computer=signed_in.find_trusted_computer(request, now) if user.is_staff else None,
        used_factor=used_factor,
        now=now,
    )
    request.session[signed_in.SESSION_KEY] = str(sign_in.pk)
    request.sign_in = sign_in  # type: ignore[attr-defined]


def _how(request: HttpRequest, user: User) -> tuple[SignIn.How, bool]:
    """Return how somebody signed in, and whether a second factor was among it."""
    records = get_authentication_records(request, user)
    if any(record.get("passwordless") for record in records):
        return SignIn.How.PASSKEY, True
    methods = [record["method"] for record in records]
    if "mfa" in methods:
        return SignIn.How.FACTOR, True
    if getattr(request, "factor_spared", False):
        return SignIn.How.TRUSTED, False
    if methods:
        return HOW_BY_METHOD.get(methods[-1], SignIn.How.OTHER), False
    return (SignIn.How.DEMO, True) if settings.DEMO else (SignIn.How.OTHER, False)


def _end(request: HttpRequest | None, **_: Any) -> None:
    named = signed_in.id_in(request) if request is not None and hasattr(request, "session") else None
    if named is not None:
        end_sign_in(named, why=SignIn.Why.SIGNED_OUT, now=timezone.now())  # noqa: TID251 (as a view)


def _step(request: HttpRequest, method: str, **facts: Any) -> None:
    """Note a proof by somebody who is signed in already; on the way in, `_begin` does."""
    sign_in = signed_in.current(request) if facts.get("reauthenticated") else None
    if sign_in is not None:
        prove(sign_in, by_factor=method == "mfa", now=timezone.now())  # noqa: TID251 (as a view)


def _factor_added(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    sign_in = signed_in.current(request)
    if sign_in is not None and sign_in.user_id == user.pk and authenticator.type in second_factor.FACTORS:
        prove(sign_in, by_factor=True, now=timezone.now())  # noqa: TID251 (as a view)


def _factor_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _end_others(request, user, SignIn.Why.FACTOR)


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    _end_others(request, user, SignIn.Why.PASSWORD)


def _end_others(request: HttpRequest, user: User, why: SignIn.Why) -> None:
    """End every other sign-in of a user whose way of signing in was changed."""
    own = signed_in.current(request)
    kept = own.pk if own is not None and own.user_id == user.pk else None
    end_sign_ins(user=user, why=why, now=timezone.now(), but=kept)  # noqa: TID251 (as a view)
