"""Sign-in, as django-allauth asks for it: patients by a code, staff by password and second factor.

Whether an address is known must not show: the pages say the same, do the same work, and no page
waits for a mail server, because codes leave through the outbox.
"""

import logging
import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as allauth_context
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic import known_browsers, second_factor, signed_in
from clinic.addresses import client_address, client_network
from clinic.models import User
from clinic.services import sign_in_limits
from clinic.services.letters import SIGN_IN_CODE
from clinic.services.sign_in_limits import account_of
from clinic.services.sign_in_mail import post_sign_in_message
from clinic.tokens import derive_code
from patients.services.accounts import attach_patients

logger = logging.getLogger("nuan.security")


class SignInCode(str):
    """A code that remembers the message which carries it, so that the outbox never holds the code.

    The session that asked does, for its ten minutes: allauth compares what is typed with it.
    """

    __slots__ = ("message_id",)

    message_id: uuid.UUID

    @classmethod
    def create(cls) -> "SignInCode":
        """Return a new code, derived from a new message's id."""
        message_id = uuid.uuid4()
        code = cls(derive_code(SIGN_IN_CODE, message_id))
        code.message_id = message_id
        return code


class AccountAdapter(DefaultAccountAdapter):
    """What differs here from allauth's ways."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": _("This is not the code we sent last. Look at the newest message."),
        "email_password_mismatch": _("The email or the password is not right."),
        "incorrect_password": _("This password is not right."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up: a patient's first booking and the owner's admin make accounts."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count by."""
        return client_address(request)

    def generate_login_code(self) -> str:
        """Return eight digits that the worker can derive again."""
        return SignInCode.create()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post allauth's message to the outbox; for an unknown address, one that nobody gets."""
        if template_prefix == "account/email/login_code":
            _post_code(context["code"].message_id, to=email)
        elif template_prefix == "account/email/unknown_account":
            _post_code(uuid.uuid4(), to="")
        else:
            super().send_mail(template_prefix, email, context)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password; patients have none, so only staff pass. Tries are counted first.

        :raises LimitReached: beyond a limit.
        """
        now = timezone.now()  # noqa: TID251 (allauth calls this as a view would)
        email, network = credentials["email"], client_network(request)
        browser = known_browsers.name_of(request, account_of(email))
        sign_in_limits.count_password_try(email=email, network=network, browser=browser, now=now)
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            sign_in_limits.forgive_password_tries(email=email, network=network, browser=browser)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave counting to `authenticate`: allauth's own count is in a cache."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """Note a wrong password; whose is not written down, because anything may have been typed."""
        logger.warning("password refused", extra={"event": "password_refused"})

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password of somebody who is signed in.

        :raises LimitReached: beyond a limit.
        """
        found = self.authenticate(allauth_context.request, email=user.email or "", password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, **_: Any) -> bool:
        """Ask again before a sensitive change, but not who has proved themselves just now."""
        now = timezone.now()  # noqa: TID251 (allauth calls this as a view would)
        return not signed_in.is_fresh(allauth_context.request, now)

    def get_login_stages(self) -> list[str]:
        """Return the steps of signing in; a trusted computer may stand in for the second one."""
        stages: list[str] = super().get_login_stages()
        ours = {"allauth.mfa.stages.AuthenticateStage": "clinic.desk_stage.DeskStage"}
        return [ours.get(stage, stage) for stage in stages]

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse staff who come by code, also one who became staff after asking for it."""
        if user.is_staff and _came_by_code(request, user):
            request.session.flush()
            return redirect("account_login")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Let the address that a code has just proved open what was booked with it; note a second factor."""
        now = timezone.now()  # noqa: TID251 (allauth calls this as a view would)
        if _came_by_code(request, user) and kwargs.get("email"):
            attach_patients(user=user, email=kwargs["email"], now=now)
        if _used_factor(request, user) or getattr(request, "factor_spared", False):  # `clinic/desk_stage.py`
            second_factor.mark_complete(request.session, now)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if second_factor.is_complete(request) if user.is_staff else _came_by_code(request, user):
            known_browsers.remember(request, response, account_of(kwargs.get("email") or user.email or ""))
        return response


def _post_code(message_id: uuid.UUID, *, to: str) -> None:
    """Write a message with a code, in the language of the page that asked for it."""
    post_sign_in_message(
        kind=SIGN_IN_CODE,
        message_id=message_id,
        to=to,
        language=get_language() or settings.LANGUAGE_CODE,
        now=timezone.now(),  # noqa: TID251 (allauth calls this as a view would)
    )


def _came_by_code(request: HttpRequest, user: User) -> bool:
    """Whether the last proof of `user` in this session was a code by e-mail."""
    records = get_authentication_records(request, user)
    return bool(records) and records[-1]["method"] == "code"


def _used_factor(request: HttpRequest, user: User) -> bool:
    """Whether `user` has proved a second factor, or a passkey alone, on the way into this session."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))
