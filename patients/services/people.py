"""Writing down who comes to the clinic."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from phonenumber_field.phonenumber import PhoneNumber

from clinic.models import User, VisitMode
from patients.models import Patient


@dataclass(frozen=True)
class PersonDetails:
    """What a booking says about the person it is for, checked and in our own types.

    `booked_for` is a `Patient.Booker`; `contact_name` is who we write to if that is not the
    patient, else "". `zone` is an IANA name or "". `account` is whoever is signed in, if anybody.
    `wanted_mode` is the `VisitMode` of the visit that is booked. `record_id` is a record that the desk has
    chosen; then what is empty here stays as it is there.
    """

    booked_for: str
    name: str
    contact_name: str
    birth_date: date | None
    email: str
    phone: PhoneNumber | None
    language: str
    zone: str
    account: User | None
    wanted_mode: str = VisitMode.IN_PERSON.value
    record_id: UUID | None = None


def get_patient_of(*, person: PersonDetails) -> Patient:
    """Return who a booking is for: a record that is known and now up to date, or a new one.

    Somebody signed in who books again for the same name keeps one record, with the contacts they
    just gave. Any other booking makes a new patient and never merges people: likely duplicates
    are for the desk to see. A new patient (`_state.adding`) is not inserted yet: the booking does that
    together with its other rows.

    :raises Patient.DoesNotExist: if the record that the desk has chosen is not there any more.
    """
    if person.record_id is not None:
        return _use_record(person, person.record_id)
    known = _find_own(person)
    if known is None:
        return Patient(
            account=person.account,
            name=person.name,
            birth_date=person.birth_date,
            email=person.email,
            phone=person.phone or "",
            booked_for=person.booked_for,
            contact_name=person.contact_name,
            language=person.language,
            zone=person.zone,
            wanted_mode=person.wanted_mode,
            is_demo=settings.DEMO,
        )
    known.birth_date = person.birth_date or known.birth_date
    known.email, known.phone, known.zone = person.email, person.phone or "", person.zone
    known.contact_name, known.language = person.contact_name, person.language
    known.wanted_mode = person.wanted_mode
    written = ["birth_date", "email", "phone", "zone", "contact_name", "language", "wanted_mode"]
    known.save(update_fields=written)
    return known


def _use_record(person: PersonDetails, record_id: UUID) -> Patient:
    """Return a chosen record with the contacts that were given now; its name stays.

    :raises Patient.DoesNotExist: if it is not there, or archived.
    """
    known = Patient.objects.get(pk=record_id, archived_at=None)
    known.wanted_mode = person.wanted_mode
    if person.email:
        known.email = person.email
    if person.phone:
        known.phone = person.phone
    if person.language:
        known.language = person.language
    known.save(update_fields=["wanted_mode", "email", "phone", "language"])
    return known


def _find_own(person: PersonDetails) -> Patient | None:
    """Return the account's own record of this person: same name and, if both are known, birth date."""
    if person.account is None:
        return None
    same_name = Patient.objects.filter(
        account=person.account, name__iexact=person.name, archived_at__isnull=True
    ).order_by("-created_at", "pk")
    return next(
        (
            patient
            for patient in same_name
            if patient.birth_date is None
            or person.birth_date is None
            or patient.birth_date == person.birth_date
        ),
        None,
    )
