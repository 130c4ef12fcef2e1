"""Which files are photos, by their first bytes, and what a photo may cost."""

import pytest

from patients.photo_files import (
    GENEROUS,
    MAX_BYTES,
    ORDINARY,
    PROBLEMS,
    NotAPhoto,
    TooLarge,
    allow,
    find_format,
    kept_size,
    photo_hints,
)
from tests.photos.pictures import KINDS, encoded, noise, valid_photo

MEGAPIXEL = 1_000_000


@pytest.mark.parametrize("name", sorted(KINDS))
def test_find_format_knows_each_kind(name: str) -> None:
    assert find_format(valid_photo(name)) == name.split("_", maxsplit=1)[0]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xd8",
        b"I renamed this text to photo.jpg",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"PK\x03\x04",
        b"GIF89a\x01\x00\x01\x00",
        b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        b"II*\x00\x08\x00\x00\x00",
        b"BM\x00\x00",
        b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf",
        b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41",
        b"\x00\x00\x00\x10ftypmif1\x00\x00\x00\x00heic",
    ],
)
def test_find_format_refuses_what_is_no_photo(raw: bytes) -> None:
    with pytest.raises(NotAPhoto):
        find_format(raw)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP", "BMP", "PDF", "AVIF", "JPEG2000"])
def test_find_format_refuses_other_pictures(kind: str) -> None:
    with pytest.raises(NotAPhoto):
        find_format(encoded(noise(40, 40), kind))


def test_find_format_reads_the_brands_after_the_main_one() -> None:
    assert find_format(b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic") == "heic"


def test_find_format_refuses_more_than_15_megabytes() -> None:
    whole = b"\xff\xd8\xff" + bytes(MAX_BYTES - 3)

    assert find_format(whole) == "jpeg"
    with pytest.raises(TooLarge):
        find_format(whole + b"\x00")


@pytest.mark.parametrize(
    ("width", "height", "size", "allowance"),
    [
        (4032, 3024, 3 * MEGAPIXEL, ORDINARY),
        (8688, 5792, 9 * MEGAPIXEL, GENEROUS),
        (8688, 5792, 90_000, ORDINARY),
    ],
)
def test_allow_gives_more_only_to_large_photos_of_a_cameras_weight(
    width: int, height: int, size: int, allowance: object
) -> None:
    assert allow(width, height, size) == allowance


@pytest.mark.parametrize(("width", "height"), [(7200, 7200), (50_000, 50_000), (20_001, 100), (100, 65_535)])
def test_allow_refuses_too_many_pixels(width: int, height: int) -> None:
    with pytest.raises(TooLarge):
        allow(width, height, MAX_BYTES)


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((4032, 3024), (2000, 1500)),
        ((3024, 4032), (1500, 2000)),
        ((2000, 2000), (2000, 2000)),
        ((1200, 900), (1200, 900)),
        ((20_000, 3), (2000, 1)),
        ((1, 1), (1, 1)),
    ],
)
def test_kept_size_has_the_same_shape_and_2000_pixels_at_most(
    size: tuple[int, int], kept: tuple[int, int]
) -> None:
    assert kept_size(*size) == kept


@pytest.mark.parametrize(
    ("changed", "hints"),
    [
        ({}, []),
        ({"width": 1600, "height": 1199}, ["small"]),
        ({"width": 2000, "height": 1125}, []),
        ({"brightness": 39}, ["dark"]),
        ({"brightness": 226}, ["bright"]),
        ({"sharpness": 9}, ["blurred"]),
        ({"width": 80, "height": 80, "brightness": 0, "sharpness": 0}, ["small", "dark", "blurred"]),
    ],
)
def test_photo_hints_say_what_may_be_wrong(changed: dict[str, int], hints: list[str]) -> None:
    good = {"width": 2000, "height": 1500, "brightness": 120, "sharpness": 90}

    assert photo_hints(**(good | changed)) == hints


def test_each_problem_has_a_code_and_holds_nothing_else() -> None:
    assert {code: str(problem()) for code, problem in PROBLEMS.items()} == {
        "not_a_photo": "not_a_photo",
        "too_large": "too_large",
        "damaged": "damaged",
        "too_much_work": "too_much_work",
        "busy": "busy",
    }
