"""Rows inserted together, as their models would save them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pghistory
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment, RequestKey, VisitEvent, VisitLink
from clinic import inserts
from clinic.inserts import insert_rows
from clinic.models import OutboxMessage
from patients.models import Patient
from tests.calendars import MONDAY, NOW, make_calendar, minutes

pytestmark = pytest.mark.django_db


def _patient(**changes: Any) -> Patient:
    values: dict[str, Any] = {
        "name": "Ploy O'Brien 100%",
        "birth_date": date(1990, 1, 2),
        "email": "ploy@example.com",
        "phone": "+447700900318",
        "contact_name": "นวล",
        "zone": "Asia/Bangkok",
    }
    return Patient(**(values | changes))


def _visit(**changes: Any) -> Appointment:
    calendar = make_calendar()
    values: dict[str, Any] = {
        "reference": "BCDFGHJ",
        "status": "booked",
        "visit_type": calendar.visit_type,
        "site": calendar.site,
        "practitioner": calendar.practitioners[0],
        "starts_at": MONDAY,
        "ends_at": MONDAY + minutes(40),
        "price_minor": 150_000,
    }
    return Appointment(**(values | changes))


def _columns(row: models.Model) -> dict[str, Any]:
    """Return what a table says of a row, besides its key and when it was written."""
    (columns,) = type(row)._default_manager.filter(pk=row.pk).values()
    own = {field.attname for field in row._meta.concrete_fields if getattr(field, "auto_now_add", False)}
    return {name: value for name, value in columns.items() if name not in own | {"id", "changed_at"}}


def test_a_row_is_the_same_as_a_saved_one_in_every_column() -> None:
    inserted, saved = _patient(), _patient()
    assert insert_rows(inserted)
    saved.save()
    assert _columns(inserted) == _columns(saved)
    assert not inserted._state.adding
    assert inserted.created_at <= Patient.objects.get(pk=saved.pk).created_at


def test_a_visit_is_the_same_as_a_saved_one_in_every_column() -> None:
    patient, other = _patient(), _patient()
    saved = _visit(patient=patient)
    patient.save()
    saved.save()
    values = {field.attname: getattr(saved, field.attname) for field in Appointment._meta.concrete_fields}
    visit = Appointment(**(values | {"id": uuid4(), "reference": "CCCCCCC", "patient_id": other.pk}))
    assert insert_rows(visit, other)
    again = _columns(visit) | {"reference": saved.reference, "patient_id": patient.pk}
    assert again == _columns(saved)


@pytest.mark.parametrize("model", [Appointment, Patient, VisitEvent, VisitLink, OutboxMessage, RequestKey])
def test_every_column_is_written_or_made_by_the_database(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            "   AND table_schema = current_schema() AND is_identity = 'NO' AND column_default IS NULL"
            "   AND is_generated = 'NEVER'",
            [model._meta.db_table],
        )
        columns = {name for (name,) in cursor.fetchall()}
    assert columns <= {field.column for field in inserts._fields(model)}


def test_rows_of_several_models_take_one_statement() -> None:
    patient = _patient()
    visit = _visit(patient=patient)
    event = VisitEvent(appointment=visit, action="booked", to_status="booked", by="patient", at=NOW)
    link = VisitLink(appointment=visit, token_hash="0" * 64, expires_at=datetime(2027, 1, 1, tzinfo=UTC))
    with CaptureQueriesContext(connection) as queries:
        assert insert_rows(visit, patient, event, link)
    assert len(queries) == 1
    assert (visit.events.get().facts, visit.links.get(), visit.patient) == ({}, link, patient)


def test_rows_with_and_without_a_value_are_both_written() -> None:
    for number, birth_date in enumerate([None, date(1990, 1, 2), None]):
        insert_rows(_patient(name=str(number), birth_date=birth_date))
    assert Patient.objects.filter(birth_date=None).count() == 2


def test_a_value_that_is_taken_inserts_nothing_at_all() -> None:
    insert_rows(_visit(patient=(first := _patient())), first)
    second = _patient()
    visit = _visit(patient=second, starts_at=MONDAY + minutes(60), ends_at=MONDAY + minutes(100))
    assert insert_rows(visit, second, unless_taken="reference") is False
    assert (Patient.objects.count(), Appointment.objects.count()) == (1, 1)
    assert second._state.adding
    visit.reference = "DDDDDDD"
    assert insert_rows(visit, second, unless_taken="reference") is True


def test_a_value_that_is_taken_is_an_error_where_nobody_asked() -> None:
    insert_rows(_visit(patient=(first := _patient())), first)
    second = _patient()
    with pytest.raises(IntegrityError, match="reference"):
        insert_rows(_visit(patient=second, starts_at=NOW, ends_at=MONDAY), second)


def test_history_is_written_by_trigger() -> None:
    visit = _visit(patient=(patient := _patient()))
    with pghistory.context(url="/book/"):
        patient.save()  # a transaction's earlier write says what the history is about
        insert_rows(visit)
    (change,) = apps.get_model("bookings.AppointmentEvent").objects.filter(pgh_obj_id=visit.pk)
    assert (change.pgh_label, change.reference) == ("insert", visit.reference)
    assert change.pgh_context.metadata == {"url": "/book/"}
