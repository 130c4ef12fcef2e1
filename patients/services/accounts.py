"""Patients' accounts: an address that was proved by a code opens what was booked with it."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models.functions import Lower

from clinic.models import User
from patients.models import Patient
from patients.queries.people import unattached


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
        return unattached(email).update(account=user)


def open_account(*, email: str, patient: Patient | None) -> User | None:
    """Create the account that a code to this patient's e-mail opens, in the patient's language.

    The address stays unproved, and nobody is attached, until the code comes back. This function will write an
    account without a patient too, and take it back at once: it takes as long, and leaves nothing.
    """
    with transaction.atomic():
        point = transaction.savepoint()
        user = User.objects.create_user(
            email=patient.email if patient else email, language=patient.language if patient else "en"
        )
        if patient is None:
            transaction.savepoint_rollback(point)
            return None
        transaction.savepoint_commit(point)
    return user
