"""A site with the wrong key ring says so: in /healthz, and in its log when it starts."""

import base64
import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from clinic.sealing import Unreadable, new_key
from clinic.views import health
from patients.models import DataKey
from patients.queries.vault import find_ring_fault, get_vault
from patients.services.vault import ensure_vault
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db

OLD, NEW = (f"{name}:{base64.b64encode(new_key()).decode()}" for name in ("old", "new"))


@pytest.fixture(autouse=True)
def old_ring(settings: Any) -> Iterator[None]:
    """Begin with one key, and ask anew what the site thinks of it."""
    settings.NUAN_KEYS = OLD
    health.ring_checked_by(find_ring_fault)
    yield
    health.ring_checked_by(find_ring_fault)


def keys_of(count: int) -> dict[UUID, bytes]:
    """Return the data keys of so many new patients."""
    patients = [PatientFactory.create().pk for _number in range(count)]
    return {patient: ensure_vault(patient).keys[patient][1] for patient in patients}


def spoil(patients: list[UUID]) -> None:
    """Let data keys not open; nothing in the site can, so the guard of the table stands aside."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE patients_datakey SET wrapped = '\\x01' WHERE patient_id = ANY(%s)", [patients])


def test_the_site_is_unwell_without_a_key_that_is_in_use(client: Client, settings: Any) -> None:
    keys_of(1)
    assert client.get("/healthz").json()["keys"] == "ok"
    settings.NUAN_KEYS = NEW
    health.ring_checked_by(find_ring_fault)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["keys"]) == (503, "missing")


def test_the_site_is_unwell_with_another_key_of_the_same_name(client: Client, settings: Any) -> None:
    before = keys_of(1)
    settings.NUAN_KEYS = f"old:{base64.b64encode(new_key()).decode()}"
    health.ring_checked_by(find_ring_fault)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["keys"]) == (503, "wrong")
    with pytest.raises(Unreadable):
        get_vault(before).digest("x", patient_id=next(iter(before)))


def test_the_newest_data_key_stands_for_the_rest(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    keys_of(3)
    in_order = list(DataKey.objects.order_by("pk"))
    for year, row in zip([2025, 2027, 2026], in_order, strict=True):  # neither first nor last by their ids
        DataKey.objects.filter(pk=row.pk).update(created_at=datetime(year, 1, 1, tzinfo=UTC))
    spoil([in_order[0].patient_id, in_order[2].patient_id])
    assert find_ring_fault() == ""

    spoil([in_order[1].patient_id])

    assert find_ring_fault() == "wrong"
    assert [(each.message, vars(each)["event"]) for each in caplog.records] == [
        ("keys are wrong", "keys_wrong")
    ]


def test_every_key_that_is_missing_is_counted_once(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    keys_of(2)
    settings.NUAN_KEYS = NEW
    keys_of(2)
    settings.NUAN_KEYS = OLD.replace("old:", "other:")

    assert find_ring_fault() == "missing"
    said = [(each.message, vars(each)["event"], vars(each)["count"]) for each in caplog.records]
    assert said == [("keys are missing", "keys_missing", 2)]


def test_a_ring_without_any_data_is_well() -> None:
    assert find_ring_fault() == ""


def test_a_key_that_was_given_up_is_no_fault_even_if_its_name_is_used_again(settings: Any) -> None:
    keys_of(1)
    settings.NUAN_KEYS = f"{NEW} {NEW.replace('new:', 'old:')}"
    assert find_ring_fault() == "wrong"

    settings.NUAN_KEYS_LOST = ["old"]

    assert find_ring_fault() == ""


def test_the_state_of_the_keys_is_remembered_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def find_fault() -> str:
        asked.append(1)
        return ""

    health.ring_checked_by(find_fault)
    client = Client()
    for _request in range(3):
        client.get("/healthz")
    assert len(asked) == 1

    monkeypatch.setattr(health, "KEYS_ARE_ASKED_AGAIN", 0.0)
    client.get("/healthz")
    assert len(asked) == 2


@pytest.mark.parametrize(("ring", "said"), [(OLD, []), (NEW, ["keys are missing"])])
def test_a_process_says_in_its_log_that_it_started_with_the_wrong_ring(
    ring: str,
    said: list[str],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("django.setup", lambda **_options: None)  # it would set up the logs anew
    keys_of(1)
    settings.NUAN_KEYS = ring
    health.ring_checked_by(find_ring_fault)

    runpy.run_module("clinic.wsgi")

    assert [record.getMessage() for record in caplog.records if "keys" in record.getMessage()] == said
