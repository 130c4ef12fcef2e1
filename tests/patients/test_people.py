"""Who a booking is for."""

from datetime import date

import pytest

from patients.models import Patient
from patients.services.people import create_patient
from tests.calendars import person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_create_patient_writes_a_new_one_for_each_anonymous_booking() -> None:
    first = create_patient(person=person(email="a@example.com"))
    second = create_patient(person=person(email="a@example.com"))
    assert first.pk != second.pk


def test_create_patient_keeps_one_record_for_the_same_person_of_an_account() -> None:
    account = UserFactory.create()
    first = create_patient(person=person(account=account, name="Hannah Whitfield"))
    second = create_patient(person=person(account=account, name="hannah whitfield", email="new@example.com"))
    assert second.pk == first.pk
    assert Patient.objects.get().email == "new@example.com"


@pytest.mark.parametrize("changes", [{"name": "Tom Whitfield"}, {"birth_date": date(2015, 2, 3)}])
def test_create_patient_never_merges_two_people_of_a_family(changes: dict[str, object]) -> None:
    account = UserFactory.create()
    mine = create_patient(person=person(account=account, birth_date=date(1990, 1, 2)))
    other = create_patient(person=person(**{"account": account, "birth_date": date(1990, 1, 2), **changes}))
    assert mine.pk != other.pk


def test_create_patient_never_uses_somebody_elses_record() -> None:
    mine = create_patient(person=person(account=UserFactory.create()))
    other = create_patient(person=person(account=UserFactory.create()))
    assert mine.pk != other.pk
