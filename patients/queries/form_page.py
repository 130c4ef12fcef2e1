"""Everything a clinician's page about one form shows, in few queries. Callers write the audit row first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clinic.models import User
from patients.models import FormReader, FormVersion, Photo
from patients.queries.forms_to_read import list_photos_for
from patients.queries.judged import JudgedForm, judge_form
from patients.queries.notes import Notes, list_notes
from patients.queries.reviews import PRESENT, SignedReview
from patients.queries.vault import open_keys


@dataclass(frozen=True)
class FormPage:
    """One form as a clinician's page needs it; `versions` are the patient's, newest first."""

    form: JudgedForm
    versions: Sequence[FormVersion]
    earlier: JudgedForm | None
    photos: Sequence[Photo]
    notes: Notes

    @property
    def row(self) -> FormVersion:
        """The version that is shown."""
        return self.form.row

    @property
    def newest(self) -> FormVersion:
        """The patient's newest version."""
        return self.versions[0]

    @property
    def review(self) -> SignedReview | None:
        """What was decided on this version."""
        return next((each for each in self.notes.reviews if each.row.version_id == self.row.pk), None)

    def list_present(self, user: User, *, now: datetime) -> list[FormReader]:
        """Return the others who have this version open now."""
        return [
            reader
            for reader in self.notes.readers
            if reader.version_id == self.row.pk
            and reader.user_id != user.pk
            and reader.seen_at > now - PRESENT
        ]


def list_versions_with(version_id: UUID) -> list[FormVersion]:
    """Return all versions of the patient one belongs to, newest first, with patient and key. One query.

    :raises FormVersion.DoesNotExist: if there is no such version.
    """
    rows = FormVersion.objects.filter(patient__versions=version_id, patient__archived_at=None)
    found = list(rows.select_related("patient__data_key").order_by("-number"))
    if not found:
        raise FormVersion.DoesNotExist
    return found


def open_form_page(
    versions: Sequence[FormVersion], version_id: UUID, user: User, *, since: int | None = None
) -> FormPage:
    """Return one of a patient's versions with all a page shows of it. Two queries.

    Changes are counted from version number `since`; without it from the last one this user opened before,
    else from the one before.

    :raises clinic.sealing.Unreadable: if something cannot be opened.
    """
    row = next(each for each in versions if each.pk == version_id)
    vault = open_keys([row.patient.data_key])
    notes = list_notes(row.patient_id, user, vault)
    before = _choose_earlier(row, versions, notes, user, since)
    return FormPage(
        form=judge_form(row, vault, notes.corrections),
        versions=versions,
        earlier=judge_form(before, vault, ()) if before else None,
        photos=list_photos_for([row])[row.pk],
        notes=notes,
    )


def _choose_earlier(
    row: FormVersion, versions: Sequence[FormVersion], notes: Notes, user: User, since: int | None
) -> FormVersion | None:
    older = [each for each in versions if each.number < row.number]
    chosen = [each for each in older if each.number == since]
    read = {reader.version_id for reader in notes.readers if reader.user_id == user.pk}
    return next(iter(chosen or [each for each in older if each.pk in read] or older), None)
