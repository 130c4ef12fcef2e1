"""The desk's pages about people: search, record, checks and messages, and nothing about health."""

import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bookings.models import Appointment
from clinic.models import Clinic, ReadRecord, Role, User
from patients.queries.readers import list_staff_reads
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for, start_at
from tests.bookings.people_pages import open_record, search, words_of
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.health_records import CANARY, begin_form, raise_alert, read_form, send_form, sign_form

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture
def calendar() -> Calendar:
    Clinic.objects.create(pk=1, name="Mali")
    return make_calendar()


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return book_for(calendar, email="hannah.w@example.com", birth_date=date(1994, 3, 14))


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def test_a_search_shows_who_it_is_and_no_whole_phone(client: Client, visit: Appointment, nok: User) -> None:
    page = search(client, "whit", **HTMX)

    assert "<mark>Whit</mark>field" in page
    assert "1 person matches “whit”" in page
    assert "14 March 1994" in page
    assert "318" in page
    assert not re.search("7700 ?900", page)  # four digits alone stand in an identifier now and then
    assert "Dr A" in page
    assert "<html" not in page


def test_a_search_by_reference_finds_whose_visit_it_is(client: Client, visit: Appointment, nok: User) -> None:
    typed = f"{visit.reference[:3]}-{visit.reference[3:]}".lower()

    assert "Hannah Whitfield" in search(client, typed)
    assert "Hannah Whitfield" in search(client, visit.reference[:5])


@pytest.mark.usefixtures("nok")
def test_a_search_marks_names_only_and_escapes_what_is_typed(client: Client) -> None:
    PatientFactory.create(name="Ann <b>Lee</b>", birth_date=date(1994, 3, 14))

    page = search(client, "ann <b>")
    assert "&lt;" in page
    assert "<mark>Ann</mark>" in page
    assert "<b>Lee" not in page
    assert page.count("<mark>") == 2


@pytest.mark.usefixtures("nok")
@pytest.mark.parametrize(
    ("typed", "words"),
    [("w", "Type two letters or more."), ("", "Type two letters or more."), ("zzz", "No one matches “zzz”")],
)
def test_a_search_says_what_was_found(client: Client, typed: str, words: str) -> None:
    assert words in words_of(search(client, typed))


