"""How one gets to a record beyond the care team, and where its reason leads."""

from typing import Any

import pytest
from django.utils import timezone

from clinic.models import Role
from tests.patients.care_team import REASON, give_reason, outsider
from tests.patients.test_reason_pages import ASKS, browser_of
from tests.patients.whole_records import Record, write_whole_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(settings: Any, tmp_path: Any) -> Record:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return write_whole_record()


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/review/", "//evil.example/review/", "/account/logout/", "javascript:1"]
)
def test_a_reason_leads_nowhere_else(record: Record, wanted: str) -> None:
    answer = browser_of(outsider()).post(
        f"/review/patients/{record.patient.pk}/reason/", {"reason": REASON, "next": wanted}
    )

    assert answer["Location"] == f"/review/patients/{record.patient.pk}/"


def test_scripts_are_told_in_a_line(record: Record) -> None:
    answer = browser_of(outsider()).post(
        f"/review/forms/{record.version.pk}/draft/", headers={"Accept": "application/json"}
    )

    assert (answer.status_code, set(answer.json())) == (403, {"refused"})


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.NURSE])
def test_the_record_is_found_by_search_and_leads_to_the_reason(record: Record, role: Role) -> None:
    client = browser_of(outsider(role))

    found = client.get("/desk/patients/", {"q": record.patient.name}).content.decode()
    page = client.get(f"/desk/patients/{record.patient.pk}/").content.decode()
    answer = client.get(f"/review/patients/{record.patient.pk}/")

    assert str(record.patient.pk) in found
    assert f'href="/review/patients/{record.patient.pk}/"' in page
    assert answer.status_code == 403
    assert ASKS in answer.content.decode()


def test_a_record_that_is_open_leads_from_its_address_to_its_newest_form(record: Record) -> None:
    user = outsider()
    give_reason(user, record.patient, timezone.now())
    client = browser_of(user)

    assert (
        client.get(f"/review/patients/{record.patient.pk}/")["Location"]
        == f"/review/forms/{record.version.pk}/"
    )
    assert client.get(f"/review/patients/{record.patient.pk}/reason/").status_code == 302
