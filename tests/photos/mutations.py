"""Photos that were hurt on the way, or on purpose. The same number gives the same file."""

import random
import zlib
from collections.abc import Callable

from tests.photos.pictures import KINDS, valid_photo

Mutation = Callable[[bytearray, random.Random], None]

ODD_NUMBERS = [0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF]


def mutated(number: int, *, seed: int) -> tuple[str, bytes]:
    """Return what was done to which photo, and the file."""
    chance = random.Random(f"{seed}:{number}")
    name = chance.choice(sorted(KINDS))
    file = bytearray(valid_photo(name))
    done = [name]
    for mutation in chance.choices(MUTATIONS, k=chance.choice([1, 1, 2, 3, 8])):
        if file:
            mutation(file, chance)
            done.append(mutation.__name__)
    if name.startswith("png") and chance.random() < 0.7:
        mend_png(file)
        done.append("mend_png")
    return " ".join(done), bytes(file)


def _somewhere(file: bytearray, chance: random.Random) -> int:
    """Return a place: as often in the first 600 bytes, where the sizes and tables are, as anywhere."""
    return chance.randrange(min(len(file), 600) if chance.random() < 0.5 else len(file))


def flip_bits(file: bytearray, chance: random.Random) -> None:
    """Flip some bits."""
    for _time in range(chance.choice([1, 4, 32, 256])):
        file[_somewhere(file, chance)] ^= 1 << chance.randrange(8)


def overwrite(file: bytearray, chance: random.Random) -> None:
    """Write noise over some bytes."""
    at = _somewhere(file, chance)
    length = min(chance.choice([1, 16, 200, 4000]), len(file) - at)
    file[at : at + length] = chance.randbytes(length)


def write_odd_number(file: bytearray, chance: random.Random) -> None:
    """Write a number where a length, a size or an offset may be."""
    at, width = _somewhere(file, chance), chance.choice([1, 2, 4])
    number = chance.choice(ODD_NUMBERS) & (256**width - 1)
    file[at : at + width] = number.to_bytes(width, chance.choice(["big", "little"]))


def cut_out(file: bytearray, chance: random.Random) -> None:
    """Take some bytes out."""
    at = _somewhere(file, chance)
    del file[at : at + chance.choice([1, 2, 50, 3000])]


def insert(file: bytearray, chance: random.Random) -> None:
    """Put noise, zeros or a part of the same file in."""
    length = chance.choice([1, 2, 50, 3000])
    start = _somewhere(file, chance)
    piece = chance.choice([chance.randbytes(length), bytes(length), bytes(file[start : start + length])])
    at = _somewhere(file, chance)
    file[at:at] = piece


def truncate(file: bytearray, chance: random.Random) -> None:
    """Lose the end."""
    del file[chance.randrange(len(file)) :]


def splice(file: bytearray, chance: random.Random) -> None:
    """Go on as another photo."""
    other = valid_photo(chance.choice(sorted(KINDS)))
    at = _somewhere(file, chance)
    file[at:] = other[chance.randrange(len(other)) :]


def resize(file: bytearray, chance: random.Random) -> None:
    """Claim another size, from nothing to over the limit, where the format says it."""
    width, height = (chance.choice([0, 1, 640, 5000, 7100, 9000, 20000, 50000, 65535]) for _side in range(2))
    for marker in (b"\xff\xc0", b"\xff\xc1", b"\xff\xc2"):
        at = file.find(marker)
        if at > 0:
            file[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    for name, gap in ((b"IHDR", 4), (b"ispe", 8)):
        at = file.find(name)
        if at > 0:
            file[at + gap : at + gap + 8] = width.to_bytes(4, "big") + height.to_bytes(4, "big")


MUTATIONS: list[Mutation] = [
    flip_bits,
    overwrite,
    write_odd_number,
    cut_out,
    insert,
    truncate,
    splice,
    resize,
]


def mend_png(file: bytearray) -> None:
    """Make the check sums of a PNG's chunks right again, so that what is wrong is found later."""
    at = 8
    while at + 12 <= len(file):
        length = int.from_bytes(file[at : at + 4], "big")
        end = at + 8 + length
        if end + 4 > len(file):
            return
        file[end : end + 4] = zlib.crc32(file[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
