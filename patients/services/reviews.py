"""What a clinician does with a form: open, draft, sign, correct, decide, ask. The software never decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from clinic import prepared
from clinic.models import User, VisitType
from clinic.services import outbox
from patients.answer_checks import check_answers
from patients.models import (
    Addendum,
    Draft,
    FormReader,
    FormVersion,
    MethodDecision,
    Override,
    PatientMessage,
    Review,
    ReviewDraft,
    VisitRequest,
)
from patients.queries.health_forms import find_latest_version
from patients.queries.judged import judge_form
from patients.queries.reviews import list_corrections
from patients.queries.vault import Vault, get_vault
from patients.questionnaire import load_questionnaire
from patients.services.refusals import (
    AlreadySigned,
    BadAnswer,
    ChangedElsewhere,
    NewVersion,
    NotComplete,
)
from patients.services.rights import check_decides, check_reads
from patients.services.urgent import raise_alerts

SUBJECT, MESSAGE = "patient_message", "clinic_message"

_SEEN = """
INSERT INTO patients_formreader (version_id, user_id, first_at, seen_at)
VALUES (%(version)s::uuid, %(user)s::int8, %(now)s::timestamptz, %(now)s::timestamptz)
ON CONFLICT (version_id, user_id) DO UPDATE SET seen_at = excluded.seen_at
RETURNING id
"""


@dataclass(frozen=True)
class AskedVisit:
    """What a clinician asks the desk for; it says no reason. Dates are the clinic's, both included."""

    kind: VisitRequest.Kind
    visit_type: VisitType | None
    mode: str
    from_date: date | None
    to_date: date | None


def note_reader(*, version: FormVersion, user: User, now: datetime) -> None:
    """Note that a clinician has a version open. One statement."""
    prepared.fetch(_SEEN, {"version": version.pk, "user": user.pk, "now": now})


def keep_reader(*, version: FormVersion, user: User, now: datetime) -> None:
    """Note that whoever opened a version still has it open; who never opened it is no reader of it."""
    FormReader.objects.filter(version=version, user=user).update(seen_at=now)


def save_review_draft(
    *, version: FormVersion, user: User, content: Mapping[str, Any], seen_revision: int, now: datetime
) -> int:
    """Keep what a clinician is writing and return its revision. One transaction.

    :raises CliniciansDecide: if `user` is no clinician.
    :raises ChangedElsewhere: if another page of theirs saved since `seen_revision`.
    """
    check_decides(user)
    with transaction.atomic():
        fresh = ReviewDraft(version=version, user=user, sealed=b"", changed_at=now)
        ReviewDraft.objects.bulk_create([fresh], ignore_conflicts=True)
        row = ReviewDraft.objects.select_for_update().get(version=version, user=user)
        if row.revision != seen_revision:
            raise ChangedElsewhere(keys=(), changed_at=row.changed_at, saved_on="")
        vault = get_vault([version.patient_id])
        row.sealed = vault.seal(dict(content), patient_id=version.patient_id, row=row)
        row.revision, row.changed_at = row.revision + 1, now
        row.save(update_fields=["sealed", "revision", "changed_at"])
        return row.revision


def sign_review(
    *,
    version: FormVersion,
    reviewer: User,
    decision: Review.Decision,
    message: str,
    notes: str,
    judged: Mapping[str, Any],
    asked: AskedVisit | None,
    now: datetime,
    then: AskedVisit | None = None,
) -> Review:
    """Sign a decision on a version; the same clinician signing twice gets the first. One transaction.

    `judged` is what the rules said on the page that was signed; it is kept with the decision. The message
    is announced by e-mail without a word of it. `asked` (of the visit that is booked) and `then` (of one to
    book) go to the front desk without a reason.

    :raises CliniciansDecide: if `reviewer` is no clinician.
    :raises AlreadySigned: if somebody else has decided on this version.
    :raises NewVersion: if a newer version has come in.
    """
    check_decides(reviewer)
    with transaction.atomic():
        FormVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        earlier = Review.objects.filter(version=version).first()
        if earlier is not None:
            if earlier.reviewer_id == reviewer.pk:
                return earlier
            raise AlreadySigned
        if find_latest_version(version.patient) != version:
            raise NewVersion
        vault = get_vault([version.patient_id])
        review = Review(
            version=version, reviewer=reviewer, decision=decision, rules=version.rules, signed_at=now
        )
        content = {"message": message, "notes": notes, "judged": dict(judged)}
        review.sealed = vault.seal(content, patient_id=version.patient_id, row=review)
        review.save(force_insert=True)
        ReviewDraft.objects.filter(version=version, user=reviewer).delete()
        if message:
            _write_to_patient(review, message, vault, now)
        for each in filter(None, (asked, then)):
            ask_for_visit(version=version, review=review, asked=each, by=reviewer, now=now)
        return review


