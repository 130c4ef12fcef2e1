"""Saving a health form while it is filled in: nothing is lost, and nothing overwrites unseen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clinic.models import User
from patients.answer_checks import LONGEST_LIST, LONGEST_TEXT, check_answers
from patients.assessment import assess
from patients.form_state import SEEN, UNSURE
from patients.models import Consent, Draft, Patient
from patients.pages import PRIVATE
from patients.queries.health_forms import OpenDraft, open_draft_row
from patients.questionnaire import load_questionnaire
from patients.services import urgent
from patients.services.refusals import BadAnswer, ChangedElsewhere, NoConsent, NotYours
from patients.services.vault import ensure_vault
from patients.versions import CURRENT
from patients.words import is_extra

CONSENT_SECTION = "A"
SHORT_WORD = 60


@dataclass(frozen=True)
class Writer:
    """Who fills in a form: an account (None for whoever holds a link), on which device, with what rights.

    A guardian of somebody under 20 may not touch private questions; a private link may touch nothing else.
    """

    user: User | None
    device: str = ""
    by_clinic: bool = False
    may_answer_private: bool = True
    only_private: bool = False


def save_answers(
    *,
    patient: Patient,
    changes: Mapping[str, Any],
    seen_revision: int,
    writer: Writer,
    reference_date: date,
    now: datetime,
    overwrite: bool = False,
    unsure: Collection[str] = (),
    seen_page: str = "",
) -> OpenDraft:
    """Save answers to some questions (None clears one) and return the draft as it is now. One transaction.

    Only if the same question was given another answer since `seen_revision` is the save refused, unless
    `overwrite`. Saving what is there already changes nothing. An urgent answer raises its alert in the same
    transaction. `unsure` are questions answered with "not sure" that have no such option; an answer takes
    one off that list. `seen_page` is the page that was gone through.

    :raises NoConsent: if a health question comes before consent to be asked.
    :raises NotYours: if the writer may not answer one of them.
    :raises BadAnswer: if an answer does not fit its question.
    :raises ChangedElsewhere: if somebody else was quicker.
    """
    _check_rights(changes, writer)
    with transaction.atomic():
        row = _lock_draft(patient, now)
        vault = ensure_vault(patient.pk)
        draft = open_draft_row(row, vault)
        changes = {**changes, **_kept_beside(draft.answers, changes, unsure, seen_page)}
        changed = {key: value for key, value in changes.items() if draft.answers.get(key) != value}
        if not changed:
            return draft
        if not overwrite:
            _check_unchanged(draft, changed, seen_revision)
        answers = {k: v for k, v in {**draft.answers, **changed}.items() if v is not None}
        _check_consent(changed, answers)
        _check_shape(changed)
        if row.is_sent and changed.keys() == {SEEN}:
            row.sent_revision = row.revision + 1  # nothing that was sent has changed
        row.revision += 1
        revisions = {**draft.revisions, **dict.fromkeys(changed, row.revision)}
        content = {"answers": answers, "revisions": revisions}
        row.sealed = vault.seal(content, patient_id=patient.pk, row=row)
        row.changed_at, row.changed_by, row.saved_on = now, writer.user, writer.device[:40]
        row.save(
            update_fields=["revision", "sent_revision", "sealed", "changed_at", "changed_by", "saved_on"]
        )
        _record_consents(patient, changed, writer, now)
        before, after = (
            [met.id for met in assess(for_assessment(given), reference_date, row.questionnaire).urgent]
            for given in (draft.answers, answers)
        )
        urgent.raise_alerts(
            patient=patient, vault=vault, rules=[rule for rule in after if rule not in before], now=now
        )
        return OpenDraft(row, answers, revisions)


def _kept_beside(
    answers: Mapping[str, Any], changes: Mapping[str, Any], unsure: Collection[str], seen_page: str
) -> dict[str, Any]:
    """Return what is kept beside the answers and changes with them; under the lock, so that none is lost."""
    still_unsure = (set(answers.get(UNSURE, ())) - changes.keys()) | set(unsure)
    seen = {*answers.get(SEEN, ()), seen_page} - {""}
    kept = {UNSURE: sorted(still_unsure), SEEN: sorted(seen)}
    return {key: value for key, value in kept.items() if key not in changes and value != answers.get(key, [])}


def for_assessment(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that are judged: without our own questions (`x_`)."""
    return {key: value for key, value in answers.items() if not is_extra(key)}


def lock_draft(patient: Patient) -> Draft:
    """Return a patient's draft with its row locked.

    :raises Draft.DoesNotExist: if nothing was saved yet.
    """
    return Draft.objects.select_for_update(of=("self",)).get(patient=patient)


def _lock_draft(patient: Patient, now: datetime) -> Draft:
    """Return the locked draft; two first saves at once make one."""
    fresh = Draft(patient=patient, questionnaire=CURRENT, sealed=b"", started_at=now, changed_at=now)
    Draft.objects.bulk_create([fresh], ignore_conflicts=True)
    return lock_draft(patient)


def _check_rights(changes: Mapping[str, Any], writer: Writer) -> None:
    if PRIVATE.intersection(changes) and not writer.may_answer_private:
        raise NotYours
    if writer.only_private and not PRIVATE.issuperset(changes):
        raise NotYours


def _check_unchanged(draft: OpenDraft, changed: Mapping[str, Any], seen_revision: int) -> None:
    asked = changed.keys() - {UNSURE, SEEN}
    stale = [key for key in changed if key in asked and draft.revisions.get(key, 0) > seen_revision]
    if stale and draft.row:
        raise ChangedElsewhere(keys=stale, changed_at=draft.row.changed_at, saved_on=draft.row.saved_on)


def _check_consent(changed: Mapping[str, Any], answers: Mapping[str, Any]) -> None:
    """Let nothing but the consent questions be answered before consent (PDPA s.26, GDPR art.9)."""
    questions = load_questionnaire(CURRENT).by_key
    asks_health = any(
        key not in questions or questions[key].section != CONSENT_SECTION
        for key, value in changed.items()
        if value is not None
    )
    if asks_health and answers.get("a_health_data_consent") is not True:
        raise NoConsent


def _check_shape(changed: Mapping[str, Any]) -> None:
    faults = check_answers(for_assessment(changed), load_questionnaire(CURRENT))
    bad = [fault.question for fault in faults]
    bad += [key for key, value in changed.items() if is_extra(key) and not _is_small(value)]
    if bad:
        raise BadAnswer(bad)


def _is_small(value: Any) -> bool:
    """Say whether the answer to one of our own questions is nothing, a text, or a list of short words."""
    if isinstance(value, list):
        return len(value) <= LONGEST_LIST and all(isinstance(v, str) and len(v) <= SHORT_WORD for v in value)
    return value is None or (isinstance(value, str) and len(value) <= LONGEST_TEXT)


def _record_consents(patient: Patient, changed: Mapping[str, Any], writer: Writer, now: datetime) -> None:
    purposes = set(Consent.Purpose.values)
    Consent.objects.bulk_create(
        Consent(patient=patient, purpose=key, is_given=value is True, notice=CURRENT, at=now, by=writer.user)
        for key, value in changed.items()
        if key in purposes
    )
