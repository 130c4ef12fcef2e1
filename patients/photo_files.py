"""What a photo from a patient must be, what it may cost to read, and how it is refused. Pure."""

from dataclasses import dataclass
from typing import ClassVar

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 51_000_000
"""What is sold as 50 megapixels has up to 50.4 million (8,688 x 5,792)."""
MAX_SIDE = 20_000
KEPT_SIDE = 2000
"""Pixels of the longer side of what we keep, at most."""
WANTED_SIDE = 1200
"""Pixels of the shorter side that clinicians ask for. A photo with fewer is kept all the same."""

FORMATS = JPEG, PNG, HEIC = "jpeg", "png", "heic"
HEIC_BRANDS = {b"heic", b"heix"}
LONGEST_BRAND_LIST = 256

# Our own choice, tried on ten public photographs, sharp and blurred. They word a hint and refuse nothing.
# Dark is very dark: the mean says nothing about the light on dark skin before a dark wall.
DARK, BRIGHT, BLURRED = 40, 225, 10


class PhotoProblem(Exception):
    """Why a photo was refused. The page has the words for `code`; nothing of the file is in here."""

    code: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.code)


class NotAPhoto(PhotoProblem):
    """The file is no JPEG, PNG or HEIC, whatever its name says."""

    code = "not_a_photo"


class TooLarge(PhotoProblem):
    """The file has too many bytes or the picture too many pixels."""

    code = "too_large"


class Damaged(PhotoProblem):
    """The file begins as a photo and cannot be read to its end."""

    code = "damaged"


class TooMuchWork(PhotoProblem):
    """Reading the photo took more time or memory than any real one needs."""

    code = "too_much_work"


class Busy(PhotoProblem):
    """Nothing is wrong with the photo: too many arrive at once, and it may be sent again."""

    code = "busy"


PROBLEMS = {problem.code: problem for problem in (NotAPhoto, TooLarge, Damaged, TooMuchWork, Busy)}


@dataclass(frozen=True)
class Allowance:
    """What the process that reads a photo may use: megabytes of memory in all, seconds by the clock."""

    megabytes: int
    seconds: int


ORDINARY = Allowance(megabytes=300, seconds=2)
GENEROUS = Allowance(megabytes=500, seconds=4)


def find_format(raw: bytes) -> str:
    """Return "jpeg", "png" or "heic", judged by the first bytes of a file.

    What follows them is not looked at: whatever else a file may also be is lost when it is made anew.

    :raises NotAPhoto: if it begins as nothing we read: empty, text, SVG, GIF, TIFF, WebP, AVIF, PDF.
    :raises TooLarge: if it has more than 15 MB.
    """
    if len(raw) > MAX_BYTES:
        raise TooLarge
    if raw.startswith(b"\xff\xd8\xff"):
        return JPEG
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if HEIC_BRANDS & _brands(raw):
        return HEIC
    raise NotAPhoto


def _brands(raw: bytes) -> set[bytes]:
    """Return the brands of the file type box that HEIF files begin with, the main one included."""
    if raw[4:8] != b"ftyp":
        return set()
    box = raw[: min(int.from_bytes(raw[:4], "big"), LONGEST_BRAND_LIST)]
    return {box[8:12], *(box[at : at + 4] for at in range(16, len(box), 4))}


def check_whole_heic(raw: bytes) -> None:
    """Refuse a HEIC file whose pixels stop before their box does.

    :raises Damaged: if so. Anything may follow a whole file, as behind a JPEG: it is not read.
    """
    at = 0
    while at + 8 <= len(raw):
        length, name = int.from_bytes(raw[at : at + 4], "big"), raw[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(raw[at + 8 : at + 16], "big")
        if name == b"mdat" and at + length > len(raw):
            raise Damaged
        at += length if length >= 8 else len(raw)


def allow(width: int, height: int, size: int) -> Allowance:
    """Return what reading a picture of this many pixels, in a file of `size` bytes, may use.

    A large one gets more only if the file is as heavy as one from a camera: a small file that claims
    millions of pixels is a trick, or a drawing that needs little.

    :raises TooLarge: if there are more than 51 million pixels, or over 20,000 on one side.
    """
    pixels = width * height
    if pixels > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise TooLarge
    return GENEROUS if pixels > MAX_PIXELS // 2 and size > pixels // 64 else ORDINARY


def kept_size(width: int, height: int) -> tuple[int, int]:
    """Return the width and height we keep: the same shape, at most 2,000 pixels on the longer side."""
    longer = max(width, height)
    if longer <= KEPT_SIDE:
        return width, height
    return max(1, round(width * KEPT_SIDE / longer)), max(1, round(height * KEPT_SIDE / longer))


def photo_hints(*, width: int, height: int, brightness: int, sharpness: int) -> list[str]:
    """Return what may be wrong with a kept photo: of "small", "dark", "bright", "blurred", in this order.

    Hints to take it again, never a refusal. A long, narrow photo is not small when it has all the
    pixels along its length that we keep of any.
    """
    found = {
        "small": min(width, height) < WANTED_SIDE and max(width, height) < KEPT_SIDE,
        "dark": brightness < DARK,
        "bright": brightness > BRIGHT,
        "blurred": sharpness < BLURRED,
    }
    return [hint for hint, seen in found.items() if seen]
