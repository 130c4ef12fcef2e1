"""What the desk writes beside visits is sealed, goes along in a merge, and closes nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from bookings.models import Appointment
from bookings.queries.desk_words import open_cancel_reason, open_note
from bookings.services import desk, visits
from bookings.services.actors import Actor
from clinic.sealing import Unreadable
from patients.models import DataKey
from patients.services.vault import ensure_vault
from tests.bookings.longer_visits import patient_of
from tests.bookings.two_records import merge
from tests.calendars import NOW, PATIENT, make_calendar
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

DESK = Actor("staff")  # type: ignore[arg-type]
WORDS = "Canary rings first"


@pytest.fixture
def visit() -> Appointment:
    return make_calendar().book()


def write(visit: Appointment, note: str = WORDS, was: str = "") -> Appointment:
    return desk.write_note(appointment=visit, note=note, was=was, actor=DESK, now=NOW)


def break_key(visit: Appointment) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE patients_datakey SET wrapped = '\\x01' WHERE patient_id = %s", [visit.patient_id]
        )


def test_a_note_is_sealed_in_its_own_column(visit: Appointment) -> None:
    written = write(visit)

    assert open_note(written) == WORDS
    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM bookings_appointment row")
        assert "Canary" not in cursor.fetchone()[0]
    written.sealed_cancel_reason = written.sealed_desk_note  # moved to another column
    with pytest.raises(Unreadable):
        open_cancel_reason(written)


def test_a_note_that_is_taken_away_leaves_nothing(visit: Appointment) -> None:
    assert write(write(visit), note="", was=WORDS).sealed_desk_note is None
    assert open_note(visit) == ""


def test_a_visit_without_words_needs_no_key(visit: Appointment) -> None:
    visits.cancel_visit(appointment=visit, actor=PATIENT, reason="", now=NOW)

    assert not DataKey.objects.exists()


def test_words_go_along_when_records_become_one() -> None:
    calendar = make_calendar()
    first, second = calendar.book(), calendar.book(NOW + timedelta(days=4), name="Hannah W.")
    write(second)
    ensure_vault(patient_of(first).pk)

    merge(patient_of(first), patient_of(second))

    moved = Appointment.objects.get(pk=second.pk)
    assert moved.patient_id == first.patient_id
    assert open_note(moved) == WORDS
    assert open_note(write(moved, note="Both", was=WORDS)) == "Both"


def test_a_note_that_does_not_open_leaves_the_panel_open(client: Client, visit: Appointment) -> None:
    write(visit)
    break_key(visit)
    client.force_login(StaffFactory.create())

    answer = client.get(f"/desk/visits/{visit.reference}/panel/")

    page = answer.content.decode()
    assert (answer.status_code, "This note cannot be opened now." in page) == (200, True)


def test_a_visit_is_cancelled_even_if_its_reason_cannot_be_sealed(visit: Appointment) -> None:
    ensure_vault(patient_of(visit).pk)
    break_key(visit)

    cancelled = visits.cancel_visit(appointment=visit, actor=PATIENT, reason="time", now=NOW)

    assert (cancelled.status, cancelled.sealed_cancel_reason) == ("cancelled", None)


def test_a_note_that_cannot_be_sealed_is_refused_and_the_old_one_stays(visit: Appointment) -> None:
    before = write(visit).sealed_desk_note
    break_key(visit)

    with pytest.raises(Unreadable):
        write(visit, note="Other", was=WORDS)

    assert bytes(Appointment.objects.get(pk=visit.pk).sealed_desk_note or b"") == bytes(before or b"")
