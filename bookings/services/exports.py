"""Patients and visits as lines of a file; each chunk is recorded as read before it leaves."""

from collections.abc import Iterator
from datetime import date, datetime

from bookings.models import Appointment
from bookings.queries.exports import list_patient_chunks, list_visit_chunks
from clinic.models import ReadRecord, Site
from clinic.services.audit import Reader, record_read
from patients.models import Patient

Lines = list[tuple[str, ...]]


def export_patients(*, reader: Reader, now: datetime) -> Iterator[Lines]:
    """Return every patient in the columns of `PATIENT_COLUMNS`.

    :raises django.db.Error: if the reading cannot be recorded; then nothing more leaves.
    """
    for patients in list_patient_chunks():
        ids = [patient.pk for patient in patients]
        record_read(
            reader=reader,
            action=ReadRecord.Action.EXPORTED,
            subject_type="patient",
            subject_ids=ids,
            patient_ids=ids,
            now=now,
        )
        yield [_person_line(patient) for patient in patients]


def export_visits(*, site: Site, first: date, last: date, reader: Reader, now: datetime) -> Iterator[Lines]:
    """Return a site's visits between two of its dates, in the columns of `VISIT_COLUMNS`.

    :raises django.db.Error: if the reading cannot be recorded; then nothing more leaves.
    """
    for visits in list_visit_chunks(site, first, last):
        record_read(
            reader=reader,
            action=ReadRecord.Action.EXPORTED,
            subject_type="visit",
            subject_ids=[visit.pk for visit in visits],
            patient_ids=[visit.patient.pk for visit in visits if visit.patient],
            now=now,
        )
        yield [_visit_line(visit, site) for visit in visits]


def _person_line(patient: Patient | None) -> tuple[str, ...]:
    if patient is None:
        return ("",) * 6
    return (
        patient.name,
        patient.phone.as_e164 if patient.phone else "",
        patient.email,
        patient.birth_date.isoformat() if patient.birth_date else "",
        patient.language,
        patient.contact_name,
    )


def _visit_line(visit: Appointment, site: Site) -> tuple[str, ...]:
    """Return a visit by the site's clock, with whom it is for."""
    starts = visit.starts_at.astimezone(site.tz)
    return (
        f"{starts:%Y-%m-%d}",
        f"{starts:%H:%M}",
        visit.visit_type.name["en"],
        visit.practitioner.name["en"],
        visit.mode,
        visit.status,
        visit.reference,
        *_person_line(visit.patient),
    )
