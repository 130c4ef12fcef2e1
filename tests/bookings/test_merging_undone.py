"""A merge of two records is undone exactly, once, within a day, and never over what came since."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bookings.models import Appointment
from bookings.queries.merging import list_obstacles_to_undo
from bookings.services import visits
from bookings.services.merging import CHOICES
from bookings.services.own_copies import CopyGone, ask_for_copy, build_copy, take_copy
from bookings.services.refusals import CannotMerge
from clinic.services.audit import Reader
from patients.models import DataExport, Draft, Merge, Patient
from patients.queries.exports import path_of_export
from tests import rows
from tests.bookings.longer_visits import ask_longer
from tests.bookings.two_records import LATER, TUESDAY, book_two, merge, people_of, undo
from tests.calendars import NOW, PATIENT, Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.health_records import begin_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def pair(calendar: Calendar) -> tuple[Appointment, Appointment]:
    return book_two(calendar)


def test_an_undo_restores_both_records_exactly(calendar: Calendar) -> None:
    kept, gone = people_of(*book_two(calendar, account=UserFactory.create()))
    ask_longer(gone.appointments.get(), None, kind="next")
    by = StaffFactory.create()
    before = {table: rows.snapshot()[table] for table in WATCHED}

    made = merge(kept, gone, *CHOICES, by=by)
    assert {table: rows.snapshot()[table] for table in WATCHED} != before
    undo(made)

    assert {table: rows.snapshot()[table] for table in WATCHED} == before
    assert (Merge.objects.get().undone_at, Merge.objects.get().undone_by) == (LATER, by)


@pytest.mark.django_db(transaction=True)
def test_a_copy_of_two_records_is_destroyed_when_they_are_parted(
    calendar: Calendar, settings: Any, tmp_path: Path
) -> None:
    settings.PHOTOS_ROOT = tmp_path
    kept, gone = people_of(*book_two(calendar))
    made = merge(kept, gone)
    row, _password = ask_for_copy(
        patient=kept, by=StaffFactory.create(), language="en", leaves_out_private=False, now=NOW
    )
    build_copy(export_id=row.pk, now=NOW)
    assert path_of_export(row.pk).exists()

    undo(made)

    assert not path_of_export(row.pk).exists()
    assert DataExport.objects.get().wrapped is None
    with pytest.raises(CopyGone):
        take_copy(patient=kept, reader=Reader(None), leaves_out_private=False, now=LATER)


WATCHED = ("patients_patient", "bookings_appointment", "patients_visitrequest", "bookings_allocation")


def test_what_came_since_stays_with_the_record_that_was_kept(calendar: Calendar, pair: Any) -> None:
    kept, gone = people_of(*pair)
    made = merge(kept, gone, "email")
    since = calendar.book(TUESDAY + timedelta(days=1))
    Appointment.objects.filter(pk=since.pk).update(patient=kept)
    Patient.objects.filter(pk=kept.pk).update(phone="+66812345678")

    undo(made)

    kept.refresh_from_db()
    assert set(kept.appointments.values_list("pk", flat=True)) == {pair[0].pk, since.pk}
    assert (str(kept.phone), kept.email) == ("+66812345678", "hannah@example.com")
    assert list(gone.appointments.values_list("pk", flat=True)) == [pair[1].pk]


def test_a_visit_that_was_cancelled_since_goes_back_as_it_is(pair: Any) -> None:
    kept, gone = people_of(*pair)
    made = merge(kept, gone)
    visits.cancel_visit(appointment=pair[1], actor=PATIENT, reason="", now=NOW)

    undo(made)

    assert gone.appointments.get().status == "cancelled"


def test_a_merge_can_be_undone_once_within_a_day(pair: Any) -> None:
    made = merge(*people_of(*pair))
    with pytest.raises(CannotMerge, match="24 hours"):
        undo(made, now=NOW + timedelta(hours=24, seconds=1))

    undo(made)
    with pytest.raises(CannotMerge, match="already"):
        undo(made)


def test_an_account_that_changed_since_stands_in_the_way(pair: Any) -> None:
    made = merge(*people_of(*pair))
    Patient.objects.filter(pk=made.kept_id).update(account=UserFactory.create())

    with pytest.raises(CannotMerge, match="account"):
        undo(made)


def test_a_form_begun_with_the_other_records_account_stands_in_the_way(calendar: Calendar) -> None:
    kept, gone = people_of(*book_two(calendar, account=UserFactory.create()))
    made = merge(kept, gone)
    Draft.objects.filter(pk=begin_form(kept).pk).update(started_at=LATER)

    with pytest.raises(CannotMerge, match="health form"):
        undo(made, now=LATER)


def test_a_record_that_became_a_part_of_a_third_one_stands_in_the_way(pair: Any) -> None:
    kept, gone = people_of(*pair)
    made = merge(kept, gone)
    third = PatientFactory.create()
    second = merge(third, Patient.objects.get(pk=kept.pk))

    with pytest.raises(CannotMerge, match="archive"):
        undo(made)
    undo(second)
    undo(made)
    assert list_obstacles_to_undo(Merge.objects.get(pk=made.pk), now=LATER) != []
    assert gone.appointments.count() == 1
