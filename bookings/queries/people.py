"""People as the front desk finds them: by name, phone, e-mail or reference, with the visit each is known
for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import phonenumbers
from django.db.models import Prefetch, QuerySet

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment
from bookings.models.visits import REFERENCE_LETTERS
from bookings.queries.next_visits import AHEAD
from bookings.queries.visits import visits
from clinic.models import Site
from patients.models import Patient
from patients.queries import search
from patients.queries.duplicates import list_duplicates_of

FEWEST_OF_REFERENCE = 4
REFERENCE_LENGTH = 7
PAGE = 10
"""Visits on one page of a record."""


@dataclass(frozen=True)
class Person:
    """One line of what was found: who, their next visit or else their last, and whether it may be a
    double.
    """

    patient: Patient
    next_visit: Appointment | None
    last_visit: Appointment | None
    may_be_double: bool


@dataclass(frozen=True)
class People:
    """What was found for a few typed letters; `found` counts and says what to mark."""

    found: search.Found
    lines: Sequence[Person] = ()


@dataclass(frozen=True)
class Visits:
    """One page of a record's visits, latest first, and whether there are earlier ones."""

    page: int
    visits: list[Appointment]
    has_earlier: bool


def find_people(typed: str, *, sites: Sequence[Site], now: datetime) -> People:
    """Return who a few typed letters may mean. At most twelve queries, whatever is found."""
    found = search.find_patients(typed, country_codes=_country_codes(sites), also=_find_references(typed))
    ids = [patient.pk for patient in found.patients]
    if not ids:
        return People(found)
    ahead, past = list_next_visits(ids, now=now), list_last_visits(ids, now=now)
    doubles = {pair.one.pk for pair in list_duplicates_of(ids)}
    lines = [
        Person(patient, ahead.get(patient.pk), past.get(patient.pk), patient.pk in doubles)
        for patient in found.patients
    ]
    return People(found, lines)


def list_next_visits(patient_ids: Collection[UUID], *, now: datetime) -> dict[UUID, Appointment]:
    """Return each person's next visit, by person. One query."""
    ahead = visits().filter(patient__in=patient_ids, status__in=AHEAD, ends_at__gt=now)
    return _by_patient(ahead.order_by("patient_id", "starts_at", "pk").distinct("patient_id"))


def list_last_visits(patient_ids: Collection[UUID], *, now: datetime) -> dict[UUID, Appointment]:
    """Return each person's last visit that took place, by person. One query."""
    came = [Status.DONE.value, Status.IN_ROOM.value, Status.ARRIVED.value]
    past = visits().filter(patient__in=patient_ids, status__in=came, starts_at__lte=now)
    return _by_patient(past.order_by("patient_id", "-starts_at", "pk").distinct("patient_id"))


def find_next_visit_of(patient: Patient, *, now: datetime) -> Appointment | None:
    """Return a person's next visit with its rooms, or None. At most two queries."""
    ahead = _with_rooms(visits().filter(patient=patient, status__in=AHEAD, ends_at__gt=now))
    return ahead.order_by("starts_at", "pk").first()


def list_visits_of(patient: Patient, *, page: int) -> Visits:
    """Return one page (from 0) of a person's visits, latest first. Times that were only held are left out."""
    all_of_them = visits().filter(patient=patient).exclude(status__in=[Status.HELD, Status.EXPIRED])
    first = page * PAGE
    found = list(all_of_them.order_by("-starts_at", "pk")[first : first + PAGE + 1])
    return Visits(page, found[:PAGE], len(found) > PAGE)


def _find_references(typed: str) -> list[UUID]:
    """Return whose visit has a reference that begins so; it is read aloud in parts, with spaces or dashes."""
    letters = "".join(letter for letter in typed.upper() if not (letter.isspace() or letter == "-"))
    if not FEWEST_OF_REFERENCE <= len(letters) <= REFERENCE_LENGTH or set(letters) - set(REFERENCE_LETTERS):
        return []
    named = Appointment.objects.filter(reference__startswith=letters, patient__archived_at=None)
    booked = named.exclude(status__in=[Status.HELD, Status.EXPIRED]).exclude(patient=None)
    return list(booked.order_by("reference").values_list("patient_id", flat=True)[: search.SHOWN])


def _country_codes(sites: Sequence[Site]) -> list[str]:
    """Return the sites' telephone codes, such as "66", each once."""
    codes = (phonenumbers.country_code_for_region(site.country) for site in sites)
    return list(dict.fromkeys(str(code) for code in codes if code))


def _by_patient(found: QuerySet[Appointment]) -> dict[UUID, Appointment]:
    return {visit.patient_id: visit for visit in found if visit.patient_id is not None}


def _with_rooms(found: QuerySet[Appointment]) -> QuerySet[Appointment]:
    rooms = Allocation.objects.select_related("resource").order_by("resource__kind", "pk")
    return found.prefetch_related(Prefetch("allocations", rooms))
