"""What the demo's doctor has read already: most forms of the days to come wait, some are decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from clinic.models import User
from patients.demo.stories import NOTES, QUESTIONS
from patients.models import FormVersion, Patient, Review
from patients.queries.health_forms import find_latest_version, open_version
from patients.queries.vault import get_vault
from patients.services.reviews import note_reader, sign_review

DECIDED, ASKED = 0.35, 0.5
"""Shares of forms that are decided, and decided or asked about."""
LATEST = timedelta(hours=12)
"""What came in later than this is still to be read."""


def review_some(people: Sequence[Patient], *, doctor: User, now: datetime) -> int:
    """Let the doctor read some of these patients' forms; return how many. Again, it reads no more."""
    count = 0
    for patient in people:
        version = find_latest_version(patient)
        share = Random(f"review {patient.pk}").random()  # noqa: S311 (invention, not secrets)
        if version is None or share > ASKED or version.sent_at > now - LATEST:
            continue
        if Review.objects.filter(version__patient=patient).exists():
            continue
        _sign(version, doctor=doctor, asks=share > DECIDED, at=version.sent_at + timedelta(hours=3))
        count += 1
    return count


def read_before_the_visit(people: Sequence[Patient], *, doctor: User, now: datetime) -> None:
    """Let the doctor have read the forms of patients who are here, or were."""
    for patient in people:
        version = find_latest_version(patient)
        if version is not None:
            note_reader(version=version, user=doctor, now=max(version.sent_at, now - timedelta(hours=1)))


def _sign(version: FormVersion, *, doctor: User, asks: bool, at: datetime) -> None:
    note_reader(version=version, user=doctor, now=at - timedelta(minutes=2))
    sent = open_version(version, get_vault([version.patient_id]))
    language = "th" if version.patient.language == "th" else "en"
    sign_review(
        version=version,
        reviewer=doctor,
        decision=Review.Decision.ASK if asks else Review.Decision.GOES_AHEAD,
        message=QUESTIONS[language] if asks else "",
        notes=NOTES,
        judged=sent.assessment,
        asked=None,
        now=at,
    )
