"""Health forms for tests, as rows: sealed by the patient's own key, around a canary nobody may see."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from clinic.models import Role, User
from patients.models import (
    DeskMessage,
    Draft,
    FormReader,
    FormVersion,
    Patient,
    Review,
    UrgentAlert,
    VisitRequest,
)
from patients.services.vault import ensure_vault
from tests.factories import StaffFactory

CANARY = "canary-7f3a-scarred"
"""Stands in everything that is sealed: where it turns up, something was unsealed."""

OTHER_RING = "another:" + "/" * 43 + "="
"""A key ring that wrapped none of the keys: whoever has only this can open nothing."""

SENT = datetime(2026, 11, 19, 3, 0, tzinfo=UTC)


def begin_form(patient: Patient) -> Draft:
    """Begin a patient's form."""
    draft = Draft(patient=patient, questionnaire="test", revision=1, started_at=SENT, changed_at=SENT)
    content = {"answers": {"k": CANARY}, "revisions": {"k": 1}}
    draft.sealed = ensure_vault(patient.pk).seal(content, patient_id=patient.pk, row=draft)
    draft.save(force_insert=True)
    return draft


def send_form(patient: Patient, **columns: Any) -> FormVersion:
    """Send the next version of a patient's form; `columns` alter the row."""
    number = FormVersion.objects.filter(patient=patient).count() + 1
    values: dict[str, Any] = {
        "patient": patient,
        "number": number,
        "stage": FormVersion.Stage.BEFORE,
        "questionnaire": "test",
        "rules": "test",
        "digest": "0" * 64,
        "reference_date": date(2026, 11, 19),
        "filled_by": FormVersion.FilledBy.PATIENT,
        "sent_at": SENT + timedelta(days=number),
    }
    version = FormVersion(**(values | columns))
    vault = ensure_vault(patient.pk)
    version.sealed = vault.seal({"k": CANARY}, patient_id=patient.pk, row=version)
    version.sealed_assessment = vault.seal(
        {"flags": [CANARY]}, patient_id=patient.pk, row=version, field="sealed_assessment"
    )
    version.save(force_insert=True)
    return version


def write_desk_message(
    patient: Patient, *, by: User, at: datetime, words: str = "See you then"
) -> DeskMessage:
    """Write a message of the desk as if it had been sent; no mail leaves."""
    message = DeskMessage(id=uuid.uuid4(), patient=patient, by=by, at=at)
    message.sealed = ensure_vault(patient.pk).seal(words, patient_id=patient.pk, row=message)
    message.save(force_insert=True)
    return message


def read_form(version: FormVersion, *, by: User | None = None) -> FormReader:
    """Let somebody open a version; a clinician, if nobody is named."""
    reader = by or StaffFactory.create(name="Dr Anan", roles=[Role.CLINICIAN])
    return FormReader.objects.create(version=version, user=reader, first_at=SENT, seen_at=SENT)


def sign_form(version: FormVersion, *, by: User | None = None, at: datetime = SENT) -> Review:
    """Let a clinician sign a review of a version, whose message and notes are sealed."""
    doctor = by or StaffFactory.create(name="Dr Anan", roles=[Role.CLINICIAN])
    review = Review(version=version, reviewer=doctor, decision="goes_ahead", rules="test", signed_at=at)
    vault = ensure_vault(version.patient_id)
    review.sealed = vault.seal({"notes": CANARY}, patient_id=version.patient_id, row=review)
    review.save(force_insert=True)
    return review


def raise_alert(patient: Patient, **columns: Any) -> UrgentAlert:
    """Raise an urgent alert for a patient; `columns` alter the row."""
    values: dict[str, Any] = {
        "patient": patient,
        "severity": UrgentAlert.Severity.SAME_DAY,
        "digest": uuid.uuid4().hex * 2,
        "somebody_on_duty": True,
        "raised_at": SENT,
    }
    alert = UrgentAlert(**(values | columns))
    vault = ensure_vault(patient.pk)
    alert.sealed = vault.seal({"rule": CANARY}, patient_id=patient.pk, row=alert)
    alert.save(force_insert=True)
    return alert


def ask_for_change(patient: Patient, **columns: Any) -> VisitRequest:
    """Ask the desk for something about a patient's visit; a change, if `columns` do not say otherwise."""
    values: dict[str, Any] = {"patient": patient, "kind": VisitRequest.Kind.CHANGE, "asked_at": SENT}
    return VisitRequest.objects.create(**(values | columns))
