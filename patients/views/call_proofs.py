"""Proof that a page has just offered somebody to be called: on a link nothing may be asked of the answers."""

from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner

LASTS = timedelta(days=1)
_SALT = "patients.call"


def prove(patient_id: UUID) -> str:
    """Return a proof for the page of a patient."""
    return TimestampSigner(salt=_SALT).sign(str(patient_id))


def is_proof(proof: str, patient_id: UUID) -> bool:
    """Say whether this patient's page gave the proof within a day."""
    try:
        return TimestampSigner(salt=_SALT).unsign(proof, max_age=LASTS) == str(patient_id)
    except BadSignature:
        return False
