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
    PatientMessage,
    Review,
    ReviewDraft,
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

    :raises FormVersion.DoesNotExist: if there is none.
    """
    return FormVersion.objects.select_related("patient").get(pk=version_id, patient__archived_at=None)


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


def list_decided(patient_id: UUID, vault: Vault) -> list[Decided]:
    """Return decisions on methods, oldest first; the last one for a method counts. One query."""
    rows = MethodDecision.objects.filter(patient_id=patient_id).select_related("by").order_by("at", "pk")
    found = []
    for row in rows:
        content = vault.open(row.sealed, patient_id=patient_id, row=row)
        found.append(Decided(content["method"], content["decision"], content["reason"], row))
    return found


def list_reviews(patient_id: UUID, vault: Vault) -> list[SignedReview]:
    """Return a patient's signed reviews with their addenda, newest first. Two queries."""
    rows = (
        Review.objects.filter(version__patient_id=patient_id)
        .select_related("reviewer", "version")
        .prefetch_related("addenda__author")
        .order_by("-signed_at", "pk")
    )
    return [
        SignedReview(
            row,
            vault.open(row.sealed, patient_id=patient_id, row=row),
            tuple(
                (addendum, vault.open(addendum.sealed, patient_id=patient_id, row=addendum))
                for addendum in row.addenda.all()
            ),
        )
        for row in rows
    ]


def find_review_draft(version: FormVersion, user: User, vault: Vault) -> tuple[int, dict[str, Any]]:
    """Return the revision and content of a clinician's unsigned review; 0 and nothing if there is none."""
    row = ReviewDraft.objects.filter(version=version, user=user).first()
    if row is None:
        return 0, {}
    return row.revision, vault.open(row.sealed, patient_id=version.patient_id, row=row)


def list_present(version: FormVersion, user: User, *, now: datetime) -> list[FormReader]:
    """Return the other clinicians who have a version open now, first comer first."""
    return list(
        FormReader.objects.filter(version=version, seen_at__gt=now - PRESENT)
        .exclude(user=user)
        .select_related("user")
        .order_by("first_at", "pk")
    )


def list_messages(patient_id: UUID, vault: Vault) -> list[tuple[PatientMessage, str]]:
    """Return the messages written to a patient with their texts, newest first. One query."""
    rows = (
        PatientMessage.objects.filter(patient_id=patient_id)
        .select_related("author")
        .order_by("-sent_at", "pk")
    )
    return [(row, vault.open(row.sealed, patient_id=patient_id, row=row)) for row in rows]
