"""Patients' accounts: an address that was proved by a code opens what was booked with it."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from clinic.models import User
from patients.models import Patient


def attach_patients(*, user: User, email: str, now: datetime) -> int:
    """Give the patients with this e-mail and no account to `user`, who just proved it is theirs.

    Return how many. The proof is noted on the user, unless somebody else proved the same address
    before: then nothing changes hands.
    """
    proved = User.objects.alias(folded=Lower("email")).filter(
        folded=email.lower(), email_verified_at__isnull=False
    )
    with transaction.atomic():
        if proved.exclude(pk=user.pk).exists():
            return 0
        if (user.email or "").lower() == email.lower() and user.email_verified_at is None:
            user.email_verified_at = now
            user.save(update_fields=["email_verified_at"])
        EmailAddress.objects.update_or_create(
            user=user, email=email.lower(), defaults={"verified": True, "primary": True}
        )
        return _unattached(email).update(account=user)


def open_account(*, email: str) -> User | None:
    """Create the account for the patients with this e-mail; None if there is no such patient.

    The address stays unproved until the code comes back. The language is the newest patient's.
    """
    patient = _unattached(email).order_by("-created_at", "pk").first()
    if patient is None:
        return None
    return User.objects.create_user(email=email, language=patient.language)


def _unattached(email: str) -> QuerySet[Patient]:
    return Patient.objects.alias(folded=Lower("email")).filter(
        folded=email.lower(), account__isnull=True, archived_at__isnull=True
    )
