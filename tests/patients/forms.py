"""Health forms for tests: answers, writers, and a patient who has filled one in."""

from datetime import UTC, datetime
from typing import Any

from patients.models import FormVersion, Patient
from patients.queries.health_forms import OpenDraft
from patients.services.drafts import Writer, save_answers
from patients.services.submission import send_form
from tests.patients.open_cases import TODAY, load_case

NOW = datetime(2026, 12, 1, 4, 36, tzinfo=UTC)
CONSENT: dict[str, Any] = {
    "a_completing_for": "self",
    "a_privacy_notice": True,
    "a_health_data_consent": True,
}
SIGNED: dict[str, Any] = {"x_signature": "Hannah Whitfield"}
CARRIED = {"b_full_name", "b_phone", "b_email", "b_language", "n_mode"}


def answers_of(case: str) -> dict[str, Any]:
    """Return a case's answers as a person gives them: what the booking carries is not asked.

    A guardian who fills in has signed.
    """
    answers = {key: value for key, value in load_case(case)["answers"].items() if key not in CARRIED}
    by_guardian = answers["a_completing_for"] == "parent_guardian"
    return answers | ({"x_guardian_signature": "Test Mother"} if by_guardian else {})


def save(patient: Patient, seen: int = 0, writer: Writer | None = None, **changes: Any) -> OpenDraft:
    """Save answers as the patient."""
    return save_answers(
        patient=patient,
        changes=changes,
        seen_revision=seen,
        writer=writer or Writer(patient.account),
        reference_date=TODAY,
        now=NOW,
    )


def send(patient: Patient, revision: int, writer: Writer | None = None) -> FormVersion:
    """Send what the patient saved."""
    return send_form(
        patient=patient,
        seen_revision=revision,
        writer=writer or Writer(patient.account),
        reference_date=TODAY,
        now=NOW,
    )


def send_case(patient: Patient, case: str = "calm", **changes: Any) -> FormVersion:
    """Fill in a case's answers and send them."""
    draft = save(patient, 10**6, **(answers_of(case) | SIGNED | changes))
    return send(patient, draft.revision)
