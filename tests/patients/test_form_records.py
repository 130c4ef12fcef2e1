"""Who opened a form, what was written to whom, and how far forms are: for their own account only."""

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
    assert "Tue 24 Nov, 10:30" in page


def test_readers_leaves_out_lists_and_the_patient(client: Client, patient: Patient) -> None:
    read(patient, action=Action.LISTED)
    read(patient, reader=Reader(patient.account))

    assert (
        "Nobody at the clinic has opened it yet." in client.get(path_of(patient, "readers")).content.decode()
    )


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
