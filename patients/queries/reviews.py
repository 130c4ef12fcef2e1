"""Reading what clinicians make of forms: for clinicians and nurses. Callers write the audit row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from clinic.models import User
from patients.models import (
    Addendum,
    FormReader,
    FormVersion,
    MethodDecision,
    Override,
    Review,
)
from patients.queries.vault import Vault

PRESENT = timedelta(seconds=45)
"""A clinician counts as having a form open for this long after their page was last heard from."""


@dataclass(frozen=True)
class Correction:
    """A clinician's value for a self-reported fact; `said` is what it was put in place of.

    It counts for as long as the patient says the same: who answers anew has something new to say.
    """

    key: str
    value: Any
    said: Any
    reason: str
    by: User
    at: datetime

    def counts_for(self, answers: Mapping[str, Any]) -> bool:
        """Whether the patient still says what was corrected."""
        return bool(answers.get(self.key) == self.said)


@dataclass(frozen=True)
class Decided:
    """A clinician's decision on one method, after an examination."""

    method: str
    decision: str
    reason: str
    row: MethodDecision


@dataclass(frozen=True)
class SignedReview:
    """A signed review, opened: `content` has message, notes and what the rules said then."""

    row: Review
    content: Mapping[str, Any]
    addenda: tuple[tuple[Addendum, str], ...]


def get_version(version_id: UUID) -> FormVersion:
    """Return a version with its patient.

    :raises FormVersion.DoesNotExist: if there is none, or its key was destroyed.
    """
    alive = FormVersion.objects.filter(patient__archived_at=None, patient__data_key__isnull=False)
    return alive.select_related("patient").get(pk=version_id)


def list_corrections(patient_id: UUID, vault: Vault) -> list[Correction]:
    """Return what clinicians corrected, oldest first; the last one for a question counts. One query."""
    rows = Override.objects.filter(patient_id=patient_id).select_related("by").order_by("at", "pk")
    return [open_correction(row, vault) for row in rows]


def open_correction(row: Override, vault: Vault) -> Correction:
    """Return the correction of a row that came with who made it."""
    content = vault.open(row.sealed, patient_id=row.patient_id, row=row)
    return Correction(**content, by=row.by, at=row.at)


def corrected(answers: Mapping[str, Any], corrections: Collection[Correction]) -> dict[str, Any]:
    """Return answers with the clinicians' values in place of the patient's, where they still count."""
    counting = (correction for correction in corrections if correction.counts_for(answers))
    return {**answers, **{correction.key: correction.value for correction in counting}}


def list_present(version: FormVersion, user: User, *, now: datetime) -> list[FormReader]:
    """Return the other clinicians who have a version open now, first comer first."""
    return list(
        FormReader.objects.filter(version=version, seen_at__gt=now - PRESENT)
        .exclude(user=user)
        .select_related("user")
        .order_by("first_at", "pk")
    )
