"""What is sealed and does not open stays shut, says so kindly, and closes nothing else."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from clinic.models import Role
from patients.models import DataKey, Draft, FormVersion, Override, Patient, PatientMessage, UrgentAlert
from patients.queries.form_progress import list_form_progress
from patients.services.reviews import sign_review
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.form_pages import answers_before, keep_answers, path_of, sign_in
from tests.patients.forms import CONSENT, NOW, save, send_case
from tests.patients.open_cases import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    SiteFactory.create()
    return Client(raise_request_exception=False)


@pytest.fixture
def doctor(browser: Client) -> Any:
    user = StaffFactory.create(roles=[Role.CLINICIAN])
    browser.force_login(user)
    return user


def break_key(patient: Patient) -> None:
    """Damage the wrapped key of a patient; nothing in the site can, so its own guard stands aside."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_datakey SET wrapped = '\\x01' WHERE patient_id = %s", [patient.pk])


@pytest.mark.parametrize("sealed", [b"x", b"\x01" * 40, "another's", "its own, in another row"])
def test_a_draft_that_does_not_open_is_told_kindly_on_every_page(browser: Client, sealed: Any) -> None:
    patient, other = sign_in(browser), PatientFactory.create()
    keep_answers(patient, **answers_before())
    version = send_case(patient, "vo-02")
    save(other, 0, **CONSENT)
    moved = {"another's": Draft.objects.get(patient=other).sealed, "its own, in another row": version.sealed}
    Draft.objects.filter(patient=patient).update(sealed=moved.get(sealed, sealed))

    answers = [browser.get(path_of(patient, page)) for page in ("", "in-the-sun", "check", "sent")]
    answers.append(browser.post(path_of(patient, "in-the-sun/save"), {"e_burn": "never_burns"}))

    for answer in answers:
        assert answer.status_code == 503
        assert "We can’t open this now" in answer.content.decode()
    assert bytes(Draft.objects.get(patient=patient).sealed) == bytes(moved.get(sealed, sealed))


def test_the_list_of_visits_stays_open_beside_a_damaged_form(browser: Client) -> None:
    patient, other = PatientFactory.create(), PatientFactory.create()
    save(patient, 0, **CONSENT)
    break_key(patient)

    assert list(list_form_progress([patient, other], today=TODAY)) == [other.pk]


@pytest.mark.usefixtures("doctor")
def test_one_damaged_key_closes_neither_the_queue_nor_the_alerts(browser: Client) -> None:
    whole, damaged = (PatientFactory.create(name=name) for name in ("Whole", "Damaged"))
    for patient in (whole, damaged):
        send_case(patient, "vo-03", c_now=["painful_blisters_spreading"])
    break_key(damaged)

    queue = browser.get("/review/").content.decode()
    alerts = browser.get("/review/alerts/").content.decode()

    assert "The form of Damaged is damaged" in queue
    assert "Whole" in queue
    assert "possible cold-sore virus in eczema" in alerts
    assert "What was said can’t be opened. Call the patient and ask." in alerts
    assert browser.get(f"/review/forms/{FormVersion.objects.get(patient=damaged).pk}/").status_code == 503


@pytest.mark.usefixtures("doctor")
def test_an_erased_patients_alert_closes_no_other(browser: Client) -> None:
    erased, waiting = PatientFactory.create(), PatientFactory.create()
    for patient in (erased, waiting):
        save(patient, 0, **CONSENT, c_now=["painful_blisters_spreading"])
    DataKey.objects.filter(patient=erased).delete()

    page = browser.get("/review/alerts/")

    assert page.status_code == 200
    assert page.content.decode().count("possible cold-sore virus in eczema") == 1
    assert UrgentAlert.objects.filter(acknowledged_at=None).count() == 2


def test_a_damaged_correction_does_not_close_the_queue(browser: Client, doctor: Any) -> None:
    version = send_case(PatientFactory.create(name="Damaged"), "vo-02")
    patient = version.patient
    Override.objects.create(patient=patient, version=version, sealed=b"\x01" * 40, by=doctor, at=NOW)

    assert "The form of Damaged is damaged" in browser.get("/review/").content.decode()


def test_a_message_that_does_not_open_hides_no_other_and_stays_unread(browser: Client) -> None:
    patient, doctor = sign_in(browser), StaffFactory.create(roles=[Role.CLINICIAN])
    for words in ("first", "second"):
        version = send_case(patient, "vo-02", x_words=words)
        sign_review(
            version=version,
            reviewer=doctor,
            decision="ask",  # type: ignore[arg-type]
            message=words,
            notes="",
            judged={},
            asked=None,
            now=NOW,
        )
    broken = PatientMessage.objects.order_by("pk")[0]
    PatientMessage.objects.filter(pk=broken.pk).update(sealed=b"\x01" * 40)

    page = browser.get("/messages/").content.decode()

    assert "This message can’t be opened. Please call us." in page
    assert PatientMessage.objects.get(read_at=None).pk == broken.pk
