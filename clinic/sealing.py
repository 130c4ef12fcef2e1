"""AES-256-GCM for what people tell us about their health: what is sealed can be opened only in its place.

A sealed value is one version byte, 16 bytes that name its key, 12 random bytes (the nonce) and the
ciphertext with its tag. Where it belongs (table, row, field, person) is authenticated with it, so a value
that is moved to another row or another person does not open (NIST SP 800-38D, additional authenticated data).
"""

import json
import os
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_BYTES = 32
_NONCE_BYTES = 12
_HEADER_BYTES = 1 + 16 + _NONCE_BYTES


class Unreadable(Exception):
    """A sealed value does not open: wrong key, wrong place, or damaged. Says neither which nor what."""

    def __str__(self) -> str:
        return "A sealed value could not be opened."


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs: it opens nowhere else."""

    table: str
    row: UUID
    field: str

    def as_bytes(self) -> bytes:
        """Return the place as the bytes that are authenticated."""
        return f"{self.table}/{self.row}/{self.field}".encode()


def new_key() -> bytes:
    """Return 32 random bytes."""
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


def seal(data: bytes, *, key: bytes, key_id: UUID, place: Place) -> bytes:
    """Return `data` sealed with a 32-byte key for one place."""
    header = VERSION + key_id.bytes + os.urandom(_NONCE_BYTES)
    return header + AESGCM(key).encrypt(header[-_NONCE_BYTES:], data, header + place.as_bytes())


def unseal(sealed: bytes, *, key: bytes, place: Place) -> bytes:
    """Return what was sealed for this place.

    :raises Unreadable: if it was not, or is damaged.
    """
    header, rest = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
    if len(header) < _HEADER_BYTES or header[:1] != VERSION:
        raise Unreadable
    try:
        return AESGCM(key).decrypt(header[-_NONCE_BYTES:], rest, header + place.as_bytes())
    except InvalidTag:
        raise Unreadable from None


def key_id_of(sealed: bytes) -> UUID:
    """Return which key a sealed value names.

    :raises Unreadable: if it is too short to name one.
    """
    if len(sealed) < _HEADER_BYTES:
        raise Unreadable
    return UUID(bytes=bytes(sealed[1:17]))


def canonical(value: Any) -> bytes:
    """Return JSON in the one form that is hashed and sealed: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
