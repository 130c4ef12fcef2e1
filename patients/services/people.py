"""Writing down who comes to the clinic."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from phonenumber_field.phonenumber import PhoneNumber

from clinic.models import User
from patients.models import Patient


@dataclass(frozen=True)
class PersonDetails:
    """What a booking says about the person it is for, checked and in our own types.

    `booked_for` is a `Patient.Booker`; `contact_name` is who we write to if that is not the
    patient, else "". `zone` is an IANA name or "". `account` is whoever is signed in, if anybody.
    """

    booked_for: str
    name: str
    contact_name: str
    birth_date: date | None
    email: str
    phone: PhoneNumber
    language: str
    zone: str
    account: User | None


def create_patient(*, person: PersonDetails) -> Patient:
    """Write a new patient. A booking never merges people: duplicates are for the desk to see."""
    return Patient.objects.create(
        account=person.account,
        name=person.name,
        birth_date=person.birth_date,
        email=person.email,
        phone=person.phone,
        booked_for=person.booked_for,
        contact_name=person.contact_name,
        language=person.language,
        zone=person.zone,
        is_demo=settings.DEMO,
    )
