"""Every photo that is kept is upright, sRGB, at most 2,000 pixels a side, and says nothing about anyone."""

import io
import random

import pytest
from PIL import Image, ImageFilter

from patients.photo_files import Damaged, NotAPhoto, PhotoProblem, TooLarge
from patients.photo_processing import ProcessedPhoto, process_photo
from tests.photos.pictures import (
    CANARY,
    CORNERS,
    KINDS,
    ORIENTATIONS,
    encoded,
    exif,
    noise,
    srgb,
    turned,
    valid_photo,
)

PLAIN_SEGMENTS = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
"""JFIF header, quantization, frame, Huffman tables, scan: what a JPEG of pixels alone is made of."""


def opened(photo: ProcessedPhoto) -> Image.Image:
    """Return the picture of a processed photo."""
    return Image.open(io.BytesIO(photo.jpeg))


def segments(jpeg: bytes) -> set[int]:
    """Return the kinds of segments before a JPEG's pixels."""
    found, at = set(), 2
    while 0xDA not in found:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def is_near(found: object, wanted: tuple[int, int, int], far: int = 12) -> bool:
    """Say whether two colours are the same but for what JPEG changes."""
    assert isinstance(found, tuple)
    return all(abs(one - other) <= far for one, other in zip(found, wanted, strict=True))


def corners(image: Image.Image) -> dict[frozenset[str], object]:
    """Return the colour near each corner."""
    across, down = {"left": 8, "right": image.width - 8}, {"top": 8, "bottom": image.height - 8}
    return {
        frozenset({row, column}): image.getpixel((across[column], down[row]))
        for row in down
        for column in across
    }


@pytest.mark.parametrize("name", sorted(KINDS))
def test_process_photo_keeps_each_kind(name: str) -> None:
    photo = process_photo(valid_photo(name))

    picture = opened(photo)
    picture.load()
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (photo.width, photo.height))
    assert photo.source == name.split("_", maxsplit=1)[0]
    assert max(picture.size) <= 2000


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_process_photo_turns_every_orientation_upright(kind: str, orientation: int) -> None:
    raw = encoded(turned(orientation), kind, exif=exif(orientation), quality=95)

    picture = opened(process_photo(raw))

    assert picture.size == (160, 80)
    found = corners(picture)
    assert all(is_near(found[corner], colour, 30) for corner, colour in CORNERS.items()), found


def test_orientation_is_needed() -> None:
    stored = corners(turned(6))

    assert not all(is_near(stored[corner], colour, 30) for corner, colour in CORNERS.items())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_process_photo_drops_everything_but_pixels(kind: str) -> None:
    about = {"exif": exif(), "comment": CANARY, "xmp": CANARY, "icc_profile": srgb()}
    raw = encoded(noise(300, 200), kind, **about) + CANARY
    assert CANARY in raw

    photo = process_photo(raw)

    assert CANARY not in photo.jpeg
    assert segments(photo.jpeg) == PLAIN_SEGMENTS
    assert not opened(photo).getexif()


def test_simply_saving_again_would_keep_a_comment() -> None:
    raw = encoded(noise(300, 200), "JPEG", comment=CANARY)

    saved_again = encoded(Image.open(io.BytesIO(raw)), "JPEG")

    assert CANARY in saved_again
    assert 0xFE in segments(saved_again)


