"""Urgent answers on the review pages: who, why, since when; taken on by one clinician."""

import pytest
from django.test import Client

from clinic.models import ReadRecord, Role, User
from patients.models import Patient, UrgentAlert
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import CONSENT, save, send_case

pytestmark = pytest.mark.django_db

RULE = "possible cold-sore virus in eczema"


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create()


@pytest.fixture
def alert(patient: Patient) -> UrgentAlert:
    save(patient, 0, **CONSENT, c_now=["painful_blisters_spreading"])
    return UrgentAlert.objects.get()


@pytest.fixture
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


def test_alerts_say_who_and_what_and_are_written_down(
    client: Client, alert: UrgentAlert, doctor: User
) -> None:
    page = client.get("/review/alerts/").content.decode()

    for words in (alert.patient.name, RULE, "+44 7700 900318", "nobody was on duty"):
        assert words in page
    record = ReadRecord.objects.get()
    assert (record.action, record.subject_type, record.subject_ids) == ("listed", "alert", [alert.pk])


def test_an_alert_leads_to_the_form_once_it_is_sent(client: Client, patient: Patient, doctor: User) -> None:
    version = send_case(patient, "vo-03")

    assert f"/review/forms/{version.pk}/" in client.get("/review/alerts/").content.decode()


def test_every_review_page_tells_of_an_open_alert_without_its_content(
    client: Client, alert: UrgentAlert, doctor: User
) -> None:
    page = client.get("/review/").content.decode()

    assert "1 patient may need a doctor now." in page
    assert RULE not in page


def test_the_first_to_take_an_alert_on_answers_for_it(
    client: Client, alert: UrgentAlert, doctor: User
) -> None:
    path = f"/review/alerts/{alert.pk}/acknowledge/"
    client.post(path)
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))

    page = client.post(path, follow=True).content.decode()

    alert.refresh_from_db()
    assert alert.acknowledged_by == doctor
    assert "Somebody has taken this on already." in page
    assert "Nobody waits." in page
    assert "may need a doctor now" not in client.get("/review/").content.decode()


def test_an_alert_that_is_not_there_is_not_found(client: Client, patient: Patient, doctor: User) -> None:
    assert client.post(f"/review/alerts/{patient.pk}/acknowledge/").status_code == 404


@pytest.mark.parametrize(
    ("role", "listed", "taken"),
    [(Role.NURSE, 200, 403), (Role.FRONT_DESK, 403, 403), (Role.OWNER, 403, 403), (Role.CLINICIAN, 200, 302)],
)
def test_who_may_see_and_take_on(
    client: Client, alert: UrgentAlert, role: Role, listed: int, taken: int
) -> None:
    client.force_login(StaffFactory.create(roles=[role]))

    assert client.get("/review/alerts/").status_code == listed
    assert client.post(f"/review/alerts/{alert.pk}/acknowledge/").status_code == taken


def test_others_are_not_told_on_their_pages(client: Client, alert: UrgentAlert) -> None:
    client.force_login(StaffFactory.create(roles=[Role.FRONT_DESK]))

    page = client.get("/desk/").content.decode()

    assert "may need a doctor now" not in page
    assert "/review/" not in page
