"""The forms of a password, as allauth asks for them, in our words; pasting is welcome."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, ReauthenticateForm, ResetPasswordKeyForm
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, tuple[Promise, Promise]] = {
    "oldpassword": (_("Your password now"), _("Enter your password")),
    "password": (_("Password"), _("Enter your password")),
    "password1": (_("New password"), _("Choose a password")),
    "password2": (_("The same again"), _("Type the new password once more")),
}


def speak(form: forms.Form) -> None:
    """Give a form's password fields our words in place of allauth's."""
    for name, (label, missing) in WORDS.items():
        if name in form.fields:
            field = form.fields[name]
            field.label, field.help_text = str(label), ""
            field.error_messages["required"] = str(missing)
            field.widget.attrs.pop("placeholder", None)


class ChangeForm(ChangePasswordForm):
    """Changes the password of somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self)


class ChooseForm(ResetPasswordKeyForm):
    """Chooses a password by the link of an invitation or a reset."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self)


class AgainForm(ReauthenticateForm):
    """Asks somebody who is signed in for the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self)
