"""Nothing that is sealed opens anywhere but in its place: every sealed column there is, and photos."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db.models import BinaryField, Model

from clinic import sealing
from clinic.sealing import VERSION, Place, Unreadable
from patients.models import MethodDecision, Photo
from patients.queries.photos import FILE, path_of, read_photo
from patients.queries.vault import Vault, get_vault, place_of
from patients.services.vault import ensure_vault
from tests.bookings.canaries import write_person
from tests.factories import PatientFactory, StaffFactory

pytestmark = pytest.mark.django_db

HEADER = 29
"""Bytes before the ciphertext: version, key, nonce."""
NOT_BY_A_DATA_KEY = {"patients_datakey", "patients_dataexport"}


@dataclass(frozen=True)
class Sealed:
    """A sealed value, and where it belongs."""

    data: bytes
    place: Place
    patient_id: UUID

    def opens_with(self, vault: Vault, **changes: Any) -> bool:
        """Say whether it opens; `changes` alter what is opened, where, or for whom."""
        now: dict[str, Any] = {
            "data": self.data,
            "place": self.place,
            "patient_id": self.patient_id,
        } | changes
        try:
            vault.open_bytes(now["data"], patient_id=now["patient_id"], place=now["place"])
        except Unreadable:
            return False
        return True


def owner_of(row: Any) -> UUID:
    """Return whose row it is."""
    for name in ("patient_id", "version", "review"):
        if hasattr(row, name):
            found = getattr(row, name)
            return found if isinstance(found, UUID) else owner_of(found)
    raise AssertionError(row)


def sealed_columns() -> dict[type[Model], list[str]]:
    """Return the sealed columns of this app, by model."""
    return {
        model: names
        for model in apps.get_app_config("patients").get_models()
        if model._meta.db_table not in NOT_BY_A_DATA_KEY
        and (names := [f.attname for f in model._meta.local_fields if isinstance(f, BinaryField)])
    }


def all_sealed() -> Iterator[Sealed]:
    """Yield one value of each sealed column, and one photo."""
    for model, names in sealed_columns().items():
        for name in names:
            row = model._default_manager.exclude(**{name: None}).order_by("pk").first()
            if row is not None:
                yield Sealed(bytes(getattr(row, name)), place_of(row, name), owner_of(row))
    photo = Photo.objects.order_by("pk")[0]
    yield Sealed(path_of(photo.pk).read_bytes(), place_of(photo, FILE), photo.patient_id)


@pytest.fixture
def values(settings: Any, tmp_path: Path) -> list[Sealed]:
    settings.PHOTOS_ROOT = tmp_path
    person = write_person()
    version = person.patient.versions.order_by("number")[0]
    decision = MethodDecision(
        patient=person.patient,
        version=version,
        by=StaffFactory.create(),
        at=version.sent_at,
        examined_date=version.reference_date,
    )
    decision.sealed = ensure_vault(person.patient.pk).seal({}, patient_id=person.patient.pk, row=decision)
    decision.save(force_insert=True)
    return list(all_sealed())


def test_every_sealed_value_names_its_key_and_opens_in_its_place_only(values: list[Sealed]) -> None:
    stranger = PatientFactory.create()
    ensure_vault(stranger.pk)
    vault = get_vault([stranger.pk, *(value.patient_id for value in values)])

    filled = {value.place.table for value in values}
    assert filled == {model._meta.db_table for model in sealed_columns()} - {
        "patients_lockedrecord",
        "patients_reasonaccess",
    }
    for value in values:
        table, row, field = value.place.table, value.place.row, value.place.field
        assert sealing.key_id_of(value.data) == vault.keys[value.patient_id][0]
        assert value.opens_with(vault)
        for elsewhere in [
            Place("patients_other", row, field),
            Place(table, UUID(int=row.int ^ 1), field),
            Place(table, row, f"{field}2"),
            Place(table, row, ""),
        ]:
            assert not value.opens_with(vault, place=elsewhere)
        assert not value.opens_with(vault, patient_id=stranger.pk)


def test_no_value_opens_in_the_place_of_another(values: list[Sealed]) -> None:
    vault = get_vault([value.patient_id for value in values])

    swaps = [(a, b) for a in values for b in values if a is not b]

    assert len(swaps) >= 90
    assert not any(a.opens_with(vault, place=b.place, patient_id=b.patient_id) for a, b in swaps)


def test_a_value_of_one_patient_does_not_open_with_the_key_of_another(values: list[Sealed]) -> None:
    """Not even if the key's id is exchanged too: that is what the tag covers the header for."""
    stranger = PatientFactory.create()
    vault = ensure_vault(stranger.pk)
    for value in values:
        forged = VERSION + vault.keys[stranger.pk][0].bytes + value.data[17:]
        assert not value.opens_with(vault, data=forged, patient_id=stranger.pk)


def test_a_flipped_bit_anywhere_is_noticed(values: list[Sealed]) -> None:
    vault = get_vault([value.patient_id for value in values])
    dice = random.Random(7)
    for value in values:
        body = range(HEADER, len(value.data))
        places = [*range(HEADER), *dice.sample(body, min(60, len(body))), *range(-16, 0)]
        for place in places:
            changed = bytearray(value.data)
            changed[place] ^= 1 << dice.randrange(8)
            assert not value.opens_with(vault, data=bytes(changed)), (value.place, place)


def test_what_is_cut_off_longer_or_of_another_version_does_not_open(values: list[Sealed]) -> None:
    vault = get_vault([value.patient_id for value in values])
    for value in values:
        lengths = [*range(HEADER + 17), len(value.data) // 2, len(value.data) - 16, len(value.data) - 1]
        assert not any(value.opens_with(vault, data=value.data[:length]) for length in lengths)
        assert not value.opens_with(vault, data=value.data + b"\x00")
        assert not any(value.opens_with(vault, data=bytes([v]) + value.data[1:]) for v in (0, 2, 255))


def test_a_photo_file_under_the_name_of_another_does_not_open(values: list[Sealed]) -> None:
    first, second = Photo.objects.order_by("pk")[:2]
    vault = get_vault([first.patient_id])
    path_of(second.pk).write_bytes(path_of(first.pk).read_bytes())

    assert read_photo(first, vault).startswith(b"\xff\xd8")
    with pytest.raises(Unreadable):
        read_photo(second, vault)


def test_without_the_place_a_value_would_open_elsewhere(
    values: list[Sealed], monkeypatch: pytest.MonkeyPatch
) -> None:
    value = values[0]
    vault = get_vault([value.patient_id])
    monkeypatch.setattr(Place, "as_bytes", lambda _place: b"")

    key_id, key = vault.keys[value.patient_id]
    careless = sealing.seal(b"x", key=key, key_id=key_id, place=value.place)

    assert value.opens_with(vault, data=careless, place=Place("patients_other", UUID(int=1), ""))
