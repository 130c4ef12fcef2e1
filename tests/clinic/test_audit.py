"""Reads of health data leave one row each, and the rows stay as they are."""

import uuid
from datetime import UTC, datetime

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from clinic.models import ReadRecord, Role
from clinic.services.audit import Action, Reader, record_read
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 4, 36, tzinfo=UTC)
FORM, PATIENT = uuid.uuid4(), uuid.uuid4()


def read_form(*ids: uuid.UUID, reader: Reader | None = None) -> None:
    record_read(
        reader=reader or Reader(StaffFactory.create(roles=[Role.CLINICIAN]), "10.0.0.1"),
        action=Action.OPENED,
        subject_type="form_version",
        subject_ids=ids,
        patient_ids=[PATIENT, PATIENT],
        now=NOW,
    )


def test_record_read_writes_who_what_and_when() -> None:
    doctor = StaffFactory.create(roles=[Role.CLINICIAN])

    read_form(FORM, reader=Reader(doctor, "10.0.0.1"))

    row = ReadRecord.objects.get()
    assert (row.reader, row.roles, row.address, row.at) == (doctor, ["clinician"], "10.0.0.1", NOW)
    assert (row.action, row.subject_ids, row.patient_ids) == ("opened", [FORM], [PATIENT])


def test_record_read_carries_its_transaction() -> None:
    read_form(FORM)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::int8")
        assert ReadRecord.objects.get().transaction_id == cursor.fetchone()[0]


def test_record_read_writes_one_row_for_a_list_and_none_for_nothing() -> None:
    read_form(FORM, uuid.uuid4(), uuid.uuid4())
    read_form()

    assert [len(row.subject_ids) for row in ReadRecord.objects.all()] == [3]


@pytest.mark.parametrize(
    "change", ["UPDATE clinic_readrecord SET reason = 'x'", "DELETE FROM clinic_readrecord"]
)
def test_rows_cannot_be_changed_or_deleted(change: str) -> None:
    read_form(FORM)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert ReadRecord.objects.get().reason == ""


def test_without_the_trigger_a_row_could_be_changed() -> None:
    read_form(FORM)

    with pgtrigger.ignore("clinic.ReadRecord:read_append_only"), connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_readrecord SET reason = 'x'")

    assert ReadRecord.objects.get().reason == "x"