@pytest.mark.usefixtures("nok")
@pytest.mark.parametrize(
    "typed",
    [
        "%",
        "_",
        "\\",
        "😀",
        "a" * 500,
        "<script>",
        "'; --",
        "{{ 1 }}",
        "\u202e",
        "\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_a_search_survives_whatever_is_typed(client: Client, typed: str) -> None:
    assert "<script>" not in search(client, typed, **HTMX)


def test_a_search_with_nul_is_refused(client: Client, nok: User) -> None:
    assert client.get("/desk/patients/?q=a%00b").status_code == 400


@pytest.mark.usefixtures("nok")
def test_a_search_says_who_may_be_the_same_person(client: Client) -> None:
    for name in ("Hannah Whitfield", "H. Whitfield"):
        PatientFactory.create(name=name, email="h@example.com")
    PatientFactory.create(name="Lily Whitfield", email="h@example.com")

    assert search(client, "whit").count("Maybe the same person") == 2


def test_nobody_searches_for_everybody(client: Client, visit: Appointment, nok: User, settings: Any) -> None:
    settings.LIMIT_SEARCHES_PER_PERSON = 2
    record = f"/desk/patients/{visit.patient_id}/"
    search(client, "ann")
    search(client, "")
    assert client.get(record, {"q": "ann"}).status_code == 200

    assert [client.get(page, {"q": "ann"}).status_code for page in ("/desk/patients/", record)] == [429, 429]
    assert client.get(record).status_code == 200
    client.force_login(StaffFactory.create())
    search(client, "ann")


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_asks_a_fixed_number_of_queries(
    client: Client,
    calendar: Calendar,
    nok: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _visit in range(count + 1):
        book_for(calendar, name="Ann Lee", email="a@example.com")
    search(client, "ann", **HTMX)

    with django_assert_num_queries(17):
        search(client, "ann", **HTMX)


def test_a_record_shows_what_the_desk_needs(client: Client, visit: Appointment, nok: User) -> None:
    page = words_of(open_record(client, visit))

    for words in (
        *(
            "Hannah Whitfield",
            "born 14 March 1994",
            "Booked",
            "Next visit",
            visit.reference,
            "Room 1",
            "Dr A",
        ),
        *("+44 7700 900318", "hannah.w@example.com", "London", "฿1,500", "to pay at the clinic"),
        *("Health form not begun", "Ask for two of these. Then tick.", "Nobody has checked this yet."),
        *("Health answers and photos are not shown here.", "By e-mail. No health details."),
        "The visit is booked: time, place and links.",
    ):
        assert words in page


def test_a_record_leads_to_the_steps_of_the_next_visit(client: Client, visit: Appointment, nok: User) -> None:
    page = open_record(client, visit)

    for address in (
        f"/visits/{visit.reference}/move/",
        f"/visits/{visit.reference}/cancel/",
        "/book/?record=",
    ):
        assert f'href="/desk{address}' in page


def test_booking_from_a_record_begins_with_who_it_is(client: Client, visit: Appointment, nok: User) -> None:
    page = client.get("/desk/book/", {"record": str(visit.patient_id)}).content.decode()

    assert "Hannah Whitfield" in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_record_asks_a_fixed_number_of_queries(
    client: Client,
    calendar: Calendar,
    nok: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    visits = [book_for(calendar, name="Ann Lee", email="a@example.com") for _ in range(count)]
    patient = patient_of(visits[0])
    Appointment.objects.update(patient=patient)
    for number in range(count):
        PatientFactory.create(name=f"Ann Lee {number}", email=patient.email)
    open_record(client, patient)

    with django_assert_num_queries(23):
        open_record(client, patient)


def test_visits_come_in_pages(client: Client, visit: Appointment, nok: User) -> None:
    patient = patient_of(visit)
    past = [uuid.uuid4() for _ in range(11)]
    for number, key in enumerate(past):
        start = timezone.now() - timedelta(days=10 + number)
        Appointment.objects.create(
            id=key,
            reference=f"P{number}",
            status="done",
            visit_type=visit.visit_type,
            site=visit.site,
            practitioner=visit.practitioner,
            patient=patient,
            starts_at=start,
            ends_at=start + timedelta(minutes=40),
        )

    first, second = open_record(client, patient), open_record(client, patient, "?page=1")

    assert "P8<" in first
    assert "P9<" not in first
    assert "P10<" in second
    assert "Earlier visits" in first
    assert "Later visits" in second
    assert "No visits yet" in open_record(client, patient, "?page=999")


@pytest.mark.parametrize("role", Role.values)
def test_every_reader_is_written_down_and_no_patient_is_shown_it(
    client: Client, visit: Appointment, role: str
) -> None:
    user = StaffFactory.create(roles=[role])
    client.force_login(user)

    open_record(client, visit)

    read = ReadRecord.objects.get()
    assert (read.reader, read.action, read.subject_type, read.patient_ids) == (
        user,
        "listed",
        "patient",
        [visit.patient_id],
    )
    assert visit.patient_id is not None
    assert list_staff_reads(visit.patient_id) == []


@pytest.mark.parametrize("role", [Role.NURSE, Role.CLINICIAN])
def test_who_only_looks_sees_no_buttons(client: Client, visit: Appointment, role: str) -> None:
    client.force_login(StaffFactory.create(roles=[role]))

    main = open_record(client, visit).partition("<main")[2]

    assert "<form" not in main
    assert "/edit/" not in main


def test_a_record_and_a_search_hold_no_word_about_health(
    client: Client, visit: Appointment, nok: User
) -> None:
    patient = patient_of(visit)
    begin_form(patient)
    version = send_form(patient)
    read_form(version)
    sign_form(version)
    raise_alert(patient)

    page = open_record(client, patient)

    assert CANARY not in page + search(client, "whit")
    assert "Health form <b>read by a doctor" in page
    assert "Call a doctor now" in page


def test_a_record_without_visits_is_a_page_too(client: Client, nok: User) -> None:
    patient = PatientFactory.create(account=UserFactory.create(email="me@example.com"))

    page = words_of(open_record(client, patient))

    assert "No visit to come" in page
    assert "No visits yet" in page
    assert "me@example.com" in page


def test_a_visit_that_is_over_is_the_last_one(client: Client, visit: Appointment, nok: User) -> None:
    start_at(visit, timezone.now() - timedelta(days=3))
    Appointment.objects.update(status="done")

    assert "Last:" in search(client, "whit")
    assert "No visit to come" in open_record(client, visit)
