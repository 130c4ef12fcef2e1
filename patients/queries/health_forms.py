"""Reading health forms: drafts and versions, opened with the patient's key. Callers write the audit row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clinic.models import User
from patients.form_state import UNSURE
from patients.models import Draft, FormVersion, Patient, Photo
from patients.pages import PRIVATE
from patients.queries.vault import Vault, get_vault


@dataclass(frozen=True)
class OpenDraft:
    """A draft with its answers. `revisions` says at which revision each question was last changed."""

    row: Draft | None
    answers: Mapping[str, Any]
    revisions: Mapping[str, int]

    @property
    def revision(self) -> int:
        """The draft's revision; 0 before anything was saved."""
        return self.row.revision if self.row else 0


@dataclass(frozen=True)
class SentForm:
    """A version with its answers and what was judged of them, as `Assessment.as_json` wrote it."""

    row: FormVersion
    answers: Mapping[str, Any]
    assessment: Mapping[str, Any]


def get_patient_for(user: User, patient_id: UUID) -> Patient:
    """Return a patient whose form this account may fill in.

    :raises Patient.DoesNotExist: if there is none, or it belongs to another account.
    """
    return Patient.objects.get(pk=patient_id, account=user, archived_at=None)


def list_patients_for(user: User) -> list[Patient]:
    """Return the patients of an account, by name."""
    return list(Patient.objects.filter(account=user, archived_at=None).order_by("name", "pk"))


def list_with_forms(patient_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these patients have a health form, begun or sent, or photos."""
    rows = [model.objects.filter(patient__in=patient_ids) for model in (Draft, FormVersion, Photo)]
    first, *others = (each.order_by().values_list("patient_id", flat=True) for each in rows)
    return set(first.union(*others))


def open_draft(patient: Patient, *, vault: Vault | None = None) -> OpenDraft:
    """Return a patient's draft with its answers; empty if nothing was saved yet. Two queries.

    :raises clinic.sealing.Unreadable: if it cannot be opened.
    """
    row = Draft.objects.filter(patient=patient).first()
    return open_draft_row(row, vault or get_vault([patient.pk])) if row else OpenDraft(None, {}, {})


def open_draft_row(row: Draft, vault: Vault) -> OpenDraft:
    """Return a draft's row with its answers."""
    if not row.sealed:
        return OpenDraft(row, {}, {})
    content = vault.open(row.sealed, patient_id=row.patient_id, row=row)
    return OpenDraft(row, content["answers"], content["revisions"])


def list_versions(patient: Patient) -> list[FormVersion]:
    """Return a patient's versions, newest first."""
    return list(FormVersion.objects.filter(patient=patient).order_by("-number"))


def find_latest_version(patient: Patient) -> FormVersion | None:
    """Return a patient's newest version, or None."""
    return FormVersion.objects.filter(patient=patient).order_by("-number").first()


def open_version(row: FormVersion, vault: Vault) -> SentForm:
    """Return a version with its answers and its assessment.

    :raises clinic.sealing.Unreadable: if it cannot be opened.
    """
    return SentForm(
        row,
        vault.open(row.sealed, patient_id=row.patient_id, row=row),
        vault.open(row.sealed_assessment, patient_id=row.patient_id, row=row, field="sealed_assessment"),
    )


def without_private(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that a guardian may see: none about pregnancy or self-harm (clinical.md 5.4).

    Nor that somebody was not sure of one, which is an answer too.
    """
    seen = {key: value for key, value in answers.items() if key not in PRIVATE}
    if UNSURE in seen:
        seen[UNSURE] = [key for key in seen[UNSURE] if key not in PRIVATE]
    return seen
