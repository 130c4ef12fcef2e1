"""Reading who comes to the clinic."""

from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower

from patients.models import Patient


def unattached(email: str) -> QuerySet[Patient]:
    """Return the patients with this e-mail, whatever its letter case, who belong to no account."""
    return Patient.objects.alias(folded=Lower("email")).filter(
        folded=email.lower(), account__isnull=True, archived_at__isnull=True
    )


def get_patient(patient_id: UUID) -> Patient:
    """Return a patient of the clinic, for staff who may see everybody's.

    :raises Patient.DoesNotExist: if there is none, or it was archived.
    """
    return Patient.objects.get(pk=patient_id, archived_at=None)


def find_newcomer(email: str) -> Patient | None:
    """Return the newest patient with this e-mail and no account, or None."""
    return unattached(email).order_by("-created_at", "pk").first()
