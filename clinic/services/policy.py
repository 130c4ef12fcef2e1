"""Changing the clinic's policy for late changes, and its licences."""

from django.db import transaction

from clinic.models import Clinic
from clinic.services.meanwhile import ChangedMeanwhile
from clinic.stamps import stamp_of

POLICY = ("free_change_hours", "late_fee_minor", "licence_number", "poem_licensed")


def stamp_of_policy(clinic: Clinic) -> str:
    """Return what differs as soon as any of the policy does."""
    return stamp_of({name: getattr(clinic, name) for name in POLICY})


@transaction.atomic
def change_policy(*, clinic: Clinic, seen: str) -> Clinic:
    """Store a policy. It holds from now on for every visit, also for those that are booked.

    :raises ChangedMeanwhile: if somebody else changed it since `seen`, to something else than this.
    """
    stored = Clinic.objects.select_for_update().filter(pk=1).first()
    if stored is None:
        clinic.pk = 1
        clinic.save(force_insert=True)
        return clinic
    if stamp_of_policy(stored) == stamp_of_policy(clinic):
        return stored
    if stamp_of_policy(stored) != seen:
        raise ChangedMeanwhile
    for name in POLICY:
        setattr(stored, name, getattr(clinic, name))
    stored.save(update_fields=list(POLICY))
    return stored
