"""Rows of each line of the retention table, as old as somebody likes, for tests."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session

from bookings.models import Appointment, ImportBatch, ImportedRecord, VisitLink, WalkIn
from clinic.models import LimitWindow, OutboxMessage, User
from patients.models import DataExport, DeskMessage, Draft, FormLink, Merge, Patient
from patients.services.private_links import make_private_link
from tests.bookings.desk_lists import add_waiting
from tests.bookings.longer_visits import patient_of
from tests.calendars import NOW, Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory
from tests.patients.health_records import begin_form, write_desk_message


def old_draft(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    draft = begin_form(PatientFactory.create())
    Draft.objects.filter(pk=draft.pk).update(changed_at=at)
    return Draft.objects.filter(pk=draft.pk)


def old_message(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    row = OutboxMessage.objects.create(
        subject_type="visit", subject_id=uuid.uuid4(), kind="booked", version=1, to="a@example.com",
        language="en", send_after_at=at, status="sent",
    )  # fmt: skip
    OutboxMessage.objects.filter(pk=row.pk).update(created_at=at)
    return OutboxMessage.objects.filter(pk=row.pk)


def old_desk_message(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    by, patient = StaffFactory.create(), PatientFactory.create()
    row = write_desk_message(patient, by=by, at=at)
    return DeskMessage.objects.filter(pk=row.pk)


def old_waiting(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    row = add_waiting(make_calendar())
    WalkIn.objects.filter(pk=row.pk).update(came_at=at)
    return WalkIn.objects.filter(pk=row.pk).exclude(name="")


def old_visit_link(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    visit = make_calendar().book()
    links = VisitLink.objects.filter(appointment=visit)
    links.update(expires_at=at)
    return links


def old_form_link(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    link = make_private_link(patient=PatientFactory.create(), now=at)
    FormLink.objects.filter(pk=link.pk).update(expires_at=at)
    return FormLink.objects.filter(pk=link.pk)


def old_log(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    row = LogEntry.objects.create(
        user=StaffFactory.create(), content_type=ContentType.objects.get_for_model(User), object_id="1",
        object_repr="x", action_flag=CHANGE, action_time=at,
    )  # fmt: skip
    return LogEntry.objects.filter(pk=row.pk)


def old_merge(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    one, other = PatientFactory.create(), PatientFactory.create()
    row = Merge.objects.create(
        kept=one, gone=other, before={"a": "b"}, after={}, moved={}, by=StaffFactory.create(), at=at
    )
    return Merge.objects.filter(pk=row.pk).exclude(before={})


def old_hold(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    hold = make_calendar().hold()
    rows = Appointment.objects.filter(pk=hold.pk)
    rows.update(status="expired", hold_expires_at=at, changed_at=at)
    return rows


def old_import(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    batch = _batch()
    row = ImportedRecord.objects.create(batch=batch, patient=PatientFactory.create(), fingerprint="f")
    ImportBatch.objects.filter(pk=batch.pk).update(imported_at=at)
    return ImportedRecord.objects.filter(pk=row.pk)


def _batch() -> ImportBatch:
    site, by = make_calendar().site, StaffFactory.create()
    return ImportBatch.objects.create(site=site, file_name="a.csv", created_by=by, created_at=NOW)


def old_limit(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    LimitWindow.objects.create(key="photo:1", count=1, ends_at=at)
    return LimitWindow.objects.filter(key="photo:1")


def old_session(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    Session.objects.create(session_key="k", session_data="", expire_date=at)
    return Session.objects.filter(session_key="k")


def old_copy(at: datetime) -> Any:
    """Make one, and return it as long as it is there."""
    row = DataExport.objects.create(
        patient=PatientFactory.create(), asked_at=at, language="en", leaves_out_private=False,
        wrapped=b"k", built_at=at, expires_at=at + timedelta(hours=72),
    )  # fmt: skip
    return DataExport.objects.filter(pk=row.pk).exclude(wrapped=None)


def come(calendar: Calendar, day: datetime) -> Patient:
    """Return a patient whose last visit was on a day."""
    visit = calendar.book()
    Appointment.objects.filter(pk=visit.pk).update(
        status="done", starts_at=day, ends_at=day + timedelta(minutes=40), created_at=day
    )
    visit.allocations.all().delete()
    Patient.objects.filter(pk=patient_of(visit).pk).update(created_at=day, name="Old Record")
    return Patient.objects.get(pk=patient_of(visit).pk)
