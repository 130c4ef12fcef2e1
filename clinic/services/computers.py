"""Computers that are trusted for a shift."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from clinic.models import SignIn, TrustedComputer, User
from clinic.services.meanwhile import NotAccepted
from clinic.tokens import hash_token


def trust_computer(*, sign_in: SignIn, user: User, token: str, now: datetime) -> TrustedComputer:
    """Trust the computer of a sign-in until the end of the shift.

    :raises NotAccepted: if the second factor was not used in this sign-in.
    """
    if sign_in.how == SignIn.How.TRUSTED and sign_in.factor_at is None:
        raise NotAccepted(_("Use your second step first."))
    with transaction.atomic():
        computer = TrustedComputer.objects.create(
            token_hash=hash_token(token),
            browser=sign_in.browser,
            system=sign_in.system,
            network=sign_in.network,
            trusted_by=user,
            trusted_at=now,
            ends_at=now + settings.SHIFT,
        )
        # Whoever trusts it has used their factor on it: the switch of person knows them.
        factor_at = now if sign_in.factor_at is not None else None
        SignIn.objects.filter(pk=sign_in.pk).update(computer=computer, factor_at=factor_at)
    sign_in.computer = computer
    return computer


def revoke_computer(*, computer_id: UUID, now: datetime, but: UUID | None = None) -> bool:
    """Trust a computer no longer, and end every sign-in on it but the one of `but`.

    This function will return whether it was trusted until now.
    """
    with transaction.atomic():
        rows = TrustedComputer.objects.filter(pk=computer_id, revoked_at=None, ends_at__gt=now)
        if not rows.update(revoked_at=now):
            return False
        on_it = SignIn.objects.filter(computer=computer_id, ended_at=None)
        (on_it.exclude(pk=but) if but else on_it).update(ended_at=now, why_ended=SignIn.Why.BY_OWNER)
        return True
