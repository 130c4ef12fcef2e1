"""Who a patient is and how they are reached, as the front desk writes it down."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from phonenumber_field.phonenumber import PhoneNumber

from patients.models import Patient


@dataclass(frozen=True)
class Contacts:
    """What the desk may change of a record; `zone` is an IANA name or "", `birth_date` None if not known."""

    name: str
    birth_date: date | None
    phone: PhoneNumber | None
    email: str
    contact_name: str
    language: str
    zone: str


def add_patient(*, contacts: Contacts) -> Patient:
    """Write down somebody new; likely duplicates are for the desk to see before."""
    columns = _columns(contacts, Patient.Booker.SELF, has_account=False)
    return Patient.objects.create(**columns, is_demo=settings.DEMO)


def write_contacts(*, patient: Patient, contacts: Contacts) -> Patient:
    """Write a record's contacts; the caller holds its row and sees to messages on their way."""
    columns = _columns(contacts, patient.booked_for, has_account=patient.account_id is not None)
    for column, value in columns.items():
        setattr(patient, column, value)
    patient.save(update_fields=list(columns))
    return patient


def archive_patient(*, patient: Patient, now: datetime) -> None:
    """Put a record away: it is found by no search any more. Twice changes nothing."""
    Patient.objects.filter(pk=patient.pk, archived_at=None).update(archived_at=now)


def restore_patient(*, patient: Patient) -> None:
    """Take a record out of the archive; one that became part of another stays there."""
    Patient.objects.filter(pk=patient.pk, merged_into=None).update(archived_at=None)


def _columns(contacts: Contacts, booked_for: str, *, has_account: bool) -> dict[str, Any]:
    """Return the columns of these contacts; who has a contact person does not write to us themselves.

    An account that somebody else opened stays theirs, whoever is no contact person any more: it shows nothing
    that a young person said in private.
    """
    if not contacts.contact_name and not has_account:
        booked_for = Patient.Booker.SELF
    elif contacts.contact_name and booked_for == Patient.Booker.SELF:
        booked_for = Patient.Booker.OTHER
    return {**asdict(contacts), "phone": contacts.phone or "", "booked_for": booked_for}
