"""Importing: once, everything or nothing, and nobody hears of it."""

from datetime import timedelta
from typing import Any

import pytest

from bookings import tasks
from bookings.models import Allocation, Appointment, ImportBatch, ImportedRecord, VisitEvent
from bookings.queries.import_facts import get_clinicians
from bookings.queries.import_plan import make_plan
from bookings.services.import_batches import sweep_files
from bookings.services.import_undo import UndoOver, undo_import
from bookings.services.imports import FileChanged
from clinic.models import OutboxMessage
from patients.models import Patient, VisitRequest
from tests.bookings.pages import expire
from tests.calendars import MONDAY, NOW, make_calendar
from tests.factories import PatientFactory
from tests.imports.files import PEOPLE, VISITS, choices_for, read_text, run_import, waiting

pytestmark = pytest.mark.django_db


def test_people_come_with_their_details() -> None:
    run_import(PEOPLE, make_calendar())

    hannah, somying = Patient.objects.order_by("email")
    assert (hannah.name, hannah.phone.as_e164, hannah.language) == ("Hannah Whitfield", "+447700900318", "en")
    assert (somying.phone.as_e164, somying.language) == ("+66812345678", "th")
    assert hannah.birth_date == somying.birth_date  # 2534 is 1991


def test_visits_claim_their_time_and_nobody_gets_a_message() -> None:
    calendar = make_calendar(rooms=2)

    batch = run_import(VISITS, calendar)

    first, second = Appointment.objects.order_by("starts_at")
    assert (first.starts_at, second.starts_at) == (MONDAY, MONDAY + timedelta(hours=1))
    assert first.practitioner == calendar.practitioners[0]
    assert (first.any_practitioner, second.any_practitioner) == (False, True)
    assert {visit.allocations.count() for visit in (first, second)} == {2}
    assert {event.action for event in VisitEvent.objects.all()} == {"imported"}
    assert OutboxMessage.objects.count() == 0
    assert (batch.counts["patients"], batch.counts["visits"], batch.sealed) == (2, 2, None)
    assert ImportedRecord.objects.count() == 4


def test_a_file_is_imported_once() -> None:
    calendar = make_calendar()
    batch = run_import(VISITS, calendar)

    again = run_import(VISITS, calendar, batch=ImportBatch.objects.get(pk=batch.pk))

    assert again.counts == batch.counts
    assert (Patient.objects.count(), Appointment.objects.count()) == (2, 2)


def test_columns_chosen_in_another_tab_stop_it() -> None:
    calendar = make_calendar()
    batch = waiting(VISITS, calendar)
    ImportBatch.objects.update(choices=choices_for(VISITS, calendar, mode="video").as_json())

    with pytest.raises(FileChanged):
        run_import(VISITS, calendar, batch=batch)

    assert Patient.objects.count() == 0


def test_the_same_file_again_finds_everybody_and_every_visit() -> None:
    calendar = make_calendar()
    run_import(VISITS, calendar)

    again = run_import(VISITS, calendar)

    assert (again.counts["patients"], again.counts["known"], again.counts["visits"]) == (0, 2, 0)
    assert [code for _row, code in again.counts["left_out"]] == ["person_busy", "person_busy"]


def test_lines_about_people_who_are_here_can_be_left_out() -> None:
    calendar = make_calendar()
    PatientFactory.create(name="HANNAH  Whitfield", phone="+447700900318")

    batch = run_import(VISITS, calendar, leave_out_known=True)

    assert batch.counts["left_out"] == [[2, "known"]]
    assert Appointment.objects.count() == 1


def test_what_an_import_made_goes_and_what_was_there_stays() -> None:
    calendar = make_calendar()
    known = PatientFactory.create(name="Hannah Whitfield", phone="+447700900318")
    batch = run_import(VISITS, calendar)

    undone = undo_import(batch_id=batch.pk, now=NOW + timedelta(days=7))
    again = undo_import(batch_id=batch.pk, now=NOW + timedelta(days=7))

    assert list(Patient.objects.all()) == [known]
    assert (Appointment.objects.count(), Allocation.objects.count()) == (0, 0)
    assert (undone.counts["undone_visits"], undone.counts["undone_patients"]) == (2, 1)
    assert again.counts == undone.counts


def test_what_somebody_touched_stays_and_is_listed() -> None:
    calendar = make_calendar(rooms=2)
    batch = run_import(VISITS, calendar)
    visit = Appointment.objects.get(patient__name="Hannah Whitfield")
    visit.save()  # any change there is, by whatever code
    other = Patient.objects.get(phone="+66812345678")
    Patient.objects.filter(pk=other.pk).update(name="สมหญิง ใจงาม")

    undone = undo_import(batch_id=batch.pk, now=NOW)

    assert undone.counts["kept"] == {
        str(visit.pk): "visit_changed",
        str(visit.patient_id): "patient_used",
        str(other.pk): "patient_changed",
    }
    assert Appointment.objects.get() == visit


def test_an_import_of_last_month_stays() -> None:
    batch = run_import(VISITS, make_calendar())

    with pytest.raises(UndoOver):
        undo_import(batch_id=batch.pk, now=NOW + timedelta(days=7, seconds=1))

    assert Appointment.objects.count() == 2


def test_a_file_that_nobody_imports_is_gone_after_a_day() -> None:
    calendar = make_calendar()
    waiting(PEOPLE, calendar)
    done = run_import(VISITS, calendar)

    assert sweep_files(now=NOW + timedelta(hours=23)) == 0
    assert sweep_files(now=NOW + timedelta(hours=24)) == 1
    assert list(ImportBatch.objects.all()) == [done]


def test_the_sweep_runs_daily(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting(PEOPLE, make_calendar())  # its day was in the past

    tasks.sweep_import_files(timestamp=0)

    assert ImportBatch.objects.count() == 0


def test_a_time_that_comes_between_check_and_import_is_over() -> None:
    calendar = make_calendar()
    batch = waiting(VISITS, calendar)

    read = read_text(VISITS, calendar)
    plan = make_plan(read, get_clinicians(calendar.site), leave_out_known=False, now=MONDAY)

    assert [(problem.row, problem.code) for problem in plan.problems] == [(2, "over")]
    assert batch.imported_at is None


def test_a_waiting_hold_that_ran_out_makes_way() -> None:
    calendar = make_calendar()
    expire(calendar.hold(MONDAY))

    batch = run_import(VISITS, calendar)

    assert batch.counts["visits"] == 2
    assert Allocation.objects.filter(expires_at__isnull=False).count() == 0


def test_an_import_in_demo_mode_makes_demo_records(settings: Any) -> None:
    settings.DEMO = True

    run_import(VISITS, make_calendar())

    assert {patient.is_demo for patient in Patient.objects.all()} == {True}


def test_a_relation_that_is_to_come_holds_a_patient_back() -> None:
    calendar = make_calendar()
    batch = run_import(PEOPLE, calendar)
    hannah = Patient.objects.get(email="hannah@example.com")
    VisitRequest.objects.create(patient=hannah, kind=VisitRequest.Kind.NEXT, asked_at=NOW)

    undone = undo_import(batch_id=batch.pk, now=NOW)

    assert undone.counts["kept"] == {str(hannah.pk): "patient_used"}
