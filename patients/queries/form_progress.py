"""How far forms are, without a word of what is in them: for the patient's list of visits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clinic.sealing import Unreadable
from patients.form_state import FormState, Respondent
from patients.models import Draft, FormVersion, Patient
from patients.pages import BEFORE
from patients.queries.health_forms import open_draft_row
from patients.queries.vault import get_vault
from patients.versions import CURRENT


@dataclass(frozen=True)
class FormProgress:
    """How far one patient's form is: `done` of `count` sections before the visit, sent, changed since.

    `draft_id` is what was opened to know it, None if nothing was: the caller writes the read down.
    """

    done: int
    count: int
    is_begun: bool = False
    is_sent: bool = False
    is_changed: bool = False
    draft_id: UUID | None = None

    @property
    def twentieths(self) -> int:
        """How far it is, in twentieths."""
        return round(20 * self.done / max(1, self.count))


def list_form_progress(patients: Collection[Patient], *, today: date) -> dict[UUID, FormProgress]:
    """Return how far the forms of an account's patients are, by patient. Three queries for any number.

    What a guardian does not see does not count. A form that cannot be opened is left out: the visit stays
    in the list. `today` is the clinic's day.
    """
    people = {patient.pk: patient for patient in patients}
    vault = get_vault(people)
    drafts = {row.patient_id: row for row in Draft.objects.filter(patient__in=people).order_by("pk")}
    sent = FormVersion.objects.filter(patient__in=people).order_by("patient_id")
    with_version = set(sent.values_list("patient_id", flat=True).distinct())
    found = {}
    for key, patient in people.items():
        row = drafts.get(key)
        try:
            answers = open_draft_row(row, vault).answers if row else {}
        except Unreadable:
            continue
        respondent = Respondent(
            sees_private=patient.booked_for == Patient.Booker.SELF,
            booked_for_child=patient.booked_for == Patient.Booker.CHILD,
        )
        parts = FormState(answers, today, CURRENT, respondent).parts(BEFORE)
        found[key] = FormProgress(
            done=sum(part.is_done for part in parts),
            count=len(parts),
            is_begun=bool(row and row.revision),
            is_sent=key in with_version,
            is_changed=bool(key in with_version and row and not row.is_sent),
            draft_id=row.pk if row else None,
        )
    return found
