"""What a patient agreed to: by purpose, the latest word counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from patients.models import Consent

Purpose = Consent.Purpose

CAN_BE_TAKEN_BACK = (
    Purpose.HEALTH_DATA,
    Purpose.PHOTO_CARE,
    Purpose.PHOTO_OUTSIDE_CARE,
    Purpose.CROSS_BORDER,
)
"""Purposes for which we rely on a yes; that a notice was read stays true."""


@dataclass(frozen=True)
class ConsentState:
    """One purpose: every word on it, newest first."""

    purpose: Consent.Purpose
    history: Sequence[Consent]

    @property
    def is_given(self) -> bool:
        """Whether the latest word is yes."""
        return self.history[0].is_given

    @property
    def was_taken_back(self) -> bool:
        """Whether there was a yes before the latest no."""
        return not self.is_given and any(word.is_given for word in self.history)

    @property
    def can_be_taken_back(self) -> bool:
        """Whether there is a yes that can be taken back."""
        return self.is_given and self.purpose in CAN_BE_TAKEN_BACK


def has_consent(patient_id: UUID, purpose: Consent.Purpose) -> bool:
    """Say whether the patient's last word on a purpose is yes. Ask this before each use of that kind."""
    words = Consent.objects.filter(patient_id=patient_id, purpose=purpose)
    latest = words.order_by("-at", "-pk").values_list("is_given", flat=True).first()
    return latest is True


def list_consents(patient_id: UUID) -> list[ConsentState]:
    """Return each purpose that was ever asked about, with its history. One query."""
    words = list(Consent.objects.filter(patient_id=patient_id).order_by("-at", "-pk"))
    by_purpose = [(purpose, [word for word in words if word.purpose == purpose]) for purpose in Purpose]
    return [ConsentState(purpose, history) for purpose, history in by_purpose if history]


def list_taken_back(patient_id: UUID) -> list[Consent]:
    """Return the latest word on each purpose for which a yes was taken back: what, and since when."""
    return [state.history[0] for state in list_consents(patient_id) if state.was_taken_back]
