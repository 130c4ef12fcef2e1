"""Remembering that two records are not one person's."""

from datetime import datetime
from uuid import UUID

from clinic.models import User
from patients.models import DifferentPeople


def keep_apart(*, patient_id: UUID, other_id: UUID, by: User, now: datetime) -> None:
    """Write down that two records are two people's; they are not shown as one again. Twice changes nothing.

    :raises ValueError: if both are the same record.
    """
    if patient_id == other_id:
        raise ValueError("A record is not another person than itself.")
    first, second = sorted((patient_id, other_id))
    DifferentPeople.objects.get_or_create(first_id=first, second_id=second, defaults={"by": by, "at": now})
