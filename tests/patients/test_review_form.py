"""C2: what a clinician reads about one form, who may read it, and that every read is written down."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clinic.models import ReadRecord, Role, User
from patients.models import FormReader, FormVersion, Patient, Photo
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import NOW, save, send, send_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient() -> Patient:
    SiteFactory.create()
    return PatientFactory.create()


@pytest.fixture
def version(patient: Patient) -> FormVersion:
    return send_case(patient, "vo-02", x_words="canary-words-7714", x_face_map=["right_cheek", "nose"])


@pytest.fixture
def doctor(client: Client) -> User:
    user = StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")
    client.force_login(user)
    return user


def read(client: Client, version: FormVersion, **query: Any) -> str:
    answer = client.get(f"/review/forms/{version.pk}/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_form_shows_flags_with_reason_rule_source_and_the_answer(
    client: Client, version: FormVersion, doctor: User
) -> None:
    page = read(client, version)

    for words in ("F_ISO_LT6M", "Drug label: wait 6 months", "S-WALDMAN", "Amber flag:", "canary-words-7714"):
        assert words in page