def ask_for_visit(
    *, version: FormVersion, review: Review | None, asked: AskedVisit, by: User, now: datetime
) -> VisitRequest:
    """Ask the front desk to change or to book a visit; it learns type, mode and window, and no reason."""
    return VisitRequest.objects.create(
        patient_id=version.patient_id,
        version=version,
        review=review,
        kind=asked.kind,
        visit_type=asked.visit_type,
        mode=asked.mode,
        from_date=asked.from_date,
        to_date=asked.to_date,
        asked_at=now,
        asked_by=by,
    )


def add_addendum(*, review: Review, author: User, text: str, now: datetime) -> Addendum:
    """Add a later thought to a signed review.

    :raises CliniciansDecide: if `author` is no clinician.
    """
    check_decides(author)
    vault = get_vault([review.version.patient_id])
    row = Addendum(review=review, author=author, at=now)
    row.sealed = vault.seal(text, patient_id=review.version.patient_id, row=row)
    row.save(force_insert=True)
    return row


def correct_answer(
    *, version: FormVersion, key: str, value: Any, reason: str, by: User, now: datetime
) -> Override:
    """Note a clinician's or nurse's value for something the patient reported; the patient's own stays.

    A value that makes the answers urgent calls those on duty like a patient's own. One transaction.

    :raises NotClinical: if `by` is neither a clinician nor a nurse.
    :raises BadAnswer: if there is no such question, or the value does not fit it.
    """
    check_reads(by)
    if check_answers({key: value}, load_questionnaire(version.questionnaire)):
        raise BadAnswer([key])
    vault, patient = get_vault([version.patient_id]), version.patient
    row = Override(patient=patient, version=version, by=by, at=now)
    with transaction.atomic():
        list(Draft.objects.select_for_update().filter(patient=patient))  # or a save raises the same alert
        before = judge_form(version, vault, list_corrections(patient.pk, vault))
        content = {"key": key, "value": value, "said": before.said.get(key), "reason": reason}
        row.sealed = vault.seal(content, patient_id=patient.pk, row=row)
        row.save(force_insert=True)
        after = judge_form(version, vault, list_corrections(patient.pk, vault))
        known = {met.id for met in before.judged.urgent}
        met_now = [met.id for met in after.judged.urgent if met.id not in known]
        raise_alerts(patient=patient, vault=vault, rules=met_now, now=now)
    return row


def decide_method(
    *,
    version: FormVersion,
    method: str,
    decision: str,
    reason: str,
    examined_date: date,
    by: User,
    now: datetime,
) -> MethodDecision:
    """Note what a clinician decided about one method after examining the patient.

    :raises CliniciansDecide: if `by` is no clinician.
    :raises NewVersion: if a newer version has come in: what is decided rests on answers that were seen.
    :raises NotComplete: if the form is not complete, or no longer is with what was corrected: then nothing
        can be decided by method.
    """
    check_decides(by)
    if find_latest_version(version.patient) != version:
        raise NewVersion
    vault = get_vault([version.patient_id])
    if not judge_form(version, vault, list_corrections(version.patient_id, vault)).allows_methods:
        raise NotComplete([])
    row = MethodDecision(
        patient_id=version.patient_id, version=version, examined_date=examined_date, by=by, at=now
    )
    content = {"method": method, "decision": decision, "reason": reason}
    row.sealed = vault.seal(content, patient_id=version.patient_id, row=row)
    row.save(force_insert=True)
    return row


def mark_message_read(*, message_id: UUID, now: datetime) -> None:
    """Note when a patient first read a message."""
    PatientMessage.objects.filter(pk=message_id, read_at=None).update(read_at=now)


def _write_to_patient(review: Review, text: str, vault: Vault, now: datetime) -> None:
    patient = review.version.patient
    row = PatientMessage(patient=patient, review=review, author=review.reviewer, sent_at=now)
    row.sealed = vault.seal(text, patient_id=patient.pk, row=row)
    row.save(force_insert=True)
    if patient.email:
        outbox.post(
            subject_type=SUBJECT,
            subject_id=row.pk,
            kind=MESSAGE,
            version=1,
            to=patient.email,
            language=patient.language,
            facts={},
            now=now,
        )
