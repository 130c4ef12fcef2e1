"""Reviews: signed once, on the newest version, sealed, and never changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clinic.models import OutboxMessage, Role, User
from patients.models import FormVersion, Patient, PatientMessage, Review, VisitRequest
from patients.queries import reviews as queries
from patients.queries.health_forms import open_version
from patients.queries.notes import Notes, list_notes
from patients.queries.vault import get_vault
from patients.services import reviews
from patients.services.refusals import AlreadySigned, BadAnswer, ChangedElsewhere, NewVersion, NotComplete
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import NOW, save, send, send_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    return PatientFactory.create()


@pytest.fixture
def version(patient: Patient) -> FormVersion:
    return send_case(patient, "vo-02")


@pytest.fixture
def doctor() -> User:
    return StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")


def notes_of(version: FormVersion, doctor: User) -> Notes:
    return list_notes(version.patient_id, doctor, get_vault([version.patient_id]))


def sign(version: FormVersion, doctor: User, **changes: Any) -> Review:
    values: dict[str, Any] = {
        "decision": Review.Decision.GOES_AHEAD,
        "message": "",
        "notes": "canary-notes-5520",
        "judged": {"route": "standard_consultation"},
        "asked": None,
    }
    return reviews.sign_review(version=version, reviewer=doctor, now=NOW, **(values | changes))


def test_signing_keeps_who_when_by_which_rules_and_what_they_said(version: FormVersion, doctor: User) -> None:
    sign(version, doctor)

    (signed,) = notes_of(version, doctor).reviews
    assert (signed.row.reviewer, signed.row.signed_at) == (doctor, NOW)
    assert Review.objects.get().rules == version.rules
    assert signed.content["notes"] == "canary-notes-5520"
    assert signed.content["judged"] == {"route": "standard_consultation"}


def test_signing_twice_signs_once(version: FormVersion, doctor: User) -> None:
    assert sign(version, doctor) == sign(version, doctor, decision=Review.Decision.ASK)
    assert Review.objects.count() == 1


def test_a_second_clinician_cannot_decide_again(version: FormVersion, doctor: User) -> None:
    sign(version, doctor)

    with pytest.raises(AlreadySigned):
        sign(version, StaffFactory.create(roles=[Role.CLINICIAN]))


def test_a_newer_version_must_be_seen_first(version: FormVersion, doctor: User) -> None:
    draft = save(version.patient, 1, f_itch_nrs=9)
    newer = send(version.patient, draft.revision)

    with pytest.raises(NewVersion):
        sign(version, doctor)

    assert sign(newer, doctor).version == newer


def test_a_message_is_announced_without_a_word_of_it(version: FormVersion, doctor: User) -> None:
    sign(version, doctor, decision=Review.Decision.ASK, message="Is there eczema on your face today?")

    ((row, text),) = notes_of(version, doctor).messages
    (mail,) = OutboxMessage.objects.all()
    assert (text, row.author) == ("Is there eczema on your face today?", doctor)
    assert (mail.kind, mail.to, mail.facts) == ("clinic_message", version.patient.email, {})


def test_a_message_is_read_once(version: FormVersion, doctor: User) -> None:
    sign(version, doctor, message="Hello")
    row = PatientMessage.objects.get()

    for minutes in (1, 2):
        reviews.mark_message_read(message_id=row.pk, now=NOW + timedelta(minutes=minutes))

    row.refresh_from_db()
    assert row.read_at == NOW + timedelta(minutes=1)


def test_the_desk_is_asked_without_a_reason(version: FormVersion, doctor: User) -> None:
    window = (date(2026, 12, 14), date(2026, 12, 18))
    asked = reviews.AskedVisit(VisitRequest.Kind.CHANGE, None, "video", *window)

    review = sign(version, doctor, decision=Review.Decision.CHANGE, asked=asked)

    request = VisitRequest.objects.get()
    assert (request.review, request.mode, request.from_date, request.to_date) == (review, "video", *window)


@pytest.mark.parametrize("table", ["patients_review", "patients_override", "patients_reviewdraft"])
def test_what_clinicians_write_is_sealed(version: FormVersion, doctor: User, table: str) -> None:
    reviews.save_review_draft(
        version=version, user=doctor, content={"notes": "canary-notes-5520"}, seen_revision=0, now=NOW
    )
    reviews.correct_answer(
        version=version, key="k_hsv", value="past", reason="canary-notes-5520", by=doctor, now=NOW
    )
    if table == "patients_review":
        sign(version, doctor)

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(to_jsonb(t)::text || encode(sealed, 'escape'), '') FROM {table} t")
        text = cursor.fetchone()[0]
    assert text
    assert "canary" not in text


def test_review_never_changes(version: FormVersion, doctor: User) -> None:
    review = sign(version, doctor)

    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(decision="change")


def test_a_later_thought_is_an_addendum(version: FormVersion, doctor: User) -> None:
    review = sign(version, doctor)

    reviews.add_addendum(review=review, author=doctor, text="Called her.", now=NOW)

    (signed,) = notes_of(version, doctor).reviews
    assert [text for _row, text in signed.addenda] == ["Called her."]


def test_a_correction_keeps_both_values(version: FormVersion, doctor: User) -> None:
    vault = get_vault([version.patient_id])
    reviews.correct_answer(version=version, key="k_hsv", value="never", reason="Examined", by=doctor, now=NOW)

    answers = open_version(version, vault).answers
    corrections = queries.list_corrections(version.patient_id, vault)
    assert answers["k_hsv"] == "recurrent"
    assert queries.corrected(answers, corrections)["k_hsv"] == "never"


@pytest.mark.parametrize(("key", "value"), [("k_hsv", "nonsense"), ("no_such", "yes")])
def test_a_correction_must_fit_its_question(version: FormVersion, doctor: User, key: str, value: str) -> None:
    with pytest.raises(BadAnswer):
        reviews.correct_answer(version=version, key=key, value=value, reason="", by=doctor, now=NOW)


def test_methods_are_decided_on_complete_forms_only(patient: Patient, doctor: User) -> None:
    version = send_case(patient, "vo-02", e_burn=None, x_unsure=["e_burn"])

    with pytest.raises(NotComplete):
        decide(version, doctor)


def test_a_decision_on_a_method_names_the_day_of_the_examination(version: FormVersion, doctor: User) -> None:
    decide(version, doctor)

    (decided,) = notes_of(version, doctor).decided
    assert (decided.method, decided.decision, decided.row.examined_date) == ("TOP_EXO", "discuss", NOW.date())


def decide(version: FormVersion, doctor: User) -> None:
    reviews.decide_method(
        version=version,
        method="TOP_EXO",
        decision="discuss",
        reason="",
        examined_date=NOW.date(),
        by=doctor,
        now=NOW,
    )


def test_a_draft_of_a_review_refuses_an_old_page(version: FormVersion, doctor: User) -> None:
    content = {"notes": "a"}
    revision = reviews.save_review_draft(
        version=version, user=doctor, content=content, seen_revision=0, now=NOW
    )

    with pytest.raises(ChangedElsewhere):
        reviews.save_review_draft(version=version, user=doctor, content={}, seen_revision=0, now=NOW)

    assert notes_of(version, doctor).drafts == {version.pk: (revision, content)}


def test_two_clinicians_see_each_other_while_both_are_there(version: FormVersion, doctor: User) -> None:
    other = StaffFactory.create(roles=[Role.CLINICIAN])
    reviews.note_reader(version=version, user=other, now=NOW)
    reviews.note_reader(version=version, user=doctor, now=NOW)

    here = queries.list_present(version, doctor, now=NOW + timedelta(seconds=30))
    gone = queries.list_present(version, doctor, now=NOW + timedelta(minutes=1))

    assert [reader.user for reader in here] == [other]
    assert gone == []
