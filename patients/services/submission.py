"""Sending a health form: an immutable version, judged by the rules of its day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clinic.models import VisitType
from patients.assessment import assess
from patients.form_state import CONFIRMED, GUARDIAN_SIGNATURE, SEEN, SIGNATURE, list_open_keys, needs_guardian
from patients.models import Draft, FormVersion, Patient, VisitRequest
from patients.queries.health_forms import find_latest_version, open_draft_row
from patients.queries.vault import Vault
from patients.questionnaire import load_questionnaire
from patients.services.drafts import Writer, for_assessment, lock_draft, save_answers
from patients.services.refusals import ChangedElsewhere, NotComplete
from patients.services.vault import ensure_vault
from patients.words import is_extra

EXTENDED_VISIT = "CONS_EXT"
"""The code of the longer first visit (clinical.md 6)."""


def send_form(
    *, patient: Patient, seen_revision: int, writer: Writer, reference_date: date, now: datetime
) -> FormVersion:
    """Make the next version of what the draft holds and return it. One transaction.

    Answers whose question another answer hides stay in the draft and are not sent.

    Sending twice returns the version that was made the first time. What the booking knows (name, phone,
    e-mail, language, mode) goes in with the answers. `reference_date` is the clinic's local day.

    :raises ChangedElsewhere: if the draft is not the one that was checked.
    :raises NotComplete: if a question that is asked before the visit is open, or a signature is missing.
    :raises Draft.DoesNotExist: if nothing was saved yet.
    """
    with transaction.atomic():
        row = lock_draft(patient)
        if row.is_sent:
            latest = find_latest_version(patient)
            if latest is not None:
                return latest
        if row.revision != seen_revision:
            raise ChangedElsewhere(keys=(), changed_at=row.changed_at, saved_on=row.saved_on)
        vault = ensure_vault(patient.pk)
        draft = open_draft_row(row, vault)
        answers = {**draft.answers, **carried_from(patient)}
        for key in (SEEN, CONFIRMED):
            answers.pop(key, None)
        answers = _without_hidden(answers, row.questionnaire, reference_date)
        _check_complete(row, answers, reference_date)
        version = _make_version(row, answers, vault, writer, reference_date, now)
        row.sent_revision = row.revision
        row.save(update_fields=["sent_revision"])
        return version


def confirm_form(
    *, patient: Patient, seen_revision: int, writer: Writer, reference_date: date, now: datetime
) -> FormVersion:
    """Send once more what was sent before, because it is still right; return the version. One transaction.

    No answer changes; it is judged by `reference_date`, the clinic's present day. Twice on a day returns the
    version that was made the first time.

    :raises ChangedElsewhere: if something was answered since it was sent, or since the page was opened.
    :raises NotComplete: if a question has come open, because time has passed or the questionnaire is another.
    :raises Draft.DoesNotExist: if nothing was saved yet.
    """
    with transaction.atomic():
        row = lock_draft(patient)
        draft, today = open_draft_row(row, ensure_vault(patient.pk)), reference_date.isoformat()
        is_confirmed = draft.answers.get(CONFIRMED) == today
        if not row.is_sent or not (is_confirmed or row.revision == seen_revision):
            raise ChangedElsewhere(keys=(), changed_at=row.changed_at, saved_on=row.saved_on)
        saved = save_answers(
            patient=patient,
            changes={CONFIRMED: today},
            seen_revision=row.revision,
            writer=writer,
            reference_date=reference_date,
            now=now,
        )
        return send_form(
            patient=patient,
            seen_revision=saved.revision,
            writer=writer,
            reference_date=reference_date,
            now=now,
        )


def carried_from(patient: Patient) -> dict[str, Any]:
    """Return the answers that come from the booking and are not asked again (intake_stages, carried)."""
    known = {
        "b_full_name": patient.name,
        "b_phone": patient.phone.as_e164 if patient.phone else "",
        "b_email": patient.email,
        "b_language": patient.language,
        "n_mode": "in_person" if patient.wanted_mode == "in_person" else "video",
    }
    return {key: value for key, value in known.items() if value}


def _without_hidden(answers: Mapping[str, Any], version: str, reference_date: date) -> dict[str, Any]:
    shown = load_questionnaire(version).drop_hidden(for_assessment(answers), reference_date)
    return {key: value for key, value in answers.items() if is_extra(key) or key in shown}


def _check_complete(row: Draft, answers: Mapping[str, Any], reference_date: date) -> None:
    open_keys = list_open_keys(answers, reference_date, row.questionnaire, stage="before")
    signatures = [SIGNATURE]
    if needs_guardian(answers, reference_date, row.patient.booked_for == Patient.Booker.CHILD):
        signatures.append(GUARDIAN_SIGNATURE)
    open_keys += [key for key in signatures if not answers.get(key)]
    if open_keys:
        raise NotComplete(open_keys)


def _make_version(
    row: Draft,
    answers: Mapping[str, Any],
    vault: Vault,
    writer: Writer,
    reference_date: date,
    now: datetime,
) -> FormVersion:
    patient = row.patient
    judged = assess(for_assessment(answers), reference_date, row.questionnaire)
    latest = find_latest_version(patient)
    version = FormVersion(
        patient=patient,
        number=latest.number + 1 if latest else 1,
        stage=FormVersion.Stage.BEFORE if judged.missing else FormVersion.Stage.COMPLETE,
        questionnaire=row.questionnaire,
        rules=row.questionnaire,
        digest=vault.digest(answers, patient_id=patient.pk),
        reference_date=reference_date,
        needs_longer_visit=judged.needs_longer_visit,
        filled_by=FormVersion.FilledBy.CLINIC if writer.by_clinic else answers["a_completing_for"],
        sent_at=now,
        sent_by=writer.user,
    )
    version.sealed = vault.seal(answers, patient_id=patient.pk, row=version)
    version.sealed_assessment = vault.seal(
        judged.as_json(), patient_id=patient.pk, row=version, field="sealed_assessment"
    )
    version.save(force_insert=True)
    if version.needs_longer_visit:
        _ask_for_longer_visit(version, now)
    return version


def _ask_for_longer_visit(version: FormVersion, now: datetime) -> None:
    """Ask the desk once to lengthen the visit; it learns no reason."""
    kind = VisitType.objects.filter(code=EXTENDED_VISIT).first()
    request = VisitRequest(
        patient=version.patient, version=version, kind=VisitRequest.Kind.CHANGE, visit_type=kind, asked_at=now
    )
    VisitRequest.objects.bulk_create([request], ignore_conflicts=True)
