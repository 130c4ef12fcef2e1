"""The dry run: who is one person, who takes a visit, and what is in the way."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import TimeOff
from bookings.queries.import_facts import get_clinicians
from bookings.queries.import_plan import ImportPlan, make_plan
from clinic.models.visit_types import BookableBy
from patients.models import Patient
from tests.calendars import MONDAY, NOW, Calendar, make_calendar
from tests.factories import PatientFactory, PractitionerFactory
from tests.imports.files import read_text

pytestmark = pytest.mark.django_db

HEAD = "Name,Phone,Email,Birth date,Date,Time,Service,Doctor,Mode,Status\n"


def plan_of(calendar: Calendar, *lines: str, **changes: Any) -> ImportPlan:
    """Return what importing some lines would do."""
    read = read_text(HEAD + "\n".join(lines) + "\n", calendar, **changes)
    return make_plan(read, get_clinicians(calendar.site), leave_out_known=False, now=NOW)


def codes(plan: ImportPlan) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in plan.problems]


@pytest.mark.parametrize(
    ("second", "people"),
    [
        ("ANNA  b,0812345678,,", 1),
        ("Anna B,,a@x.example,1991-02-03", 1),
        ("Anna B,,,1991-02-03", 1),
        ("Anna B,,,1992-02-03", 2),
        ("Anna B,0812345678,,1992-02-03", 2),
        ("Anna B,,,", 2),
        ("Ben B,0812345678,a@x.example,1991-02-03", 2),
    ],
)
def test_a_name_and_one_thing_more_make_one_person(second: str, people: int) -> None:
    plan = plan_of(make_calendar(), "Anna B,+66 81 234 5678,A@x.example,3/2/1991", second)

    assert (len(plan.new), codes(plan)) == (people, [])


def test_a_family_of_one_phone_is_never_merged_with_who_is_here() -> None:
    PatientFactory.create(name="Anna B", phone="+66812345678", email="a@x.example")

    plan = plan_of(make_calendar(), "Ben B,0812345678,a@x.example,", "anna b,0812345678,,")

    assert [guest.person.name for guest in plan.new] == ["Ben B"]
    assert [guest.known_id for guest in plan.known] == [Patient.objects.get().pk]


def test_archived_people_are_not_here() -> None:
    PatientFactory.create(name="Anna B", phone="+66812345678", archived_at=NOW)

    assert len(plan_of(make_calendar(), "Anna B,0812345678").new) == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",0812345678", "name_missing"),
        ("12345", "name"),
        ("Anna,12", "phone"),
        ("Anna,,nobody", "email"),
        ("Anna,,,31/02/1990", "birth_date"),
        ("Anna,,,3/2/91", "birth_date_short"),
        ("Anna,,,3/2/2030", "birth_date_bounds"),
        ("Anna,,,,soon,9:00", "date"),
        ("Anna,,,,2026-11-23,", "time"),
        ("Anna,,,,2099-11-23,9:00", "date_bounds"),
        ("Anna,,,,2026-11-19,9:00", "over"),
        ("Anna,,,,2026-11-23,9:00,Massage", "visit_type"),
        ("Anna,,,,2026-11-23,9:00,,Dr Nobody", "practitioner"),
        ("Anna,,,,2026-11-23,9:00,,Dr Z", "not_theirs"),
        ("Anna,,,,2026-11-23,9:00,,,fax", "mode"),
        ("Anna,,,,2026-11-23,9:00,,,phone", "mode_not_offered"),
        ("Anna,,,,2026-11-23,9:00,,,,Cancelled", "called_off"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(line: str, code: str) -> None:
    calendar = make_calendar()
    PractitionerFactory.create(short="Dr Z")

    assert codes(plan_of(calendar, line)) == [(2, code)]


def test_two_of_one_name_are_asked_about() -> None:
    calendar = make_calendar()
    PractitionerFactory.create(short="A", visit_types=[calendar.visit_type])

    assert codes(plan_of(calendar, "Anna,,,,2026-11-23,9:00,,Dr A")) == [(2, "practitioners")]


def test_a_visit_that_a_doctor_must_decide_on_is_never_imported() -> None:
    calendar = make_calendar(bookable_by=BookableBy.GATED)

    assert codes(plan_of(calendar, "Anna,,,,2026-11-23,9:00")) == [(2, "gated")]


def test_clashes_are_found_with_the_calendar_and_within_the_file() -> None:
    calendar = make_calendar(practitioners=2, rooms=1)
    calendar.book(MONDAY)
    TimeOff.objects.create(
        resource=calendar.practitioners[0].resource,
        span=DateTimeTZRange(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)),
    )

    plan = plan_of(
        calendar,
        "Anna,0812345678,,,2026-11-23,9:00,,Dr B",  # the one room is taken
        "Anna,0812345678,,,2026-11-24,9:00,,Dr A",  # time off
        "Anna,0812345678,,,2026-11-25,9:00,,Dr A",
        "Anna,0812345678,,,2026-11-25,9:30,,Dr B",  # in two places at once
        "Ben,,,,2026-11-25,9:30,,Dr A",  # within the visit of line 4
        "Cia,,,,2026-11-25,9:50,,Dr A",  # after its buffer
    )

    assert codes(plan) == [
        (2, "room_busy"),
        (3, "practitioner_busy"),
        (5, "person_busy"),
        (6, "practitioner_busy"),
    ]
    assert [visit.row for visit in plan.visits] == [4, 7]


def test_nobody_is_taken_by_chance_who_is_named_further_down() -> None:
    calendar = make_calendar(practitioners=2, rooms=3)

    plan = plan_of(
        calendar,
        "Anna,,,,2026-11-23,9:00",
        "Ben,,,,2026-11-23,9:00,,Dr A",
        "Cia,,,,2026-11-23,9:00",
    )

    assert [visit.practitioner_id for visit in plan.visits] == [
        person.pk for person in reversed(calendar.practitioners)
    ]
    assert codes(plan) == [(4, "nobody_free")]


def test_a_visit_outside_hours_is_imported_and_listed() -> None:
    calendar = make_calendar(rooms=2)

    plan = plan_of(calendar, "Anna,,,,2026-11-22,9:00", "Ben,,,,2026-11-23,16:15", "Cia,,,,2026-11-24,16:10")

    assert [visit.row for visit in plan.to_move] == [2, 3]
    assert len(plan.visits) == 3


def test_a_hold_that_is_alive_is_in_the_way() -> None:
    calendar = make_calendar()
    calendar.hold(MONDAY)

    assert codes(plan_of(calendar, "Anna,,,,2026-11-23,9:00")) == [(2, "nobody_free")]


@pytest.mark.parametrize(
    ("country", "typed", "phone"),
    [
        ("TH", "812345678", "+66812345678"),
        ("TH", "66812345678", "+66812345678"),
        ("TH", "081-234-5678", "+66812345678"),
        ("TH", "'+66812345678", "+66812345678"),
        ("TH", "447911123456", "+447911123456"),
        ("GB", "7911123456", "+447911123456"),
        ("GB", "00 66 81 234 5678", "+66812345678"),
    ],
)
def test_phones_that_spreadsheets_have_spoilt_are_read(country: str, typed: str, phone: str) -> None:
    calendar = make_calendar()
    calendar.site.country = country

    (guest,) = plan_of(calendar, f"Anna,{typed}").new

    assert guest.person.phone == phone


def test_a_buddhist_year_is_said_with_an_example() -> None:
    read = read_text(HEAD + "Anna,,,1/2/1990\nBen,,,4/3/2534\n", make_calendar())

    assert read.buddhist == ("4/3/2534", datetime(1991, 3, 4, tzinfo=NOW.tzinfo).date())
