"""Neither the pages of an import nor a file that leaves say a word of anybody's health."""

from typing import Any

import pytest

from bookings.models import Appointment
from patients.models import Patient
from tests.imports.pages import START, import_bytes, owner_in
from tests.imports.test_exports import content_of
from tests.patients.whole_records import CANARY, write_whole_record

pytestmark = pytest.mark.django_db


def test_no_page_and_no_file_holds_what_a_patient_wrote(settings: Any, tmp_path: Any) -> None:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    write_whole_record()
    client, visit = owner_in(), Appointment.objects.earliest("starts_at")
    days = {"site": visit.site.slug, "first": "2026-01-01", "last": "2099-01-01"}

    people = content_of(client.post(f"{START}patients/"))
    visits = content_of(client.post(f"{START}visits/", days))
    pages = [client.get(START).content]
    batch = import_bytes(client, type("Place", (), {"site": visit.site})(), people)
    pages.append(client.get(f"{START}{batch.pk}/done/").content)

    name = Patient.objects.earliest("created_at").name.encode()
    assert name in people
    assert name in visits
    assert all(CANARY.encode() not in shown for shown in (people, visits, *pages))
