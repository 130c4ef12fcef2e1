"""Who opened a form, what was written to whom, and how far forms are: for their own account only."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from clinic.models import Role
from clinic.services.audit import Action, Reader, record_read
from patients.models import Patient, PatientMessage
from patients.queries.form_progress import list_form_progress
from patients.services.vault import ensure_vault
from tests.factories import PatientFactory, StaffFactory
from tests.patients.form_pages import AGREED, answers_before, keep_answers, path_of, sign_in
from tests.patients.forms import send
from tests.patients.open_cases import TODAY
from tests.patients.tablets import hand_out, start_on

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)


@pytest.fixture
def patient(client: Client) -> Patient:
    return sign_in(client, zone="Asia/Bangkok")


def read(patient: Patient, **changes: Any) -> None:
    """Have Dr Ploy open something of a patient's."""
    doctor = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    facts: dict[str, Any] = {
        "reader": Reader(doctor),
        "action": Action.OPENED,
        "subject_type": "form_version",
    } | changes
    record_read(subject_ids=[patient.pk], patient_ids=[patient.pk], now=NOW, **facts)


def write(patient: Patient, words: str) -> PatientMessage:
    """Have a doctor write to a patient."""
    vault = ensure_vault(patient.pk)
    row = PatientMessage(patient=patient, author=StaffFactory.create(name="Dr Ploy"), sent_at=NOW)
    row.sealed = vault.seal(words, patient_id=patient.pk, row=row)
    row.save()
    return row


def test_readers_names_who_of_the_clinic_opened_it_and_when(client: Client, patient: Patient) -> None:
    read(patient)

    page = client.get(path_of(patient, "readers")).content.decode()

    assert "Dr Ploy" in page
    assert re.search("Tue 24 Nov( 2026)?, 10:30", page)  # of another year from 2027 on


def test_readers_leaves_out_the_patient_the_link_and_the_desks_search(
    client: Client, patient: Patient
) -> None:
    read(patient, reader=Reader(patient.account))
    read(patient, reader=Reader(None))
    read(patient, action=Action.LISTED, subject_type="patient")

    assert (
        "Nobody at the clinic has opened it yet." in client.get(path_of(patient, "readers")).content.decode()
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Opened your answers"),
        ({"subject_type": "draft"}, "Opened your answers"),
        ({"subject_type": "photo", "action": Action.PHOTO}, "Looked at your photos"),
        ({"action": Action.LISTED}, "in the list of forms"),
        ({"action": Action.LISTED, "subject_type": "alert"}, "in the list of forms"),
        ({"action": Action.PRINTED}, "Printed your form"),
        ({"action": Action.EXPORTED, "subject_type": "patient"}, "in a file"),
        ({"reason": "reason:canary"}, "opened with a reason"),
    ],
)
def test_readers_says_what_in_plain_words(
    client: Client, patient: Patient, facts: dict[str, Any], words: str
) -> None:
    read(patient, **facts)

    page = client.get(path_of(patient, "readers")).content.decode()

    assert words in page
    assert "Dr Ploy</bdi></b>, Clinician" in page
    assert "canary" not in page


def test_readers_names_who_gave_out_the_tablet(client: Client, patient: Patient) -> None:
    found = hand_out(patient, by=StaffFactory.create(name="Khun Nok"))
    start_on(Client(), found)

    page = client.get(path_of(patient, "readers")).content.decode()

    assert "Khun Nok</bdi></b>, Front desk" in page
    assert "tablet with your form" in page


@pytest.mark.parametrize(("booked_for", "is_told"), [("self", True), ("child", False)])
def test_readers_does_not_show_a_guardian_that_urgent_answers_were_looked_at(
    client: Client, booked_for: str, is_told: bool
) -> None:
    """Without an urgent answer there would be no such line, whatever it says."""
    someone = sign_in(client, booked_for=booked_for)
    before = client.get(path_of(someone, "readers")).content.decode().count("Dr Ploy")

    read(someone, action=Action.LISTED, subject_type="alert")

    page = client.get(path_of(someone, "readers")).content.decode()
    assert (before, "Dr Ploy" in page) == (0, is_told)


def test_readers_tells_a_guardian_nothing_of_what_is_private(client: Client) -> None:
    child = sign_in(client, booked_for="child", birth_date=None)
    read(child, action=Action.LISTED, subject_type="alert")
    read(child, subject_type="form_version", reason="canary: self-harm")
    read(child, reader=Reader(None), subject_type="draft")

    page = client.get(path_of(child, "readers")).content.decode()

    assert page.count("Dr Ploy") == 1
    for word in ("alert", "urgent", "private", "canary"):
        assert word not in page.partition("<main")[2].partition("</main>")[0].lower()


def test_readers_shows_a_list_that_is_looked_at_all_day_once(client: Client, patient: Patient) -> None:
    doctor = Reader(StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy"))
    for _ in range(3):
        read(patient, reader=doctor, action=Action.LISTED)
    read(patient, reader=doctor)

    assert client.get(path_of(patient, "readers")).content.decode().count("Dr Ploy") == 2


def test_messages_are_shown_to_their_account_and_marked_read(client: Client, patient: Patient) -> None:
    mine, other = write(patient, "Please bring the box."), write(PatientFactory.create(), "Not yours")

    page = client.get("/messages/").content.decode()

    assert "Please bring the box." in page
    assert "Not yours" not in page
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.read_at is not None
    assert other.read_at is None


def test_forms_leads_to_the_only_form_or_lets_choose(client: Client, patient: Patient) -> None:
    alone = client.get("/form/")
    PatientFactory.create(account=patient.account, name="Lily")

    assert alone["Location"] == path_of(patient)
    assert "Lily" in client.get("/form/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_progress_is_read_with_three_queries(count: int, django_assert_num_queries: Any) -> None:
    patients = PatientFactory.create_batch(count)
    for one in patients:
        keep_answers(one, **AGREED)

    with django_assert_num_queries(3):
        found = list_form_progress(patients, today=TODAY)

    assert {progress.is_begun for progress in found.values()} == {True}


def test_progress_goes_from_nothing_to_sent_to_changed(patient: Patient) -> None:
    def now() -> tuple[int, bool, bool, bool]:
        progress = list_form_progress([patient], today=TODAY)[patient.pk]
        return progress.done, progress.is_begun, progress.is_sent, progress.is_changed

    assert now() == (0, False, False, False)
    keep_answers(patient, **answers_before() | {"x_seen": ["photos"]})
    assert now() == (7, True, False, False)
    send(patient, 1)
    assert now() == (7, True, True, False)
    keep_answers(patient, e_burn="never_burns")
    assert now() == (7, True, True, True)
