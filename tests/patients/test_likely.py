"""Whose record might it be: by phone, mailbox or name, with an index for each."""

import pytest
from django.db import connection
from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber

from patients.models import Patient
from patients.queries.likely import find_likely, find_record
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db

PHONE = PhoneNumber.from_string("+66812345678")


@pytest.fixture
def wanida() -> Patient:
    return PatientFactory.create(name="Wanida Sukjai", phone=PHONE, email="Wanida@Example.com")


def names(**said: object) -> list[str]:
    return [patient.name for patient in find_likely(**said)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        {"name": "wanida"},
        {"name": "WANIDA SUKJAI"},
        {"phone": PHONE},
        {"email": "wanida+skin@example.com"},
        {"name": "Somebody Else", "phone": PHONE},
    ],
)
def test_a_record_is_found(wanida: Patient, said: dict[str, object]) -> None:
    assert names(**said) == ["Wanida Sukjai"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": "Wa"},
        {"name": "sukjai"},
        {"name": "%%%"},
        {"name": "w_nida"},
        {"email": "other@example.com"},
    ],
)
def test_nothing_is_guessed(wanida: Patient, said: dict[str, object]) -> None:
    assert names(**said) == []


def test_the_same_phone_comes_before_the_same_name(wanida: Patient) -> None:
    PatientFactory.create(name="Wanida", phone="+66899999999")
    PatientFactory.create(name="Wanida Ann", phone="+66899999998")

    assert names(name="Wanida", phone=PHONE) == ["Wanida Sukjai", "Wanida", "Wanida Ann"]


def test_archived_records_are_not_offered(wanida: Patient) -> None:
    Patient.objects.update(archived_at=timezone.now())

    assert names(phone=PHONE) == []
    assert find_record(wanida.pk) is None


def test_each_way_has_an_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM patients_patient WHERE archived_at IS NULL AND (phone = '+66812345678'"
            r" OR lower(regexp_replace(email, '\+[^@]*@', '@')) = 'a@b.c' OR lower(name) LIKE 'wanida%')"
        )
        plan = " ".join(row[0] for row in cursor.fetchall())

    for index in ("patient_phone", "patient_mailbox", "patient_folded_name"):
        assert index in plan
