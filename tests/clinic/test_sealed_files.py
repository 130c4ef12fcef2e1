"""Files sealed piece by piece: what comes out is what went in, whole, or nothing."""

import io
import uuid

import pytest

from clinic import sealed_files
from clinic.sealed_files import SealedWriter, read_sealed
from clinic.sealing import Place, Unreadable, new_key

KEY = new_key()
PLACE = Place("table", uuid.uuid4(), "file")


def sealed(*parts: bytes, place: Place = PLACE) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, KEY, place)
    for part in parts:
        writer.write(part)
    writer.close()
    return file.getvalue()


def opened(raw: bytes, place: Place = PLACE) -> bytes:
    return b"".join(read_sealed(io.BytesIO(raw), key=KEY, place=place))


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_files, "PIECE", 10)


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 35])
def test_what_went_in_comes_out(size: int) -> None:
    data = bytes(range(size))

    assert opened(sealed(data)) == data
    assert opened(sealed(data[:3], data[3:])) == data


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"",
        lambda raw: raw[:-1],
        lambda raw: raw[:3],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[59:],
        lambda raw: raw[:59],
        lambda raw: raw[:30] + bytes([raw[30] ^ 1]) + raw[31:],
        lambda raw: raw + raw[:59],
        lambda raw: b"\xff" * 8,
    ],
)
def test_what_is_damaged_cut_or_moved_does_not_open(damage: object) -> None:
    raw = sealed(bytes(range(35)))
    assert len(raw) > 4 * 49

    with pytest.raises(Unreadable):
        opened(damage(raw))  # type: ignore[operator]


def test_a_file_opens_in_its_own_place_only() -> None:
    with pytest.raises(Unreadable):
        opened(sealed(b"abc"), Place("table", uuid.uuid4(), "file"))
