"""The key ring that wraps people's data keys: from the environment or a file, apart from SECRET_KEY.

`NUAN_KEYS` is `name:base64` pairs, separated by spaces, commas or lines; the first wraps, all unwrap. Losing
every key of the ring loses every health record: keep two copies apart from the database and its backups.
"""

import base64
import binascii
import re
import uuid
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from clinic.sealing import KEY_BYTES, Place, Unreadable, seal, unseal

_NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")


class BadKeyRing(ImproperlyConfigured):
    """The ring's text cannot be read; says where, never what it holds."""


@dataclass(frozen=True)
class KeyRing:
    """Named 32-byte keys; the first is the one that wraps."""

    keys: dict[str, bytes]

    @property
    def current(self) -> str:
        """The name of the key that wraps."""
        return next(iter(self.keys))

    def wrap(self, data_key: bytes, *, place: Place) -> tuple[str, bytes]:
        """Return the ring key's name and `data_key` wrapped with it for one place."""
        name = self.current
        return name, seal(data_key, key=self.keys[name], key_id=_id_of(name), place=place)

    def unwrap(self, wrapped: bytes | memoryview, *, name: str, place: Place) -> bytes:
        """Return a wrapped data key.

        :raises Unreadable: if the ring has no key of that name, or it is not the one.
        """
        if name not in self.keys:
            raise Unreadable
        return unseal(bytes(wrapped), key=self.keys[name], place=place)


def parse_key_ring(text: str) -> KeyRing:
    """Return the ring that `NUAN_KEYS` describes.

    :raises BadKeyRing: if a name or a key is malformed, a name comes twice, or there is none.
    """
    keys: dict[str, bytes] = {}
    for number, entry in enumerate(re.split(r"[\s,]+", text.strip()), start=1):
        name, _, encoded = entry.partition(":")
        if not _NAME.fullmatch(name) or name in keys:
            raise BadKeyRing(f"Key {number} of NUAN_KEYS has no name of its own.")
        try:
            keys[name] = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            raise BadKeyRing(f"Key {number} of NUAN_KEYS is not base64.") from None
        if len(keys[name]) != KEY_BYTES:
            raise BadKeyRing(f"Key {number} of NUAN_KEYS is not {KEY_BYTES} bytes long.")
    return KeyRing(keys)


def get_key_ring() -> KeyRing:
    """Return the installation's ring; it is checked when the site starts."""
    return _parsed(settings.NUAN_KEYS)


_parsed = cache(parse_key_ring)


def _id_of(name: str) -> uuid.UUID:
    """Return the id that a ring key has in the header of what it wraps."""
    return uuid.uuid5(uuid.NAMESPACE_OID, name)