@pytest.mark.parametrize(
    "extra", [b"PK\x03\x04", b"<html><script>alert(1)</script>", b"%PDF-1.7", b"\x00\x00\x00\x18ftypmp42"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
def test_process_photo_keeps_nothing_of_what_else_a_file_is(kind: str, extra: bytes) -> None:
    photo = process_photo(encoded(noise(64, 64), kind) + extra + CANARY)

    assert extra not in photo.jpeg
    assert CANARY not in photo.jpeg


@pytest.mark.parametrize("name", ["jpeg", "jpeg_progressive", "png", "heic", "heic_tiles"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_process_photo_refuses_truncated_files(name: str, part: float) -> None:
    raw = valid_photo(name)

    with pytest.raises(Damaged):
        process_photo(raw[: int(len(raw) * part)])


@pytest.mark.parametrize(
    "start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"]
)
def test_process_photo_refuses_noise_that_begins_as_a_photo(start: bytes) -> None:
    with pytest.raises(Damaged):
        process_photo(start + random.Random(1).randbytes(4000))


@pytest.mark.parametrize(
    ("raw", "problem"),
    [(b"", NotAPhoto), (b"text", NotAPhoto), (b"\xff\xd8\xff" + bytes(16 * 1024 * 1024), TooLarge)],
)
def test_process_photo_refuses_what_is_no_photo(raw: bytes, problem: type[PhotoProblem]) -> None:
    with pytest.raises(problem):
        process_photo(raw)


def test_process_photo_shrinks_to_2000_pixels() -> None:
    photo = process_photo(valid_photo("jpeg_12_megapixels"))

    assert (photo.width, photo.height) == (1500, 2000)


def test_process_photo_does_not_enlarge() -> None:
    photo = process_photo(encoded(noise(1, 1), "PNG"))

    assert (photo.width, photo.height) == (1, 1)


def test_process_photo_shows_what_is_transparent_on_white() -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (0, 0, 20, 40))

    picture = opened(process_photo(encoded(image, "PNG")))

    assert is_near(picture.getpixel((35, 20)), (255, 255, 255))
    assert is_near(picture.getpixel((5, 20)), (200, 0, 0))


def test_process_photo_shows_a_transparent_colour_on_white() -> None:
    image = Image.new("RGB", (40, 40), (0, 200, 0))

    picture = opened(process_photo(encoded(image, "PNG", transparency=(0, 200, 0))))

    assert is_near(picture.getpixel((20, 20)), (255, 255, 255))


def test_process_photo_keeps_the_greys_of_16_bits() -> None:
    raw = encoded(Image.new("I;16", (40, 40), 0x8000), "PNG")

    assert is_near(opened(process_photo(raw)).getpixel((20, 20)), (128, 128, 128), 2)


def test_process_photo_keeps_the_colours_of_cmyk() -> None:
    raw = encoded(Image.new("RGB", (40, 40), (200, 80, 40)).convert("CMYK"), "JPEG", quality=95)

    assert is_near(opened(process_photo(raw)).getpixel((20, 20)), (200, 80, 40))


def test_process_photo_converts_to_srgb() -> None:
    skin = Image.new("RGB", (40, 40), (200, 150, 120))
    swapped = swapped_profile()

    plain = opened(process_photo(encoded(skin, "PNG")))
    converted = opened(process_photo(encoded(skin, "PNG", icc_profile=swapped)))

    assert is_near(plain.getpixel((20, 20)), (200, 150, 120), 3)
    assert is_near(converted.getpixel((20, 20)), (120, 150, 200), 6)


def swapped_profile() -> bytes:
    """Return the sRGB profile with red and blue exchanged: what ignores it shows blue skin."""
    return srgb().replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")


@pytest.mark.parametrize("profile", [b"no profile", CANARY * 50, srgb()[:200]])
def test_process_photo_does_without_a_broken_profile(profile: bytes) -> None:
    photo = process_photo(encoded(noise(40, 40), "JPEG", icc_profile=profile))

    assert photo.width == 40


def test_process_photo_does_without_broken_exif() -> None:
    photo = process_photo(encoded(noise(40, 30), "JPEG", exif=b"Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff"))

    assert (photo.width, photo.height) == (40, 30)


def test_process_photo_scores_light() -> None:
    scores = [
        process_photo(encoded(Image.new("L", (40, 40), grey), "PNG")).brightness for grey in (0, 128, 255)
    ]

    assert scores == [0, 128, 255]


def test_process_photo_scores_sharpness() -> None:
    sharp = noise(900, 1200)
    blurred = sharp.filter(ImageFilter.GaussianBlur(6))

    assert process_photo(encoded(sharp, "JPEG")).sharpness > 20
    assert process_photo(encoded(blurred, "JPEG")).sharpness < 10
