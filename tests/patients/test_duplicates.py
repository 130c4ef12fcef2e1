"""Records that may be one person's; a family is never among them."""

from datetime import date
from typing import Any

import pytest
from phonenumber_field.phonenumber import PhoneNumber
from pytest_django import DjangoAssertNumQueries

from patients.models import DifferentPeople, Patient
from patients.queries import duplicates
from patients.queries.duplicates import list_duplicates_of, list_duplicates_of_new, list_newest_duplicates
from patients.services.duplicates import keep_apart
from tests.calendars import NOW
from tests.factories import PatientFactory, StaffFactory

pytestmark = pytest.mark.django_db

BORN, OTHER_DAY = date(1994, 3, 14), date(2012, 5, 6)


def others_of(patient: Patient) -> list[str]:
    return [pair.other.name for pair in list_duplicates_of([patient.pk])]


@pytest.fixture
def hannah() -> Patient:
    return PatientFactory.create(
        name="Hannah Whitfield", phone="+447700900318", email="hannah.w@example.com", birth_date=BORN
    )


@pytest.mark.parametrize(
    "same",
    [
        {"name": "H. Whitfield", "phone": "+447700900318", "email": "x@example.com"},
        {"name": "H. Whitfield", "phone": "", "email": "Hannah.W+visit@Example.com"},
        {"name": "Hannah Witfield", "phone": "+447700900318", "birth_date": None},
        {"name": "Whitfield Hannah", "phone": "+66810000000", "birth_date": BORN},
        {"name": "Hannah Whitfield", "phone": "+447700900318", "birth_date": OTHER_DAY},
        {"name": "แฮนนาห์ วิทฟิลด์", "phone": "+447700900318", "birth_date": BORN},
    ],
)
def test_a_second_record_is_found(hannah: Patient, same: dict[str, Any]) -> None:
    PatientFactory.create(**same)

    assert others_of(hannah) == [same["name"]]


@pytest.mark.parametrize(
    "family",
    [
        {"name": "Lily Whitfield", "phone": "+447700900318", "email": "hannah.w@example.com"},
        {"name": "Rose Whitfield", "phone": "+447700900318", "birth_date": BORN},
        {"name": "J. Whitfield", "phone": "+447700900318"},
        {"name": "Hanna Whitfield", "phone": "+447700900318", "birth_date": OTHER_DAY},
        {"name": "แฮนนาห์ วิทฟิลด์", "phone": "+447700900318", "birth_date": None},
        {"name": "Hannah Whitfield", "phone": "+66810000000", "email": "other@example.com"},
    ],
)
def test_family_and_namesakes_are_two_people(hannah: Patient, family: dict[str, Any]) -> None:
    PatientFactory.create(**family)

    assert others_of(hannah) == []


def test_empty_contacts_are_nothing_in_common() -> None:
    one = PatientFactory.create(name="Ann Lee", phone="", email="")
    PatientFactory.create(name="Ann Lee", phone="", email="")

    assert others_of(one) == []


def test_what_is_the_same_is_said(hannah: Patient) -> None:
    PatientFactory.create(name="H. Whitfield", phone="+447700900318", email="hannah.w@example.com")

    [pair] = list_duplicates_of([hannah.pk])

    assert (pair.same_phone, pair.same_email, pair.same_birth_date, pair.same_name) == (
        True,
        True,
        False,
        False,
    )


def test_who_was_kept_apart_is_not_shown_again(hannah: Patient) -> None:
    other = PatientFactory.create(name="H. Whitfield", phone="+447700900318")
    nok = StaffFactory.create()

    for _twice in range(2):
        keep_apart(patient_id=other.pk, other_id=hannah.pk, by=nok, now=NOW)

    assert (others_of(hannah), others_of(other)) == ([], [])
    assert DifferentPeople.objects.count() == 1


def test_nobody_is_another_person_than_themselves(hannah: Patient) -> None:
    with pytest.raises(ValueError, match="itself"):
        keep_apart(patient_id=hannah.pk, other_id=hannah.pk, by=StaffFactory.create(), now=NOW)


def test_the_archive_holds_no_duplicates(hannah: Patient) -> None:
    PatientFactory.create(name="H. Whitfield", phone="+447700900318", archived_at=NOW)

    assert others_of(hannah) == []


def test_somebody_new_is_compared_before_they_are_written_down(hannah: Patient) -> None:
    said: dict[str, Any] = {
        "birth_date": None,
        "phone": PhoneNumber.from_string("+447700900318"),
        "email": "",
    }

    assert [pair.other for pair in list_duplicates_of_new(name="H Whitfield", **said)] == [hannah]
    assert list_duplicates_of_new(name="Lily Whitfield", **said) == []
    assert list_duplicates_of_new(name="Ann", birth_date=None, phone=None, email="") == []


def test_the_list_shows_a_pair_once_and_goes_back_in_time(
    hannah: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    PatientFactory.create(name="H. Whitfield", phone="+447700900318")
    monkeypatch.setattr(duplicates, "WINDOW", 1)

    newest, has_earlier = list_newest_duplicates(0)
    earlier, has_more = list_newest_duplicates(1)

    assert (len(newest), has_earlier) == (1, True)
    assert (len(earlier), has_more) == (1, False)
    monkeypatch.undo()
    assert len(list_newest_duplicates(0)[0]) == 1


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_asks_a_fixed_number_of_queries(
    hannah: Patient, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        PatientFactory.create(name=f"H. Whitfield {number}", phone="+447700900318")

    with django_assert_num_queries(3):
        list_newest_duplicates(0)


def test_a_phone_that_stands_everywhere_is_not_read_to_its_end() -> None:
    Patient.objects.bulk_create(PatientFactory.build_batch(60, name="Ann Lee", phone="+6620000000", email=""))
    one = Patient.objects.order_by("pk").first()
    assert one is not None

    assert 10 < len(list_duplicates_of([one.pk])) <= 20
