"""Valid photos of every kind that we read, made here: no file of a real person is in this repository."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageFilter

pillow_heif.register_heif_opener()

FIFTY_MEGAPIXELS = (8160, 6120)
CANARY = b"CANARY-13.7563N-100.5018E"
JPEG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
"""How every photo begins that we keep; too long to stand in a sealed file by chance, as three bytes may."""
CORNERS = {
    frozenset({"top", "left"}): (220, 30, 30),
    frozenset({"top", "right"}): (30, 200, 30),
    frozenset({"bottom", "left"}): (30, 30, 220),
    frozenset({"bottom", "right"}): (240, 240, 240),
}
"""Corners of the upright picture to their colours."""

ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
"""EXIF orientation to the visible sides of the first stored row and the first stored column (CIPA DC-008)."""
OPPOSITE = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the bytes of an image file: kind is JPEG, PNG, HEIF or another of Pillow's."""
    if kind == "HEIF" and "exif" in options:
        options["exif"] = options["exif"].tobytes()  # or its writer would not see the orientation
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@cache
def noise(width: int, height: int) -> Image.Image:
    """Return the same RGB picture each time: large soft spots under fine grain, as of skin."""
    chance = random.Random(width * height)
    spots = Image.frombytes("RGB", (8, 8), chance.randbytes(8 * 8 * 3)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = Image.frombytes("RGB", (width, height), chance.randbytes(width * height * 3))
    return Image.blend(spots, grain.filter(ImageFilter.BoxBlur(1)), 0.2)


def tiled(width: int, height: int) -> Image.Image:
    """Return a large picture without taking long: one square of `noise` again and again."""
    image = Image.new("RGB", (width, height))
    square = noise(680, 680)
    for top in range(0, height, 680):
        for left in range(0, width, 680):
            image.paste(square, (left, top))
    return image


def turned(orientation: int) -> Image.Image:
    """Return how a camera stores the upright 160 x 80 picture of four colours in this orientation."""
    row_side, column_side = ORIENTATIONS[orientation]
    size = (160, 80) if row_side in {"top", "bottom"} else (80, 160)
    image = Image.new("RGB", size)
    half = (size[0] // 2, size[1] // 2)
    for row, side in enumerate((row_side, OPPOSITE[row_side])):
        for column, other in enumerate((column_side, OPPOSITE[column_side])):
            box = (column * half[0], row * half[1], (column + 1) * half[0], (row + 1) * half[1])
            image.paste(CORNERS[frozenset({side, other})], box)
    return image


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a phone writes: orientation, camera, a description, and where it was taken."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Make] = "Phone"
    data[ExifTags.Base.ImageDescription] = CANARY.decode()
    place = data.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef] = "N"
    place[ExifTags.GPS.GPSLatitude] = (13.0, 45.0, 22.7)
    place[ExifTags.GPS.GPSProcessingMethod] = CANARY
    return data


def srgb() -> bytes:
    """Return an ICC profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png_chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def black_png(width: int, height: int, *, bits: int = 8) -> bytes:
    """Return a grey PNG that is nothing but zeros: a few kilobytes, whatever its size."""
    row = bytes(1 + (width * bits + 7) // 8)
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def endless_scans(scans: int = 4000) -> bytes:
    """Return a progressive JPEG that repeats its last scan: small to send, and long to read."""
    whole = encoded(Image.new("RGB", (4000, 4000)), "JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * scans + b"\xff\xd9"


def _face() -> Image.Image:
    return noise(900, 1200)


def _grey_16() -> Image.Image:
    return Image.frombytes("I;16", (300, 200), random.Random(16).randbytes(300 * 200 * 2))


KINDS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: encoded(_face(), "JPEG"),
    "jpeg_4_4_4": lambda: encoded(_face(), "JPEG", subsampling=0, quality=95),
    "jpeg_progressive": lambda: encoded(_face(), "JPEG", progressive=True),
    "jpeg_about": lambda: encoded(
        _face(), "JPEG", exif=exif(6), comment=CANARY, icc_profile=srgb(), xmp=CANARY
    ),
    "jpeg_grey": lambda: encoded(_face().convert("L"), "JPEG"),
    "jpeg_cmyk": lambda: encoded(_face().convert("CMYK"), "JPEG"),
    "jpeg_two_pictures": lambda: encoded(_face(), "MPO", save_all=True, append_images=[noise(90, 120)]),
    "jpeg_12_megapixels": lambda: encoded(tiled(4032, 3024), "JPEG", exif=exif(6)),
    "jpeg_progressive_12_megapixels": lambda: encoded(tiled(4032, 3024), "JPEG", progressive=True),
    "png": lambda: encoded(_face(), "PNG", exif=exif(3), icc_profile=srgb()),
    "png_alpha": lambda: encoded(_face().convert("RGBA"), "PNG"),
    "png_palette": lambda: encoded(_face().convert("P"), "PNG", transparency=0),
    "png_grey_alpha": lambda: encoded(_face().convert("LA"), "PNG"),
    "png_16_bit": lambda: encoded(_grey_16(), "PNG"),
    "png_moving": lambda: encoded(_face(), "PNG", save_all=True, append_images=[_face().rotate(9)]),
    "png_bilevel": lambda: encoded(_face().convert("1"), "PNG"),
    "heic": lambda: encoded(_face(), "HEIF", exif=exif(6), icc_profile=srgb()),
    "heic_tiles": lambda: encoded(_face(), "HEIF", tile_size=256),
    "heic_thumbnail": lambda: encoded(_face(), "HEIF", thumbnails=[120]),
    "heic_alpha": lambda: encoded(_face().convert("RGBA"), "HEIF"),
}


@cache
def valid_photo(kind: str) -> bytes:
    """Return a valid photo of one of `KINDS`: small, but for two as large as phones take them."""
    return KINDS[kind]()
