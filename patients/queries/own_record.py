"""What this app holds on a person, as plain JSON for a copy of their data. Callers write the audit row.

Left out: a clinician's own notes, corrections' reasons, judgements by rule, and hashes.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from clinic.models import ReadRecord
from clinic.sealing import Unreadable
from patients.answer_words import say_answer
from patients.models import (
    Consent,
    DataExport,
    DeskMessage,
    Draft,
    ErasureRequest,
    FormVersion,
    IdentityCheck,
    Override,
    Patient,
    PatientMessage,
    Photo,
    Review,
    UrgentAlert,
    VisitRequest,
)
from patients.pages import PRIVATE
from patients.queries.health_forms import without_private
from patients.queries.photos import open_retake_reason
from patients.queries.readers import ALERT
from patients.queries.vault import Vault, get_vault_of
from patients.words import load_words, text

Parts = dict[str, Any]


def describe_person(patient: Patient) -> Parts:
    """Return who a record is of, and how they are reached."""
    return {
        "id": str(patient.pk),
        "name": patient.name,
        "birth_date": patient.birth_date and patient.birth_date.isoformat(),
        "email": patient.email,
        "phone": str(patient.phone or ""),
        "booked_for": patient.booked_for,
        "contact_name": patient.contact_name,
        "language": patient.language,
        "time_zone": patient.zone,
        "wanted_mode": patient.wanted_mode,
        "created_at": _at(patient.created_at),
    }


def describe_record(
    ids: Collection[UUID], vault: Vault, *, language: str, leaves_out_private: bool
) -> dict[str, Any]:
    """Return everything about these records that this app holds, in parts. About 15 queries."""
    seen = without_private if leaves_out_private else dict[str, Any]
    return {
        "forms": [_form(row, vault, seen, language) for row in _of(FormVersion, ids).order_by("sent_at")],
        "draft": [_draft(row, vault, seen, language) for row in _of(Draft, ids).order_by("pk")],
        "consents": [_consent(row) for row in _of(Consent, ids).order_by("at", "pk")],
        "photos": [_photo(row, vault) for row in _of(Photo, ids).order_by("uploaded_at", "pk")],
        "corrections": _corrections(ids, vault, leaves_out_private, language),
        "reviews": [_review(row) for row in _reviews(ids)],
        "messages": _messages(ids, vault),
        "requests": [_request(row) for row in _of(VisitRequest, ids).order_by("asked_at", "pk")],
        "urgent": [] if leaves_out_private else [_alert(row) for row in _of(UrgentAlert, ids)],
        "identity_checks": [_check(row) for row in _of(IdentityCheck, ids).order_by("at", "pk")],
        "your_requests": _asked(ids),
        "opened_by": [_read(row) for row in _reads(ids, leaves_out_private)],
    }


def _of(model: Any, ids: Collection[UUID]) -> Any:
    return model.objects.filter(patient__in=ids)


def _reviews(ids: Collection[UUID]) -> Any:
    reviews = Review.objects.filter(version__patient__in=ids).select_related("reviewer", "version")
    return reviews.order_by("signed_at", "pk")


def _reads(ids: Collection[UUID], leaves_out_private: bool) -> Any:
    """Return who of the clinic opened what; a guardian does not hear that there was an urgent answer."""
    reads = ReadRecord.objects.filter(patient_ids__overlap=list(ids)).exclude(roles=[])
    if leaves_out_private:
        reads = reads.exclude(subject_type=ALERT)
    return reads.select_related("reader").order_by("at", "pk")


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _opened(read: Callable[[], Any]) -> Any:
    """Return what is sealed, or None if it does not open any more."""
    try:
        return read()
    except Unreadable:
        return None


def _answers(answers: Mapping[str, Any], version: str, language: str) -> list[Parts]:
    return [
        {"question": key, "words": _question(key, version, language), "answer": value,
         "answer_words": _said(key, value, version, language)}
        for key, value in answers.items()
        if key != "x_seen"
    ]  # fmt: skip


def _question(key: str, version: str, language: str) -> str:
    try:
        return text(load_words(version).questions[key].label, language)
    except (KeyError, FileNotFoundError):
        return key


def _said(key: str, value: Any, version: str, language: str) -> list[str]:
    try:
        return say_answer(key, value, language, version)
    except (KeyError, FileNotFoundError):
        return [str(value)]


def _form(row: FormVersion, vault: Vault, seen: Callable[[Any], Any], language: str) -> Parts:
    answers = _opened(lambda: vault.open(row.sealed, patient_id=row.patient_id, row=row))
    return {
        "number": row.number,
        "sent_at": _at(row.sent_at),
        "filled_in_by": row.filled_by,
        "stage": row.get_stage_display(),
        "questionnaire": row.questionnaire,
        "answers": None if answers is None else _answers(seen(answers), row.questionnaire, language),
    }


def _draft(row: Draft, vault: Vault, seen: Callable[[Any], Any], language: str) -> Parts:
    content = (
        _opened(lambda: vault.open(row.sealed, patient_id=row.patient_id, row=row)) if row.sealed else {}
    )
    answers = None if content is None else seen(content.get("answers", {}))
    return {
        "started_at": _at(row.started_at),
        "changed_at": _at(row.changed_at),
        "answers": None if answers is None else _answers(answers, row.questionnaire, language),
    }


def _consent(row: Consent) -> Parts:
    return {
        "purpose": row.purpose,
        "words": row.get_purpose_display(),
        "given": row.is_given,
        "notice": row.notice,
        "at": _at(row.at),
    }


def _photo(row: Photo, vault: Vault) -> Parts:
    return {
        "file": name_of_photo(row),
        "id": str(row.pk),
        "view": row.get_view_display(),
        "uploaded_at": _at(row.uploaded_at),
        "by_clinic": row.by_clinic,
        "taken_out_at": _at(row.removed_at),
        "asked_again_because": _opened(lambda: open_retake_reason(row, vault)),
    }


def name_of_photo(row: Photo) -> str:
    """Return what a photo is called in a copy."""
    return f"photos/{row.uploaded_at:%Y-%m-%d}-{row.view}-{row.pk.hex[:8]}.jpg"


def _corrections(ids: Collection[UUID], vault: Vault, leaves_out_private: bool, language: str) -> list[Parts]:
    rows = _of(Override, ids).select_related("by", "version").order_by("at", "pk")
    found = (_correction(row, vault, leaves_out_private, language) for row in rows)
    return [each for each in found if each is not None]


def _correction(row: Override, vault: Vault, leaves_out_private: bool, language: str) -> Parts | None:
    content = _opened(lambda: vault.open(row.sealed, patient_id=row.patient_id, row=row)) or {}
    key, version = content.get("key", ""), row.version.questionnaire
    if leaves_out_private and key in PRIVATE:
        return None
    return {
        "question": key,
        "words": _question(key, version, language),
        "clinic_says": _said(key, content.get("value"), version, language),
        "by": str(row.by),
        "at": _at(row.at),
    }


def _review(row: Review) -> Parts:
    return {
        "form": row.version.number,
        "decision": row.get_decision_display(),
        "by": str(row.reviewer),
        "at": _at(row.signed_at),
    }


def _messages(ids: Collection[UUID], vault: Vault) -> list[Parts]:
    letters = _of(PatientMessage, ids).select_related("author")
    from_doctors = [
        {
            "from": str(row.author),
            "sent_at": _at(row.sent_at),
            "read_at": _at(row.read_at),
            "text": _text(row, vault),
        }
        for row in letters
    ]
    sent = list(_of(DeskMessage, ids).filter(taken_back_at=None).select_related("by"))
    keys = get_vault_of(row.sealed for row in sent)
    from_desk = [
        {
            "from": str(row.by),
            "sent_at": _at(row.at),
            "read_at": None,
            "text": _opened(partial(keys.open_words, row.sealed, row=row)),
        }
        for row in sent
    ]
    return sorted([*from_doctors, *from_desk], key=lambda each: str(each["sent_at"]))


def _text(row: PatientMessage, vault: Vault) -> Any:
    return _opened(lambda: vault.open(row.sealed, patient_id=row.patient_id, row=row))


def _request(row: VisitRequest) -> Parts:
    return {"kind": row.get_kind_display(), "asked_at": _at(row.asked_at), "closed_at": _at(row.closed_at)}


def _alert(row: UrgentAlert) -> Parts:
    return {
        "severity": row.get_severity_display(),
        "raised_at": _at(row.raised_at),
        "taken_on_at": _at(row.acknowledged_at),
    }


def _check(row: IdentityCheck) -> Parts:
    return {"asked": list(row.asked), "at": _at(row.at)}


def _asked(ids: Collection[UUID]) -> list[Parts]:
    copies = [{"kind": "copy", "asked_at": _at(row.asked_at)} for row in _of(DataExport, ids)]
    erasures = [
        {"kind": "erasure", "asked_at": _at(row.asked_at), "outcome": row.outcome, "reason": row.reason}
        for row in _of(ErasureRequest, ids)
    ]
    return [*copies, *erasures]


def _read(row: ReadRecord) -> Parts:
    return {
        "at": _at(row.at),
        "by": str(row.reader or ""),
        "roles": list(row.roles),
        "what": row.get_action_display(),
        "of": row.subject_type,
    }
