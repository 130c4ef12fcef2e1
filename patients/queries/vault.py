"""Opening and sealing what patients told us, each patient's with their own data key."""

import hmac
import json
import logging
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from clinic.key_ring import get_key_ring
from clinic.sealing import Place, Unreadable, canonical, key_id_of, seal, unseal
from patients.models import DataKey

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vault:
    """The unwrapped data keys of some patients, by patient id. Keep it no longer than one request."""

    keys: Mapping[UUID, tuple[UUID, bytes]]

    def seal(self, value: Any, *, patient_id: UUID, row: Model, field: str = "sealed") -> bytes:
        """Return a JSON value sealed for one field of one row of one patient.

        :raises Unreadable: if the patient has no key, or it was destroyed.
        """
        return self.seal_bytes(canonical(value), patient_id=patient_id, place=place_of(row, field))

    def open(self, sealed: bytes | memoryview, *, patient_id: UUID, row: Model, field: str = "sealed") -> Any:
        """Return the JSON value that was sealed for this field of this row.

        :raises Unreadable: if it was sealed elsewhere, is damaged, or its key is gone.
        """
        return json.loads(self.open_bytes(sealed, patient_id=patient_id, place=place_of(row, field)))

    def open_words(self, sealed: bytes | memoryview | None, *, row: Model, field: str = "sealed") -> str:
        """Return words that were sealed for this field of this row by whosever key; "" if there are none.

        For rows that a merge gives to another patient: they keep the key they were sealed with.

        :raises Unreadable: as for `open`.
        """
        if not sealed:
            return ""
        key_id = key_id_of(bytes(sealed))
        owner = next((patient_id for patient_id, (own, _key) in self.keys.items() if own == key_id), None)
        if owner is None:
            raise Unreadable
        return str(self.open(sealed, patient_id=owner, row=row, field=field))

    def seal_bytes(self, data: bytes, *, patient_id: UUID, place: Place) -> bytes:
        """Return bytes sealed for one place; for files.

        :raises Unreadable: if the patient has no key.
        """
        key_id, key = self._key(patient_id)
        return seal(data, key=key, key_id=key_id, place=_with_patient(place, patient_id))

    def open_bytes(self, sealed: bytes | memoryview, *, patient_id: UUID, place: Place) -> bytes:
        """Return bytes that were sealed for this place.

        :raises Unreadable: as for `open`.
        """
        key_id, key = self._key(patient_id)
        if key_id_of(bytes(sealed)) != key_id:
            raise Unreadable
        return unseal(bytes(sealed), key=key, place=_with_patient(place, patient_id))

    def digest(self, value: Any, *, patient_id: UUID) -> str:
        """Return the HMAC-SHA256 of a JSON value's canonical form, 64 hexadecimal characters.

        Keyed, because answers can be guessed; it dies with the key.

        :raises Unreadable: if the patient has no key.
        """
        return hmac.digest(self._key(patient_id)[1], canonical(value), "sha256").hex()

    def _key(self, patient_id: UUID) -> tuple[UUID, bytes]:
        if patient_id not in self.keys:
            raise Unreadable
        return self.keys[patient_id]


def get_vault(patient_ids: Collection[UUID]) -> Vault:
    """Return the vault of these patients; who has no key yet is not in it. One query."""
    return open_keys(DataKey.objects.filter(patient_id__in=set(patient_ids)).order_by("pk"))


def get_vault_of(sealed: Iterable[bytes | memoryview | None]) -> Vault:
    """Return the vault of the patients with whose keys these values were sealed. One query."""
    key_ids = {key_id_of(bytes(value)) for value in sealed if value}
    return open_keys(DataKey.objects.filter(pk__in=key_ids).order_by("pk"))


def open_keys(rows: Iterable[DataKey]) -> Vault:
    """Return the vault of data keys that were read already.

    A key that the ring cannot unwrap is not in it: what it sealed stays shut, and nobody else's does.
    """
    ring, keys = get_key_ring(), {}
    for row in rows:
        with suppress(Unreadable):
            data_key = ring.unwrap(row.wrapped, name=row.ring_key, place=key_place(row))
            keys[row.patient_id] = row.pk, data_key
    return Vault(keys)


def find_ring_fault() -> str:
    """Return why the key ring is not the one of this database: "missing", "wrong", or "" if it is.

    The newest data key stands for all that its ring key wraps. Keys that were given up (`NUAN_KEYS_LOST`) are
    no fault any more.
    """
    ring, rows = get_key_ring(), DataKey.objects.exclude(ring_key__in=settings.NUAN_KEYS_LOST)
    names = rows.order_by("ring_key").values_list("ring_key", flat=True).distinct()
    if missing := [name for name in names if name not in ring.keys]:
        log.error("keys are missing", extra={"event": "keys_missing", "count": len(missing)})
        return "missing"
    newest = rows.order_by("-created_at", "pk")[:1]
    if len(open_keys(newest).keys) < len(newest):
        log.error("keys are wrong", extra={"event": "keys_wrong"})
        return "wrong"
    return ""


def place_of(row: Model, field: str) -> Place:
    """Return where a field of a row is, for sealing; the row's key is made in Python, before it is saved."""
    return Place(row._meta.db_table, row.pk, field)


def key_place(row: DataKey) -> Place:
    """Return where a wrapped data key belongs: its row, and its patient."""
    return _with_patient(place_of(row, "wrapped"), row.patient_id)


def _with_patient(place: Place, patient_id: UUID) -> Place:
    return Place(place.table, place.row, f"{place.field}/{patient_id}")
