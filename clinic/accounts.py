"""Second factors, as django-allauth asks for them: sealed in the database, never the last one given up."""

import base64
from uuid import UUID

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.key_ring import get_key_ring
from clinic.models import User
from clinic.queries.places import get_clinic
from clinic.sealing import Place, Unreadable
from clinic.second_factor import is_last_factor

SECRET_PLACE = Place("mfa_authenticator", UUID(int=0), "secret")
"""allauth seals a secret before its row exists, so the place names the table and the field only."""


class SecondFactors(DefaultMFAAdapter):
    """What differs here from allauth's ways."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or was used already. Wait for the next one."),
        "cannot_delete_authenticator": _("This is your only second step. Add another one first."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret wrapped by the key ring: the ring key's name, a colon, and base64."""
        name, wrapped = get_key_ring().wrap(text.encode(), place=SECRET_PLACE)
        return f"{name}:{base64.b64encode(wrapped).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that `encrypt` wrapped.

        :raises Unreadable: if the ring has lost its key, or the value was changed.
        """
        name, _colon, encoded = encrypted_text.partition(":")
        try:
            wrapped = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Unreadable from None
        return get_key_ring().unwrap(wrapped, name=name, place=SECRET_PLACE).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to take away the last factor: no staff page would open without."""
        return not is_last_factor(authenticator)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 (allauth's name)
        """Return what a new passkey is called until its owner says otherwise."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def get_totp_issuer(self) -> str:
        """Return the clinic's name, which authenticator apps show beside the code."""
        return get_clinic().name

    def _get_site_name(self) -> str:
        return get_clinic().name
