"""Deciding on a form: drafts, signing, what the desk and the patient learn, addenda, methods."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinic.models import OutboxMessage, Role, User
from patients.models import (
    Addendum,
    FormVersion,
    Patient,
    PatientMessage,
    Review,
    ReviewDraft,
    VisitRequest,
)
from patients.queries import reviews as queries
from patients.queries.notes import list_notes
from patients.queries.vault import get_vault
from tests.factories import PatientFactory, SiteFactory, StaffFactory, VisitTypeFactory
from tests.patients.forms import NOW, save, send, send_case

pytestmark = pytest.mark.django_db

JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create()


@pytest.fixture
def version(patient: Patient) -> FormVersion:
    return send_case(patient, "vo-02")


@pytest.fixture(autouse=True)
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


def post(client: Client, version: FormVersion, step: str, **values: Any) -> Any:
    return client.post(f"/review/forms/{version.pk}/{step}/", values)


def signed(version: FormVersion) -> queries.SignedReview:
    (found,) = list_notes(version.patient_id, User(), get_vault([version.patient_id])).reviews
    return found


def test_signing_keeps_the_decision_notes_and_what_the_rules_said(
    client: Client, version: FormVersion, doctor: User
) -> None:
    answer = post(client, version, "sign", decision="goes_ahead", notes="canary-notes-5520")

    assert (answer.status_code, answer["Location"]) == (302, "/review/")
    review = signed(version)
    assert (review.row.decision, review.row.reviewer) == ("goes_ahead", doctor)
    assert review.content["notes"] == "canary-notes-5520"
    assert "F_ISO_LT6M" in review.content["judged"]["flags"]
    assert not VisitRequest.objects.exists()
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Choose a decision"),
        ({"decision": "nonsense"}, "Select a valid choice"),
        ({"decision": "ask"}, "Write your questions to the patient"),
        ({"decision": "change"}, "Choose how to change the visit"),
        ({"decision": "change", "change": "later"}, "Enter the first day that is late enough"),
        (
            {"decision": "goes_ahead", "next_from": "2026-12-20", "next_to": "2026-12-10"},
            "Choose a day after",
        ),
        ({"decision": "goes_ahead", "next_type": "999999"}, "Select a valid choice"),
    ],
)
def test_a_decision_that_lacks_something_is_explained_and_nothing_typed_is_lost(
    client: Client, version: FormVersion, values: dict[str, str], words: str
) -> None:
    answer = post(client, version, "sign", notes="canary-notes-5520", **values)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "canary-notes-5520" in page
    assert page.partition("<title>")[2].startswith("Error: ")
    assert not Review.objects.exists()


def test_questions_reach_the_patient_without_a_word_in_the_mail(client: Client, version: FormVersion) -> None:
    post(client, version, "sign", decision="ask", message="canary-message-9001")

    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.facts) == ("clinic_message", {})
    ((_row, text),) = list_notes(version.patient_id, User(), get_vault([version.patient_id])).messages
    assert text == "canary-message-9001"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"change": "video"}, (None, "video", None)),
        ({"change": "later", "change_from": "2026-12-20"}, (None, "", "2026-12-20")),
        ({"change": "longer"}, ("CONS_EXT", "", None)),
    ],
)
def test_the_desk_is_asked_to_change_the_visit_without_a_reason(
    client: Client, version: FormVersion, values: dict[str, str], expected: tuple[str | None, str, str | None]
) -> None:
    VisitTypeFactory.create(code="CONS_EXT", minutes=60)

    post(client, version, "sign", decision="change", notes="canary-notes-5520", **values)

    request = VisitRequest.objects.get()
    code = request.visit_type.code if request.visit_type else None
    first = request.from_date.isoformat() if request.from_date else None
    assert (request.kind, code, request.mode, first) == ("change", *expected)


def test_the_desk_is_asked_for_a_next_visit(client: Client, version: FormVersion) -> None:
    kind = VisitTypeFactory.create(code="CONS_FU", minutes=20)

    post(
        client,
        version,
        "sign",
        decision="goes_ahead",
        next_type=kind.pk,
        next_from="2026-12-20",
        next_to="2026-12-28",
        next_mode="video",
    )

    request = VisitRequest.objects.get()
    assert (request.kind, request.visit_type, request.mode) == ("next", kind, "video")
    assert [str(request.from_date), str(request.to_date)] == ["2026-12-20", "2026-12-28"]


def test_a_procedure_behind_its_gate_cannot_be_asked_for(client: Client, version: FormVersion) -> None:
    gated = VisitTypeFactory.create(code="MN_SERUM", bookable_by="gated")

    answer = post(client, version, "sign", decision="goes_ahead", next_type=gated.pk)

    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_a_newer_version_has_to_be_seen_first(client: Client, version: FormVersion) -> None:
    draft = save(version.patient, 10**6, f_itch_nrs=9)
    newer = send(version.patient, draft.revision)

    answer = post(client, version, "sign", decision="goes_ahead", notes="canary-notes-5520")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A newer version came in." in page
    assert f"/review/forms/{newer.pk}/?since=1" in page
    assert not Review.objects.exists()


def test_what_was_written_on_an_older_version_comes_along_without_its_decision(
    client: Client, version: FormVersion
) -> None:
    post(client, version, "draft", decision="goes_ahead", notes="canary-notes-5520", seen="0")
    draft = save(version.patient, 10**6, f_itch_nrs=9)
    newer = send(version.patient, draft.revision)

    page = client.get(f"/review/forms/{newer.pk}/").content.decode()

    assert "canary-notes-5520" in page
    assert " checked" not in page.partition('<form class="decide"')[2].partition("</form>")[0]


def test_a_second_clinician_is_told_and_keeps_what_they_typed(client: Client, version: FormVersion) -> None:
    post(client, version, "sign", decision="goes_ahead")
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))

    answer = post(client, version, "sign", decision="ask", message="canary-message-9001")

    assert answer.status_code == 409
    assert "decided already" in answer.content.decode()
    assert Review.objects.count() == 1
    assert not PatientMessage.objects.exists()


def test_a_draft_is_kept_and_comes_back(client: Client, version: FormVersion) -> None:
    answer = post(client, version, "draft", decision="ask", message="canary-message-9001", seen="0")

    assert answer.status_code == 302
    page = client.get(f"/review/forms/{version.pk}/").content.decode()
    assert "canary-message-9001" in page
    assert 'value="ask" data-key="2" checked' in page
    assert 'name="seen" value="1"' in page


def test_the_script_saves_drafts_and_learns_the_revision(client: Client, version: FormVersion) -> None:
    path = f"/review/forms/{version.pk}/draft/"

    first = client.post(path, {"notes": "a", "seen": "0"}, **JSON)  # type: ignore[arg-type]
    second = client.post(path, {"notes": "b", "seen": "1"}, **JSON)  # type: ignore[arg-type]
    stale = client.post(path, {"notes": "c", "seen": "1"}, **JSON)  # type: ignore[arg-type]

    assert [json.loads(answer.content) for answer in (first, second)] == [{"seen": 1}, {"seen": 2}]
    assert (stale.status_code, "another page or device" in json.loads(stale.content)["refused"]) == (
        409,
        True,
    )
    assert ReviewDraft.objects.get().revision == 2


def test_a_stale_draft_without_script_shows_what_was_typed_and_can_be_saved_again(
    client: Client, version: FormVersion
) -> None:
    post(client, version, "draft", notes="older", seen="0")

    answer = post(client, version, "draft", notes="canary-notes-5520", seen="0")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "canary-notes-5520" in page
    assert 'name="seen" value="1"' in page


def test_a_signed_review_takes_addenda_and_nothing_else(client: Client, version: FormVersion) -> None:
    post(client, version, "sign", decision="goes_ahead", notes="first thought")

    assert post(client, version, "addendum", text="").status_code == 422
    assert post(client, version, "addendum", text="canary-addendum-31").status_code == 302

    page = client.get(f"/review/forms/{version.pk}/").content.decode()
    assert "canary-addendum-31" in page
    assert "first thought" in page
    assert 'name="decision"' not in page
    assert Addendum.objects.count() == 1


def test_there_is_no_addendum_without_a_review(client: Client, version: FormVersion) -> None:
    assert post(client, version, "addendum", text="x").status_code == 404


def test_what_clinicians_write_appears_on_review_pages_only(
    client: Client, version: FormVersion, caplog: pytest.LogCaptureFixture
) -> None:
    post(client, version, "sign", decision="ask", message="canary-message-9001", notes="canary-notes-5520")

    for role in (Role.FRONT_DESK, Role.OWNER):
        client.force_login(StaffFactory.create(roles=[role]))
        for path in ("/desk/", "/", "/admin/"):
            assert "canary" not in client.get(path, follow=True).content.decode()
    assert "canary" not in caplog.text
    mail = OutboxMessage.objects.get()
    assert "canary" not in f"{mail.facts} {mail.kind} {mail.to}"
    assert VisitRequest.objects.count() == 0
    assert Review.objects.get().signed_at > NOW - timedelta(days=365)
