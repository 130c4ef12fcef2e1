"""What changes during a rotation: nothing that was destroyed comes back, nothing is half written."""

import base64
from typing import Any

import pytest

from bookings.models import ImportBatch
from bookings.services import key_rotation
from bookings.services.import_batches import keep_file
from bookings.services.key_rotation import Wrapped, rotate
from clinic.key_ring import KeyRing
from clinic.sealing import Place, Unreadable, new_key
from patients.models import DataKey
from patients.queries.vault import get_vault
from patients.services.vault import ensure_vault
from tests.calendars import NOW
from tests.factories import PatientFactory, SiteFactory, StaffFactory

pytestmark = pytest.mark.django_db

OLD, NEW = (f"{name}:{base64.b64encode(new_key()).decode()}" for name in ("old", "new"))


@pytest.fixture(autouse=True)
def old_ring(settings: Any) -> None:
    settings.NUAN_KEYS = OLD


def careless(table: Wrapped, pk: Any, _was: bytes, now: tuple[str, bytes]) -> int:
    """Write what was wrapped again without looking whether something else is there by now."""
    return table.model._default_manager.filter(pk=pk).update(**{"ring_key": now[0], table.column: now[1]})


def import_in_between(monkeypatch: pytest.MonkeyPatch, file: ImportBatch) -> None:
    """Let a file be imported, its content forgotten, between the reading and the writing of a rotation.

    The test runs in one transaction: its own row lock does not stop it, as the lack of one would not.
    """
    wrap = KeyRing.wrap

    def wrap_late(ring: KeyRing, plain: bytes, *, place: Place) -> tuple[str, bytes]:
        ImportBatch.objects.filter(pk=file.pk).update(sealed=None, ring_key="")
        return wrap(ring, plain, place=place)

    monkeypatch.setattr(KeyRing, "wrap", wrap_late)


@pytest.mark.parametrize("guarded", [True, False])
def test_a_file_that_was_imported_meanwhile_does_not_come_back(
    guarded: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = keep_file(
        raw=b"a,b", file_name="a.csv", site=SiteFactory.create(), by=StaffFactory.create(), now=NOW
    )
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    import_in_between(monkeypatch, file)
    if not guarded:
        monkeypatch.setattr(key_rotation, "_swap", careless)

    list(rotate())

    file.refresh_from_db()
    assert (file.sealed is None) == guarded  # unguarded, what was forgotten is there again


def test_a_key_that_was_destroyed_meanwhile_stays_destroyed(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = PatientFactory.create()
    ensure_vault(patient.pk)
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    swap = key_rotation._swap

    def destroy_first(table: Wrapped, pk: Any, was: bytes, now: tuple[str, bytes]) -> int:
        DataKey.objects.filter(patient=patient).delete()
        return swap(table, pk, was, now)

    monkeypatch.setattr(key_rotation, "_swap", destroy_first)

    assert [step.rotated for step in rotate()] == [0]
    assert not DataKey.objects.exists()


@pytest.mark.parametrize("guarded", [True, False])
def test_whoever_reads_at_any_moment_finds_a_key_that_opens(
    guarded: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Name and wrapped key change in one statement; in two, a reader between them finds neither to fit."""
    patient = PatientFactory.create()
    sealed = ensure_vault(patient.pk).seal("x", patient_id=patient.pk, row=patient)
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    seen: list[bool] = []

    def read(*_arguments: Any) -> None:
        try:
            get_vault([patient.pk]).open(sealed, patient_id=patient.pk, row=patient)
            seen.append(True)
        except Unreadable:
            seen.append(False)

    swap = key_rotation._swap

    def in_one(table: Wrapped, pk: Any, was: bytes, now: tuple[str, bytes]) -> int:
        read()
        done = swap(table, pk, was, now)
        read()
        return done

    def in_two(table: Wrapped, pk: Any, _was: bytes, now: tuple[str, bytes]) -> int:
        rows = table.model._default_manager.filter(pk=pk)
        rows.update(ring_key=now[0])
        read()
        return rows.update(**{table.column: now[1]})

    monkeypatch.setattr(key_rotation, "_swap", in_one if guarded else in_two)
    list(rotate())

    assert all(seen) == guarded
    assert seen
