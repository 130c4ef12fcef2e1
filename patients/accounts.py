"""Sign-in, as django-allauth asks for it: patients by a code, staff by password and second factor.

Whether an address is known must not show: the pages say the same, do the same work, and no page
waits for a mail server, because codes leave through the outbox.
"""

import uuid
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context as allauth_context
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic import second_factor
from clinic.addresses import client_address
from clinic.models import User
from clinic.services import outbox
from clinic.services.letters import PASSWORD_RESET, SIGN_IN_CODE
from clinic.services.limits import normalise_email
from clinic.tokens import derive_code
from patients.queries.people import find_newcomer
from patients.services.accounts import attach_patients, open_account


class SignInCode(str):
    """A code that remembers the message which carries it, so that no table ever holds the code."""

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
            _post(SIGN_IN_CODE, context["code"].message_id, to=email)
        elif template_prefix == "account/email/unknown_account":
            _post(SIGN_IN_CODE, uuid.uuid4(), to="")
        else:
            super().send_mail(template_prefix, email, context)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:  # noqa: ARG002
        """Post the link to choose a new password, to staff only: patients have no password."""
        _post(PASSWORD_RESET, uuid.uuid4(), to=email if user.is_staff else "", user_id=user.pk)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password; patients have none, so only staff pass."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user is not None and user.is_staff else None

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
        if _used_factor(request, user):
            second_factor.mark_complete(request.session, now)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


def _post(kind: str, message_id: uuid.UUID, *, to: str, user_id: int | None = None) -> None:
    """Write a message about signing in, in the language of the page that asked for it."""
    now = timezone.now()  # noqa: TID251 (allauth calls this as a view would)
    lifetime = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    if kind == PASSWORD_RESET:
        lifetime = settings.PASSWORD_RESET_TIMEOUT
    facts: dict[str, Any] = {"expires_at": (now + timedelta(seconds=lifetime)).isoformat()}
    if user_id is not None:
        facts["user_id"] = user_id
    outbox.post(
        subject_type="sign_in",
        subject_id=message_id,
        kind=kind,
        version=1,
        to=to,
        language=get_language() or settings.LANGUAGE_CODE,
        facts=facts,
        now=now,
    )


def _came_by_code(request: HttpRequest, user: User) -> bool:
    """Whether the last proof of `user` in this session was a code by e-mail."""
    records = get_authentication_records(request, user)
    return bool(records) and records[-1]["method"] == "code"


def _used_factor(request: HttpRequest, user: User) -> bool:
    """Whether `user` has proved a second factor, or a passkey alone, on the way into this session."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))


class RequestCodeForm(RequestLoginCodeForm):
    """Asks for the address; `_user` is who gets a code, or None."""

    email = forms.EmailField(
        label=_("Email"),
        help_text=_("The one you booked with. We send a code there."),
        error_messages={"required": _("Enter your email")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        """Find the patient's account, whatever the letter case; staff have none here.

        :raises ValidationError: if codes were asked for this address too often.
        """
        email = str(self.cleaned_data["email"]).lower()
        request = allauth_context.request
        if not ratelimit.consume(request, action="request_login_code", key=normalise_email(email)):
            raise forms.ValidationError(_("You asked for several codes. Wait a minute, then ask again."))
        self._user = _find_patient_account(email)
        return email


def _find_patient_account(email: str) -> User | None:
    """Return the active account that a code to `email` opens; a patient without one gets it now.

    Both questions are always asked, so that the time it takes tells nothing.
    """
    newcomer = find_newcomer(email)
    users: list[User] = filter_users_by_email(email, prefer_verified=True, for_login=True)
    if not users:
        return open_account(patient=newcomer) if newcomer else None
    if any(user.is_staff for user in users):
        return None
    return min((user for user in users if user.is_active), key=lambda user: user.pk, default=None)


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Asks for the code; spaces, dashes and Thai digits are fine."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        error_messages={"required": _("Enter the code from the message")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Compare the code in plain digits.

        :raises ValidationError: if it is not the one we sent.
        """
        typed = str(self.cleaned_data["code"])
        plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed)
        self.cleaned_data["code"] = plain
        code: str = super().clean_code()
        return code


class StaffLoginForm(LoginForm):
    """Asks staff for e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Email")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
