"""Links that open a young person's private questions."""

from datetime import datetime

from clinic.tokens import hash_token
from patients.models import FormLink, Patient


def find_open_link(patient: Patient, *, now: datetime) -> FormLink | None:
    """Return a patient's private link that still works, or None."""
    links = FormLink.objects.filter(
        patient=patient, purpose=FormLink.Purpose.PRIVATE, revoked_at=None, expires_at__gt=now
    )
    return links.order_by("-expires_at", "pk").first()


def find_link_by_token(token: str, *, now: datetime) -> FormLink | None:
    """Return the private link a token opens, with its patient; None if it opens nothing, or no longer."""
    links = FormLink.objects.filter(
        token_hash=hash_token(token),
        purpose=FormLink.Purpose.PRIVATE,
        revoked_at=None,
        expires_at__gt=now,
        patient__archived_at=None,
    )
    return links.select_related("patient").first()


def had_private_link(patient: Patient) -> bool:
    """Say whether a private link was ever made for a patient: then somebody else fills in the rest."""
    return FormLink.objects.filter(patient=patient, purpose=FormLink.Purpose.PRIVATE).exists()
