"""Fields for names and contacts, lenient about how people write and clear about what is wrong."""

import unicodedata
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber

from patients.names import clean_name, has_letter, has_picture

LONGEST_NAME = 200
LONGEST_PHONE = 40
LONGEST_EMAIL = 254


class NameField(forms.CharField):
    """One name in any script. What nobody can see is dropped (see `patients.names.clean_name`)."""

    def __init__(self, *, missing: Any, **kwargs: Any) -> None:
        super().__init__(error_messages={"required": missing}, **kwargs)

    def to_python(self, value: Any) -> str:
        """Return the cleaned name; what only consists of invisible characters counts as empty.

        :raises ValidationError: if it is too long, holds an emoji, or has no letter.
        """
        name = clean_name(str(value or ""))
        if not name:
            return ""
        if len(name) > LONGEST_NAME:
            raise ValidationError(
                _("This name is too long. Use at most %(count)d letters.") % {"count": LONGEST_NAME}
            )
        if has_picture(name):
            raise ValidationError(_("Write the name without emoji or symbols."))
        if not has_letter(name):
            raise ValidationError(_("Write the name with letters."))
        return name


class PhoneField(PhoneNumberField):
    """A phone as people write it: national in the site's country, or with a country code anywhere."""

    default_validators = ()

    def to_python(self, value: Any) -> PhoneNumber | None:
        """Return the number, or None for an empty one.

        A number with a country code need only be possible (the plan of every country changes faster
        than any list); one without must be valid in the site's country, or its code is missing.

        :raises ValidationError: if it is not a number we could call.
        """
        typed = read_digits(str(value or ""))
        if not typed:
            return None
        if len(typed) > LONGEST_PHONE:
            raise ValidationError(_("This is too long for a phone number."))
        if typed.startswith("00") and (number := _parse("+" + typed.lstrip("0"), None)):
            return number
        if number := _parse(typed, None if typed.startswith("+") else self.region):
            return number
        raise ValidationError(self._explain(typed))

    def _explain(self, typed: str) -> str:
        digits = sum(letter.isdigit() for letter in typed)
        if any(letter.isalpha() for letter in typed) or digits < 5:
            return _("Enter a phone number, like +66 81 234 5678")
        if typed.startswith("+"):
            return _("Check your mobile number. We can't find a number like this.")
        return _("Add the country code to your mobile number, like +44")


class ContactEmailField(forms.EmailField):
    """An e-mail address; invisible characters that came along with a paste are dropped."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=None, **kwargs)
        self.validators = [
            EmailValidator(message=gettext_lazy("Enter an email in the format name@example.com"))
        ]

    def to_python(self, value: Any) -> str:
        """Return the address as typed.

        :raises ValidationError: if it is longer than an address can be.
        """
        address = clean_name(str(value or ""))
        if len(address) > LONGEST_EMAIL:
            raise ValidationError(_("This is too long for an email address."))
        return address


def read_digits(typed: str) -> str:
    """Return the phone with the digits of any script as 0 to 9, without what nobody can see."""
    visible = clean_name(typed).replace("\uff0b", "+")
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in visible)


def _parse(typed: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None
    known = (
        phonenumbers.is_possible_number(number) if region is None else phonenumbers.is_valid_number(number)
    )
    if not known:
        return None
    return PhoneNumber.from_string(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
