"""The arithmetic of the audit's chain: what a row weighs, and what a link covers. Pure.

A row's hash is SHA-256 over its columns as text, in JSON. A link's hash is SHA-256 over the hash of the link
before it, the link's own fields and the hashes of its rows in their order; so nothing before a link can
change without changing every hash after it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

START = bytes(32)
"""What stands before the first link."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MARK = 16
"""Bytes that a link keeps of each row: eight of its id, eight of its hash."""


@dataclass(frozen=True)
class Span:
    """What a link covers: rows of `table` in `era` whose transaction lies in [start, end)."""

    table: str
    era: int
    start: int
    end: int


def row_hash(columns: Sequence[str | None]) -> bytes:
    """Return the hash of a row, given its columns as text, None for NULL; 32 bytes."""
    return sha256(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def link_hash(
    previous: bytes, position: int, span: Span, sealed_at: datetime, rows: Iterable[bytes]
) -> bytes:
    """Return a link's hash; 32 bytes. `sealed_at` is aware; what counts is its microsecond of UTC."""
    at = (sealed_at - _EPOCH) // timedelta(microseconds=1)
    fields = [position, span.table, span.era, span.start, span.end, at]
    whole = sha256(previous + json.dumps(fields).encode())
    for row in rows:
        whole.update(row)
    return whole.digest()


def mark(row_id: int, digest: bytes) -> bytes:
    """Return what a link keeps of a row. Whoever inserts may choose an id, also one below zero."""
    return row_id.to_bytes(8, "big", signed=True) + digest[:8]


def explain(marks: bytes, rows: Sequence[tuple[int, bytes]]) -> str:
    """Return what is wrong with the rows of a link whose hash does not fit, "" if the rows fit its marks.

    `rows` are ids and hashes, in the order of the chain. Of several faults the first is named.
    """
    kept = [marks[at : at + MARK] for at in range(0, len(marks), MARK)]
    kept_ids = [int.from_bytes(each[:8], "big", signed=True) for each in kept]
    found_ids = [row_id for row_id, _digest in rows]
    for expected, (row_id, digest) in zip(kept, rows, strict=False):
        expected_id = int.from_bytes(expected[:8], "big", signed=True)
        if expected_id == row_id and expected == mark(row_id, digest):
            continue
        if expected_id == row_id:
            return f"row {row_id} was changed"
        if expected_id not in found_ids:
            return f"row {expected_id} was deleted"
        if row_id not in kept_ids:
            return f"row {row_id} was added afterwards"
        return f"row {row_id} was moved"
    if len(kept) > len(rows):
        return f"row {kept_ids[len(rows)]} was deleted"
    if len(rows) > len(kept):
        return f"row {found_ids[len(kept)]} was added afterwards"
    return ""
