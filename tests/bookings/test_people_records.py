"""Writing down who somebody is, and bringing records together, on the desk's pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bookings.models import Appointment
from clinic.models import Clinic, User
from patients.models import DifferentPeople, Merge, Patient
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.health_records import begin_form

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Hannah Whitfield",
    "birth_day": "14",
    "birth_month": "3",
    "birth_year": "1994",
    "phone": "+44 7700 900318",
    "email": "hannah.w@example.com",
    "contact_name": "",
    "language": "en",
    "zone": "Europe/London",
}


@pytest.fixture
def calendar() -> Calendar:
    Clinic.objects.create(pk=1, name="Mali")
    return make_calendar()


@pytest.fixture(autouse=True)
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


@pytest.fixture
def pair(calendar: Calendar) -> tuple[Patient, Patient]:
    kept, gone = (
        book_for(calendar, name=name, email="h@example.com") for name in ("Hannah Whitfield", "H. Whitfield")
    )
    return patient_of(kept), patient_of(gone)


def add(client: Client, **fields: str) -> Any:
    return client.post("/desk/patients/new/", TYPED | fields)


@pytest.mark.usefixtures("calendar")
def test_somebody_new_is_written_down(client: Client) -> None:
    response = add(client)

    patient = Patient.objects.get()
    assert response["Location"] == f"/desk/patients/{patient.pk}/"
    assert (patient.name, str(patient.birth_date), str(patient.phone), patient.zone) == (
        *("Hannah Whitfield", "1994-03-14", "+447700900318"),
        "Europe/London",
    )


@pytest.mark.usefixtures("calendar")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Enter the full name"),
        ({"name": "😀"}, "emoji"),
        ({"phone": "", "email": ""}, "Enter a phone number or an email"),
        ({"phone": "12"}, "phone number"),
        ({"email": "x"}, "name@example.com"),
        ({"birth_year": "2537"}, "1994"),
        ({"birth_year": "9" * 30}, "year"),
        ({"birth_day": "31", "birth_month": "2"}, "does not have that day"),
        ({"birth_day": ""}, "day, month and year"),
        ({"zone": "Mars/Olympus"}, "not a time zone"),
        ({"language": "xx"}, "valid choice"),
        ({"name": "a\x00b" * 150}, "too long"),
    ],
)
def test_what_is_wrong_is_said_beside_what_was_typed(
    client: Client, fields: dict[str, str], words: str
) -> None:
    response = add(client, **fields)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Patient.objects.exists()


@pytest.mark.usefixtures("calendar")
def test_a_likely_double_is_shown_before_anything_is_saved(client: Client) -> None:
    PatientFactory.create(name="H. Whitfield", phone="+447700900318")

    shown = add(client)
    assert shown.status_code == 422
    assert "This person may be here already. Nothing is saved yet." in shown.content.decode()
    assert Patient.objects.count() == 1

    assert add(client, anyway="made up").status_code == 422
    assert add(client, anyway=shown.context["anyway"]).status_code == 302
    assert Patient.objects.count() == 2


@pytest.mark.usefixtures("calendar")
def test_a_sister_is_no_double(client: Client) -> None:
    PatientFactory.create(name="Lily Whitfield", phone="+447700900318", email="hannah.w@example.com")

    assert add(client).status_code == 302


def edit(client: Client, patient: Patient, **fields: str) -> Any:
    address = f"/desk/patients/{patient.pk}/edit/"
    seen = client.get(address).context["seen"]
    return client.post(address, {**TYPED, "seen": seen, **fields})


def test_contacts_are_changed_and_the_email_is_explained(client: Client, pair: Any) -> None:
    page = client.get(f"/desk/patients/{pair[0].pk}/edit/").content.decode()
    assert "Whoever reads the new address can open this record with a code." in page
    assert "1 visit to come has links in messages." in page

    assert edit(client, pair[0], email="new@example.com").status_code == 302

    pair[0].refresh_from_db()
    assert pair[0].email == "new@example.com"


def test_an_account_is_named(client: Client, pair: Any) -> None:
    Patient.objects.update(account=UserFactory.create(email="me@example.com"))

    page = client.get(f"/desk/patients/{pair[0].pk}/edit/").content.decode()
    assert "They still sign in with me@example.com." in page


def test_two_receptionists_do_not_overwrite_each_other(client: Client, pair: Any) -> None:
    response = edit(client, pair[0], seen="an older page")

    assert response.status_code == 422
    assert "Somebody changed this record meanwhile." in response.content.decode()
    assert edit(client, pair[0]).status_code == 302


def test_a_record_goes_into_the_archive_and_comes_back(client: Client) -> None:
    patient = PatientFactory.create(name="Ann Lee")

    page = client.post(f"/desk/patients/{patient.pk}/archive/", follow=True).content.decode()
    assert "Take out of the archive" in page
    assert "Ann Lee" not in client.get("/desk/patients/?q=ann").content.decode()

    client.post(f"/desk/patients/{patient.pk}/restore/")
    assert "Ann</mark> Lee" in client.get("/desk/patients/?q=ann").content.decode()


def test_nobody_with_a_visit_to_come_is_put_away(client: Client, pair: Any) -> None:
    page = client.post(f"/desk/patients/{pair[0].pk}/archive/", follow=True).content.decode()

    assert "There is a visit to come. Move or cancel it first." in page
    assert not Patient.objects.exclude(archived_at=None).exists()


def compare(client: Client, kept: Patient, gone: Patient) -> Any:
    return client.get(f"/desk/patients/{kept.pk}/compare/{gone.pk}/")


def test_a_double_is_compared_merged_and_parted_again(client: Client, pair: Any) -> None:
    kept, gone = pair
    assert "This may be the same person as" in client.get(f"/desk/patients/{kept.pk}/").content.decode()
    page = compare(client, kept, gone)
    assert page.content.decode().count("differs") >= 1

    merged = client.post(
        f"/desk/patients/{kept.pk}/compare/{gone.pk}/",
        {"seen": page.context["seen"], "name": "kept", "phone": "gone"},
        follow=True,
    ).content.decode()
    assert "Merged. You can undo this for 24 hours." in merged
    assert "The record of H. Whitfield became a part of this one" in merged
    assert Appointment.objects.filter(patient=kept).count() == 2

    led = client.get(f"/desk/patients/{gone.pk}/", follow=True)
    assert led.redirect_chain == [(f"/desk/patients/{kept.pk}/", 302)]

    undone = client.post(f"/desk/patients/merges/{Merge.objects.get().pk}/undo/", follow=True)
    assert "Undone. Both records are as they were." in undone.content.decode()
    assert Appointment.objects.filter(patient=gone).count() == 1


def test_a_merge_that_is_refused_says_every_reason(client: Client, pair: Any) -> None:
    kept, gone = pair
    begin_form(kept)
    begin_form(gone)
    page = compare(client, kept, gone)
    assert "A form cannot move to another record." in page.content.decode()
    assert ">Merge<" not in page.content.decode()

    refused = client.post(f"/desk/patients/{kept.pk}/compare/{gone.pk}/", {"seen": page.context["seen"]})

    assert refused.status_code == 409
    assert "A form cannot move to another record." in refused.content.decode()
    assert not Merge.objects.exists()


def test_an_undo_that_comes_too_late_says_so(client: Client, pair: Any) -> None:
    kept, gone = pair
    seen = compare(client, kept, gone).context["seen"]
    client.post(f"/desk/patients/{kept.pk}/compare/{gone.pk}/", {"seen": seen})
    Merge.objects.update(at=timezone.now() - timedelta(hours=25))

    page = client.post(f"/desk/patients/merges/{Merge.objects.get().pk}/undo/", follow=True).content.decode()

    assert "More than 24 hours have passed." in page


def test_who_will_see_what_through_an_account_is_said(client: Client, pair: Any) -> None:
    kept, gone = pair
    Patient.objects.filter(pk=gone.pk).update(account=UserFactory.create(email="me@example.com"))

    assert "The account me@example.com will see all visits" in compare(client, kept, gone).content.decode()


@pytest.mark.parametrize("where", ["duplicates", ""])
def test_who_is_kept_apart_is_not_shown_again(client: Client, pair: Any, where: str) -> None:
    kept, gone = pair
    assert "H. Whitfield" in client.get("/desk/patients/duplicates/").content.decode()

    client.post(f"/desk/patients/{kept.pk}/apart/{gone.pk}/", {"from": where})

    assert DifferentPeople.objects.count() == 1
    assert "No likely duplicates here" in client.get("/desk/patients/duplicates/").content.decode()


def test_nobody_is_compared_with_themselves(client: Client, pair: Any) -> None:
    assert compare(client, pair[0], pair[0]).status_code == 404
    assert client.post(f"/desk/patients/{pair[0].pk}/apart/{pair[0].pk}/").status_code == 404


@pytest.mark.parametrize("data", [{}, {"seen": "x" * 65}, {"seen": "y", "name": "nonsense"}])
def test_a_form_that_no_page_made_merges_nothing(client: Client, pair: Any, data: dict[str, str]) -> None:
    kept, gone = pair

    assert client.post(f"/desk/patients/{kept.pk}/compare/{gone.pk}/", data).status_code == 404
    assert not Merge.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_duplicates_asks_a_fixed_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count + 1):
        PatientFactory.create(name=f"Ann Lee {number}", email="a@example.com", phone="")
    client.get("/desk/patients/duplicates/")

    with django_assert_num_queries(9):
        client.get("/desk/patients/duplicates/")
