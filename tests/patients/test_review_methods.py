"""Deciding about a method: after an examination, on a complete form."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from clinic.models import Role, Site, User
from patients.models import (
    FormVersion,
    MethodDecision,
    Patient,
)
from patients.services.reviews import correct_answer
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import save, send, send_case

pytestmark = pytest.mark.django_db


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


def decide(client: Client, version: FormVersion, **changes: str) -> Any:
    today = timezone.now().date().isoformat()
    values = {"method": "TOP_EXO", "decision": "not_now", "examined_date": today, "reason": "canary-reason-8"}
    return client.post(
        f"/review/forms/{version.pk}/decide/", {f"method-{k}": v for k, v in (values | changes).items()}
    )


def test_a_method_is_decided_after_an_examination(client: Client, version: FormVersion) -> None:
    assert decide(client, version).status_code == 302

    page = client.get(f"/review/forms/{version.pk}/").content.decode()
    log = page.partition("After the examination, by method")[2]
    assert "Topical exosomes on intact skin" in log.partition("</ul>")[0]
    assert "Not now" in log.partition("</ul>")[0]
    assert "canary-reason-8" in log


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("examined_date", "", "Enter the day of the examination"),
        ("examined_date", "9999-12-31", "The examination comes first"),
        ("decision", "", "Choose a decision"),
        ("method", "NO_SUCH", "Select a valid choice"),
    ],
)
def test_a_method_is_not_decided_without_an_examination(
    client: Client, version: FormVersion, field: str, value: str, words: str
) -> None:
    answer = decide(client, version, **{field: value})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not MethodDecision.objects.exists()


@pytest.mark.parametrize(("zone", "status"), [("Asia/Bangkok", 302), ("America/Los_Angeles", 422)])
def test_an_examination_has_come_by_the_clinics_calendar(
    client: Client, doctor: User, patient: Patient, version: FormVersion, zone: str, status: int
) -> None:
    Site.objects.update(zone=zone)
    late = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)  # 06:30 of the next day in Bangkok, 15:30 in Los Angeles

    with time_machine.travel(late):
        client.force_login(doctor)
        assert decide(client, version, examined_date="2027-03-02").status_code == status


def test_no_method_is_decided_on_a_version_that_was_overtaken(client: Client, version: FormVersion) -> None:
    draft = save(version.patient, 10**6, k_bleeding="yes")
    send(version.patient, draft.revision)

    answer = client.get(decide(client, version)["Location"])

    assert "A newer version came in. See what changed, then decide." in answer.content.decode()
    assert not MethodDecision.objects.exists()


def test_no_method_is_decided_once_a_correction_leaves_a_question_open(
    client: Client, version: FormVersion, doctor: User
) -> None:
    correct_answer(version=version, key="k_bleeding", value=None, reason="", by=doctor, now=timezone.now())

    page = client.get(f"/review/forms/{version.pk}/").content.decode()
    decide(client, version)

    assert "method-method" not in page
    assert not MethodDecision.objects.exists()


def test_no_method_is_decided_while_the_form_is_incomplete(client: Client, patient: Patient) -> None:
    version = send_case(patient, "vo-02", k_bleeding=None)

    page = client.get(f"/review/forms/{version.pk}/").content.decode()
    answer = decide(client, version)

    assert answer.status_code == 302
    assert "method-method" not in page
    assert not MethodDecision.objects.exists()
