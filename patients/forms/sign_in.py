"""The forms of signing in: a code for patients, a password for staff, a link for a new password."""

import uuid
from datetime import datetime
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm, ResetPasswordForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core import context as allauth_context
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clinic import known_browsers
from clinic.addresses import client_network
from clinic.factor_forms import plain_digits
from clinic.models import User
from clinic.queries.staff import find_staff
from clinic.services import sign_in_limits
from clinic.services.letters import PASSWORD_RESET
from clinic.services.sign_in_mail import post_sign_in_message
from patients.queries.people import find_newcomer
from patients.services.accounts import open_account


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

        :raises LimitReached: if codes were asked for this address too often.
        """
        email, request = str(self.cleaned_data["email"]).lower(), allauth_context.request
        browser = known_browsers.name_of(request, sign_in_limits.account_of(email))
        sign_in_limits.count_code_request(
            email=email, network=client_network(request), browser=browser, now=_now()
        )
        self._user = _find_patient_account(email)
        return email


def _find_patient_account(email: str) -> User | None:
    """Return the active account that a code to `email` opens; a patient without one gets it now.

    Everything is always asked, and an account always written, if only to be taken back: the time it takes
    tells nothing.
    """
    newcomer = find_newcomer(email)
    users: list[User] = filter_users_by_email(email, prefer_verified=True, for_login=True)
    opened = open_account(email=email, patient=None if users else newcomer)
    if any(user.is_staff for user in users):
        return None
    return min((user for user in users if user.is_active), key=lambda user: user.pk, default=opened)


class ConfirmCodeForm(ConfirmLoginCodeForm):
    """Asks for the code; spaces, dashes and Thai digits are fine."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        error_messages={"required": _("Enter the code from the message")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Compare the code in plain digits; tries are counted first, in the database.

        :raises LimitReached: at the sixth try, also if all were sent at once.
        :raises ValidationError: if it is not the one we sent.
        """
        request = allauth_context.request
        sent = f"{request.session.session_key} {self.expected_code}"
        sign_in_limits.count_code_try(code=sent, network=client_network(request), now=_now())
        self.cleaned_data["code"] = plain_digits(str(self.cleaned_data["code"]))
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


class ResetLinkForm(ResetPasswordForm):
    """Asks for the address that gets a link for a new password; only staff have a password to choose."""

    email = forms.EmailField(
        label=_("Email"),
        error_messages={"required": _("Enter your email")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        """Find the member of staff, whatever the letter case.

        :raises LimitReached: if links were asked for this address too often.
        """
        email = str(self.cleaned_data["email"]).lower()
        network = client_network(allauth_context.request)
        sign_in_limits.count_reset_request(email=email, network=network, now=_now())
        self._user = find_staff(email)
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:  # noqa: ARG002 (allauth hands them over)
        """Post the link, or for anybody else the same message to nobody."""
        post_sign_in_message(
            kind=PASSWORD_RESET,
            message_id=uuid.uuid4(),
            to=(self._user.email or "") if self._user else "",
            language=get_language() or settings.LANGUAGE_CODE,
            now=_now(),
            user_id=self._user.pk if self._user else None,
        )
        return str(self.cleaned_data["email"])


def _now() -> datetime:
    """Return the time of the request; allauth calls these forms as a view would."""
    return timezone.now()  # noqa: TID251
