"""What people may ask about their data, done by the site's own database role, which may not do everything."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection

from bookings.models import Appointment
from bookings.services.erasure import destroy_locked, erase_patient
from bookings.services.own_copies import ask_for_copy, build_copy, take_copy
from bookings.services.retention import apply_retention
from bookings.services.visit_history import HISTORY, forget_history
from clinic.services.audit import Reader
from patients.models import ErasureRecord, Patient
from patients.queries.care_team import find_open_reason
from patients.services.reason_access import close_access, mark_looked_at, open_with_reason, revoke_access
from tests.bookings.canaries import Erasable, find_traces, write_person
from tests.calendars import NOW, make_calendar
from tests.factories import PatientFactory, StaffFactory
from tests.served import served

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=30)


@pytest.fixture
def person(settings: Any, tmp_path: Path) -> Erasable:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return write_person()


def count_history() -> int:
    return int(apps.get_model("bookings", "AppointmentEvent")._base_manager.count())


def test_tests_that_are_served_connect_as_the_sites_role() -> None:
    with served(), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("nuan_app",)


def test_the_site_erases_and_destroys(person: Erasable) -> None:
    with served():
        erase_patient(patient_id=person.patient.pk, now=LATER)
        assert count_history() == 0
        destroy_locked(patient_id=person.patient.pk, now=LATER)

    assert set(ErasureRecord.objects.values_list("kind", flat=True)) >= {"locked", "destroyed"}
    assert find_traces() == {}


def test_the_site_makes_copies(person: Erasable) -> None:
    with served():
        row, _password = ask_for_copy(
            patient=Patient.objects.get(pk=person.patient.pk),
            by=person.account,
            language="en",
            leaves_out_private=False,
            now=LATER,
        )
        build_copy(export_id=row.pk, now=LATER)
        assert b"".join(
            take_copy(
                patient=person.patient, reader=Reader(person.account), leaves_out_private=False, now=LATER
            )
        )


def test_the_site_keeps_the_retention_table(person: Erasable) -> None:
    with served():
        apply_retention(now=LATER + timedelta(days=365 * 40))

    assert Patient.objects.get(pk=person.patient.pk).erased_at is not None


def test_the_history_of_nobody_else_goes_not_even_of_a_visit_that_was_deleted(person: Erasable) -> None:
    before = count_history()
    with served():
        assert forget_history([person.visit.pk]) == 0
        Appointment.objects.filter(pk=person.visit.pk).delete()
        assert forget_history([person.visit.pk]) == 0
        with pytest.raises(ProgrammingError), pgtrigger.ignore(HISTORY):
            apps.get_model("bookings", "AppointmentEvent")._base_manager.all().delete()

    assert count_history() >= before > 0


def test_the_history_of_a_hold_that_nobody_booked_goes() -> None:
    hold = make_calendar().hold()
    assert count_history() > 0

    with served():
        Appointment.objects.filter(pk=hold.pk).delete()
        assert forget_history([hold.pk]) > 0

    assert count_history() == 0


def test_the_site_closes_what_a_reason_opened() -> None:
    patient, nurse = PatientFactory.create(), StaffFactory.create(roles=["nurse"])
    owner = StaffFactory.create(roles=["owner"])
    with served():
        opened = open_with_reason(nurse, patient, "She called about her skin", NOW)
        mark_looked_at(access_id=opened.pk, by=owner, now=NOW)
        close_access(user=nurse, patient_id=patient.pk)
        again = open_with_reason(nurse, patient, "She called once more", NOW)
        revoke_access(access_id=again.pk)

        assert find_open_reason(nurse, patient.pk) is None
