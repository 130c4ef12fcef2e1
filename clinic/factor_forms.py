"""The forms of the second step, as allauth asks for them: our words, our limits, Thai digits welcome."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from allauth.core import context as allauth_context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms
from django.db import DatabaseError
from django.forms.fields import InvalidJSONInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.addresses import client_network
from clinic.services import sign_in_limits

CODE_ATTRIBUTES = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


def plain_digits(typed: str) -> str:
    """Return what was typed with digits of any script as 0 to 9."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in typed)


def code_field(help_text: Any) -> forms.CharField:
    """Return the field for a code."""
    return forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=help_text,
        error_messages={"required": _("Enter the code")},
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )


class StepForm(AuthenticateForm):
    """Asks for a code after the password."""

    code = code_field(_("6 digits from your authenticator app, or one of your recovery codes"))

    def clean_code(self) -> str:
        """Judge the code; tries are counted first.

        :raises LimitReached: beyond the limit.
        :raises ValidationError: if it is not right.
        """
        return str(_judge(self, super().clean_code))


class StepAgainForm(ReauthenticateForm):
    """Asks somebody who is signed in for a code."""

    code = code_field(_("6 digits from your authenticator app, or one of your recovery codes"))

    def clean_code(self) -> str:
        """Judge the code; tries are counted first.

        :raises LimitReached: beyond the limit.
        :raises ValidationError: if it is not right.
        """
        return str(_judge(self, super().clean_code))


class ActivateAppForm(ActivateTOTPForm):
    """Asks for the first code of an authenticator app."""

    code = code_field(_("6 digits, new every half minute"))

    def clean_code(self) -> str:
        """Judge the code; tries are counted first.

        :raises LimitReached: beyond the limit.
        :raises ValidationError: if it is not right.
        """
        return str(_judge(self, super().clean_code))


class CredentialField(forms.JSONField):
    """What a passkey sends: an object, read by the libraries. Never shown again: it counts once.

    allauth takes the field's own check for all there is: a number that is false, 0, would be a passkey.
    """

    default_error_messages = {"invalid": _("This passkey is not known here.")}
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """Return the object that was sent, None if nothing was.

        :raises ValidationError: if it is no JSON, no object, or more than Python reads.
        """
        with suppress(ValueError, RecursionError):  # a number of 5,000 digits; 100,000 brackets
            read = super().to_python(value)
            if read is None or (read and isinstance(read, dict)):
                return read
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")

    def bound_data(self, data: Any, initial: Any) -> InvalidJSONInput:  # noqa: ARG002 (Django's)
        """Return nothing, whatever was sent."""
        return InvalidJSONInput()


class PasskeyStepForm(AuthenticateWebAuthnForm):
    """Takes a passkey after the password."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Judge what the passkey signed.

        :raises ValidationError: if it is not this person's, or is no such thing at all.
        """
        return _read_credential(super().clean_credential)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """Takes a passkey of somebody who is signed in."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Judge what the passkey signed.

        :raises ValidationError: if it is not this person's, or is no such thing at all.
        """
        return _read_credential(super().clean_credential)


class AddPasskeyForm(AddWebAuthnForm):
    """Names a new passkey; it signs in by itself unless that is taken away."""

    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        """Judge what the new passkey says of itself.

        :raises ValidationError: if it is no such thing.
        """
        return dict(_read_credential(super().clean))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name, so that you know which it is")
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs.pop("placeholder", None)
        self.fields["passwordless"].label = _("Sign in with it alone")
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "Without the password. Works with a fingerprint, face or PIN."
        )


class NamePasskeyForm(EditWebAuthnForm):
    """Names a passkey anew."""

    name = forms.CharField(label=_("Name, so that you know which it is"), max_length=60)


class PasskeyLoginForm(LoginWebAuthnForm):
    """Signs in by passkey alone."""

    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        """Judge what the passkey signed; tries are counted first.

        That a finger, a face or a PIN was asked for is looked at here: a challenge of the second step, which
        asks for none, would do as well.

        :raises LimitReached: beyond the limit.
        :raises ValidationError: if it is nobody's, or whose it is was not verified.
        """
        now = timezone.now()  # noqa: TID251 (allauth calls this as a view would)
        sign_in_limits.count_passkey_try(network=client_network(allauth_context.request), now=now)
        typed = self.cleaned_data["credential"]
        found: Authenticator = _read_credential(super().clean_credential)
        if not found.user.is_active or not _is_user_verified(typed):
            raise forms.ValidationError(_("This passkey is not known here."))
        return found


def _is_user_verified(credential: Any) -> bool:
    """Whether a passkey says, in what it signed, that it asked for a finger, a face or a PIN."""
    answer = parse_authentication_response(credential)
    return bool(answer.response.authenticator_data.is_user_verified())


def _read_credential(judge: Callable[[], Any]) -> Any:
    """Return what `judge` makes of a passkey; whatever is wrong with one is refused in the same words.

    The libraries raise what they like: KeyError for a part that is missing, InvalidSignature for a forgery.
    """
    try:
        return judge()
    except DatabaseError:
        raise
    except Exception:  # noqa: BLE001 (see above)
        raise forms.ValidationError(_("This passkey is not known here.")) from None


def _judge(form: Any, judge: Any) -> str:
    """Count a try, read digits of any script, let allauth judge, and give the try back if it was right."""
    now = timezone.now()  # noqa: TID251 (allauth calls this as a view would)
    sign_in_limits.count_second_step(user_id=form.user.pk, now=now)
    form.cleaned_data["code"] = plain_digits(form.cleaned_data["code"])
    code = str(judge())
    sign_in_limits.forgive_second_steps(user_id=form.user.pk)
    return code
