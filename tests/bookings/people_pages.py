"""Opening the desk's pages about people in tests, and reading them."""

import re
from typing import Any

from django.test import Client

from bookings.models import Appointment
from patients.models import Patient
from tests.bookings.longer_visits import patient_of


def open_record(client: Client, patient: Patient | Appointment, query: str = "") -> str:
    """Return the page of a record, or of the patient of a visit."""
    who = patient_of(patient) if isinstance(patient, Appointment) else patient
    response = client.get(f"/desk/patients/{who.pk}/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def search(client: Client, typed: str, **headers: Any) -> str:
    """Return the page, or with `hx-request` the list, of who was found."""
    response = client.get("/desk/patients/", {"q": typed}, headers=headers)
    assert response.status_code == 200
    return str(response.content.decode())


def words_of(page: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())
