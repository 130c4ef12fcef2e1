"""Files that are sealed piece by piece, so that a large one is never in memory as a whole. Pure.

Each piece is sealed for its place in its file, and the last one says that it is: pieces that are missing,
moved or taken from another file do not open (`clinic/sealing.py`).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from clinic.sealing import Place, Unreadable, seal, unseal

PIECE = 1024 * 1024
OVERHEAD = 64
"""More than sealing adds to a piece."""

_LENGTH = struct.Struct(">I")


@dataclass
class SealedWriter:
    """A file to write into from its beginning to its end, with a 32-byte key. It cannot seek."""

    file: BinaryIO
    key: bytes
    place: Place
    _waiting: bytearray = field(default_factory=bytearray)
    _pieces: int = 0

    def write(self, data: bytes) -> int:
        """Take in bytes; whole pieces are sealed and leave."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), "piece")
            del self._waiting[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Do nothing: what waits is not a whole piece yet."""

    def close(self) -> None:
        """Seal the rest as the last piece."""
        self._put(bytes(self._waiting), "last")
        self._waiting.clear()

    def _put(self, data: bytes, kind: str) -> None:
        sealed = seal(data, key=self.key, key_id=self.place.row, place=_nth(self.place, kind, self._pieces))
        self.file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._pieces += 1


def read_sealed(file: BinaryIO, *, key: bytes, place: Place) -> Iterator[bytes]:
    """Yield what was sealed, piece by piece.

    :raises Unreadable: if a piece is damaged, moved or missing.
    """
    number, sealed = 0, _next(file)
    while True:
        following = _next(file)
        if sealed is None:
            raise Unreadable
        kind = "piece" if following is not None else "last"
        yield unseal(sealed, key=key, place=_nth(place, kind, number))
        if following is None:
            return
        number, sealed = number + 1, following


def _next(file: BinaryIO) -> bytes | None:
    head = file.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise Unreadable
    (length,) = _LENGTH.unpack(head)
    if length > PIECE + OVERHEAD:
        raise Unreadable
    return file.read(length)


def _nth(place: Place, kind: str, number: int) -> Place:
    return Place(place.table, place.row, f"{place.field}/{kind}/{number}")
