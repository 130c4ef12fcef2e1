"""Who a booking is for."""

from datetime import date

import pytest

from patients.models import Patient
from patients.services.people import PersonDetails, get_patient_of
from tests.calendars import person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def book_for(details: PersonDetails) -> Patient:
    """Return who a booking is for, written down as a booking does."""
    patient = get_patient_of(person=details)
    if patient._state.adding:
        patient.save(force_insert=True)
    return patient


def test_get_patient_leaves_a_new_one_to_be_inserted() -> None:
    patient = get_patient_of(person=person(name="Hannah"))
    assert (patient.name, patient._state.adding) == ("Hannah", True)
    assert not Patient.objects.exists()


def test_get_patient_makes_a_new_one_for_each_anonymous_booking() -> None:
    first = book_for(person(email="a@example.com"))
    second = book_for(person(email="a@example.com"))
    assert first.pk != second.pk


def test_get_patient_keeps_one_record_for_the_same_person_of_an_account() -> None:
    account = UserFactory.create()
    first = book_for(person(account=account, name="Hannah Whitfield"))
    second = book_for(person(account=account, name="hannah whitfield", email="new@example.com"))
    assert second.pk == first.pk
    assert Patient.objects.get().email == "new@example.com"


@pytest.mark.parametrize("changes", [{"name": "Tom Whitfield"}, {"birth_date": date(2015, 2, 3)}])
def test_get_patient_never_merges_two_people_of_a_family(changes: dict[str, object]) -> None:
    account = UserFactory.create()
    mine = book_for(person(account=account, birth_date=date(1990, 1, 2)))
    other = book_for(person(**{"account": account, "birth_date": date(1990, 1, 2), **changes}))
    assert mine.pk != other.pk


def test_get_patient_never_uses_somebody_elses_record() -> None:
    mine = book_for(person(account=UserFactory.create()))
    other = book_for(person(account=UserFactory.create()))
    assert mine.pk != other.pk
