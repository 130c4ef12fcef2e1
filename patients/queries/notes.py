"""What clinicians wrote about a patient, all of it in one query and opened: for the page about a form."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model

from clinic import prepared
from clinic.models import User
from patients.models import (
    Addendum,
    FormReader,
    MethodDecision,
    Override,
    PatientMessage,
    Review,
    ReviewDraft,
)
from patients.queries.reviews import Correction, Decided, SignedReview
from patients.queries.vault import Vault

_NOTES = """
WITH ours AS (SELECT id, number FROM patients_formversion WHERE patient_id = %(patient)s::uuid)
SELECT note.*, who.name, who.email FROM (
  SELECT 'override' AS kind, id, version_id AS about, at, '' AS word, 0 AS number, NULL::date AS day,
         NULL::timestamptz AS until, sealed, by_id AS user_id
    FROM patients_override WHERE patient_id = %(patient)s::uuid
  UNION ALL
  SELECT 'review', r.id, r.version_id, r.signed_at, r.decision, ours.number, NULL, NULL, r.sealed,
         r.reviewer_id
    FROM patients_review r JOIN ours ON ours.id = r.version_id
  UNION ALL
  SELECT 'addendum', a.id, a.review_id, a.at, '', 0, NULL, NULL, a.sealed, a.author_id
    FROM patients_addendum a JOIN patients_review r ON r.id = a.review_id JOIN ours ON ours.id = r.version_id
  UNION ALL
  SELECT 'method', id, version_id, at, '', 0, examined_date, NULL, sealed, by_id
    FROM patients_methoddecision WHERE patient_id = %(patient)s::uuid
  UNION ALL
  SELECT 'message', id, coalesce(review_id, id), sent_at, '', 0, NULL, read_at, sealed, author_id
    FROM patients_patientmessage WHERE patient_id = %(patient)s::uuid
  UNION ALL
  SELECT 'draft', d.id, d.version_id, d.changed_at, '', d.revision, NULL, NULL, d.sealed, d.user_id
    FROM patients_reviewdraft d JOIN ours ON ours.id = d.version_id WHERE d.user_id = %(user)s::int8
  UNION ALL
  SELECT 'reader', NULL, f.version_id, f.first_at, '', ours.number, NULL, f.seen_at, NULL, f.user_id
    FROM patients_formreader f JOIN ours ON ours.id = f.version_id
) AS note JOIN clinic_user who ON who.id = note.user_id
ORDER BY note.at, note.id
"""


class _Note(NamedTuple):
    """One row: something a clinician wrote, or (without an id) somebody who opened a form."""

    kind: str
    id: UUID | None
    about: UUID
    at: datetime
    word: str
    number: int
    day: date | None
    until: datetime | None
    sealed: bytes | None
    user_id: int
    name: str
    email: str | None

    @property
    def user(self) -> User:
        return User(pk=self.user_id, name=self.name, email=self.email)

    @property
    def review(self) -> Review:
        review = Review(pk=self.id, version_id=self.about, reviewer=self.user, signed_at=self.at)
        review.decision = self.word
        return review

    @property
    def method_decision(self) -> MethodDecision:
        return MethodDecision(
            pk=self.id,
            version_id=self.about,
            by=self.user,
            at=self.at,
            examined_date=self.day or self.at.date(),
        )

    @property
    def message(self) -> PatientMessage:
        return PatientMessage(
            pk=self.id, review_id=self.about, author=self.user, sent_at=self.at, read_at=self.until
        )

    @property
    def reader(self) -> FormReader:
        return FormReader(
            version_id=self.about, user=self.user, first_at=self.at, seen_at=self.until or self.at
        )


@dataclass(frozen=True)
class Notes:
    """What clinicians did with a patient's forms, oldest first; reviews and messages newest first.

    `drafts` are the asking user's own unsigned reviews by version: revision and content, newest first.
    """

    corrections: Sequence[Correction]
    decided: Sequence[Decided]
    reviews: Sequence[SignedReview]
    messages: Sequence[tuple[PatientMessage, str]]
    drafts: Mapping[UUID, tuple[int, Mapping[str, Any]]]
    readers: Sequence[FormReader]


def list_notes(patient_id: UUID, user: User, vault: Vault) -> Notes:
    """Return what clinicians wrote about a patient, and who read the forms. One query.

    :raises clinic.sealing.Unreadable: if something cannot be opened.
    """
    by_kind: dict[str, list[_Note]] = defaultdict(list)
    for values in prepared.fetch(_NOTES, {"patient": patient_id, "user": user.pk}):
        note = _Note(*values)
        by_kind[note.kind].append(note)

    def opened(note: _Note, model: type[Model]) -> Any:
        return vault.open(note.sealed or b"", patient_id=patient_id, row=model(pk=note.id))

    addenda: dict[UUID, list[tuple[Addendum, str]]] = defaultdict(list)
    for note in by_kind["addendum"]:
        thought = Addendum(pk=note.id, review_id=note.about, author=note.user, at=note.at)
        addenda[note.about].append((thought, opened(note, Addendum)))
    return Notes(
        corrections=[
            Correction(**opened(note, Override), by=note.user, at=note.at) for note in by_kind["override"]
        ],
        decided=[
            Decided(**opened(note, MethodDecision), row=note.method_decision) for note in by_kind["method"]
        ],
        reviews=[
            SignedReview(note.review, opened(note, Review), tuple(addenda[note.id or note.about]))
            for note in reversed(by_kind["review"])
        ],
        messages=[(note.message, opened(note, PatientMessage)) for note in reversed(by_kind["message"])],
        drafts={note.about: (note.number, opened(note, ReviewDraft)) for note in reversed(by_kind["draft"])},
        readers=[note.reader for note in by_kind["reader"]],
    )
