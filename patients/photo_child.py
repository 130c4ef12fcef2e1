"""Turn the photo on standard input into a safe one on standard output: `python -m patients.photo_child`.

Run as a process of its own, which may use little and open nothing, because the faults of image
decoders are in files made to find them. Answers one line of JSON, then the new JPEG; for a refusal
only the line. Any other ending means that the file could not be read.
"""

import io
import json
import resource
import signal
import struct
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pillow_heif
from PIL import (
    ExifTags,
    Image,
    ImageCms,
    ImageFilter,
    ImageStat,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,  # noqa: F401 (Pillow imports it to read EXIF, when nothing can be opened any more)
)

from patients.photo_files import (
    GENEROUS,
    HEIC,
    JPEG,
    MAX_BYTES,
    ORDINARY,
    Allowance,
    PhotoProblem,
    TooMuchWork,
    allow,
    check_whole_heic,
    find_format,
    kept_size,
)

MEGABYTE = 1024 * 1024
LIBRARIES = 30
"""Megabytes of the decoders' own code. The kernel counts them as memory used, but not as data."""
MARGIN = 0.3
"""Seconds to start and to end in."""
QUALITY = 88
STRIP = 256
"""Rows at a time that are copied while a picture shrinks."""
SCORED_SIDE = 1000
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation (CIPA DC-008, tag 274) to what makes the picture upright; 1 is upright."""


@dataclass(frozen=True)
class Decoded:
    """A decoded picture: `rows(top, bottom)` copies some of it, so that it is never in memory twice."""

    width: int
    height: int
    mode: str
    profile: bytes | None
    orientation: int
    rows: Callable[[int, int], Image.Image]


def main() -> None:
    """Answer on standard output. This function will take away from its process what it does not need."""
    # Pillow would import its usual formats before it writes one.
    Image.preinit()
    confine()
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        answer = make_safe(raw)
    except PhotoProblem as problem:
        answer = _line(problem=problem.code)
    except MemoryError:
        answer = _line(problem=TooMuchWork.code)
    sys.stdout.buffer.write(answer)


def confine() -> None:
    """Give up files, core dumps and any memory or time over what the largest photo may need.

    The alarm ends the process even if whoever started it is gone.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CPU, (GENEROUS.seconds, GENEROUS.seconds))
    _limit(ORDINARY)


def _limit(allowance: Allowance) -> None:
    ceiling = (GENEROUS.megabytes - LIBRARIES) * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, ((allowance.megabytes - LIBRARIES) * MEGABYTE, ceiling))
    signal.setitimer(signal.ITIMER_REAL, allowance.seconds - MARGIN)


def _allow_what_it_needs(width: int, height: int, size: int) -> None:
    if allow(width, height, size) == GENEROUS:
        _limit(GENEROUS)


def make_safe(raw: bytes) -> bytes:
    """Return the answer for a file: the line about it, and the new JPEG with nothing but pixels.

    :raises PhotoProblem: if it is no photo, or too large.
    """
    source = find_format(raw)
    decoded = _read_heic(raw) if source == HEIC else _read_jpeg_or_png(raw, source)
    picture = _to_srgb(_shrink(decoded), decoded.profile)
    if decoded.orientation in TURNS:
        picture = picture.transpose(TURNS[decoded.orientation])
    brightness, sharpness = score(picture)
    line = _line(
        source=source,
        width=picture.width,
        height=picture.height,
        brightness=brightness,
        sharpness=sharpness,
    )
    return line + _encode(picture)


def _line(**about: str | int) -> bytes:
    return json.dumps(about).encode() + b"\n"


def _read_jpeg_or_png(raw: bytes, source: str) -> Decoded:
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    # The decoder is named, not searched for: Pillow knows dozens.
    decoder = JpegImagePlugin.JpegImageFile if source == JPEG else PngImagePlugin.PngImageFile
    image = decoder(io.BytesIO(raw))
    _allow_what_it_needs(*image.size, len(raw))
    # JPEG can be decoded at a half, a quarter or an eighth of its size.
    image.draft(None, kept_size(*image.size))
    image.load()
    return Decoded(
        *image.size,
        mode="CMYK" if image.mode == "CMYK" else "RGB",
        profile=_bytes(image.info.get("icc_profile")),
        orientation=_orientation(image),
        rows=lambda top, bottom: image.crop((0, top, image.width, bottom)),
    )


def _read_heic(raw: bytes) -> Decoded:
    # The HEVC decoder needs a thread, which Linux counts as a process: so that limit is not set here. And
    # it would leave the tiles that are missing black.
    check_whole_heic(raw)
    options = pillow_heif.options
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    options.DECODE_THREADS = 1
    file = pillow_heif.open_heif(raw)
    image = file[file.primary_index]
    _allow_what_it_needs(*image.size, len(raw))
    pixels = memoryview(image.data)
    (width, height), mode, stride = image.size, image.mode, image.stride

    def rows(top: int, bottom: int) -> Image.Image:
        part = bytes(pixels[top * stride : bottom * stride])
        return Image.frombytes(mode, (width, bottom - top), part, "raw", mode, stride)

    # The decoder has already turned the picture upright.
    return Decoded(width, height, "RGB", _bytes(image.info.get("icc_profile")), orientation=1, rows=rows)


def _bytes(found: object) -> bytes | None:
    return found if isinstance(found, bytes) else None


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation; 1 if there is none or it cannot be read, which harms no pixel."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation)
    except (SyntaxError, ValueError, LookupError, TypeError, OSError, struct.error):
        return 1
    return found if isinstance(found, int) else 1


def _shrink(decoded: Decoded) -> Image.Image:
    """Return the picture at the size we keep, without transparency, as RGB or CMYK."""
    width, height = kept_size(decoded.width, decoded.height)
    factor = max(1, min(decoded.width // width, decoded.height // height))
    reduced = Image.new(decoded.mode, (-(-decoded.width // factor), -(-decoded.height // factor)))
    for top, strip in _strips(decoded, STRIP // factor * factor or factor):
        reduced.paste(strip.reduce(factor), (0, top // factor))
    box = (0, 0, decoded.width / factor, decoded.height / factor)
    return reduced.resize((width, height), Image.Resampling.LANCZOS, box=box)


def _strips(decoded: Decoded, rows: int) -> Iterator[tuple[int, Image.Image]]:
    for top in range(0, decoded.height, rows):
        strip = decoded.rows(top, min(top + rows, decoded.height))
        yield top, strip if strip.mode == "CMYK" else _opaque(strip)


def _opaque(strip: Image.Image) -> Image.Image:
    """Return it as RGB, on white where one can see through it."""
    if strip.mode == "I;16":
        return strip.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        strip = Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip)
    return strip.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return it in sRGB; as it is if its colour profile is missing or cannot be used."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            if converted := ImageCms.profileToProfile(picture, source, srgb, outputMode="RGB"):
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass
    return picture.convert("RGB")


def score(picture: Image.Image) -> tuple[int, int]:
    """Return brightness, 0 to 255, and sharpness, 0 when there is no edge at all.

    Brightness is the mean of the grey picture. Sharpness is the variance of its Laplacian at 1,000
    pixels (Pech-Pacheco et al. 2000, doi:10.1109/ICPR.2000.903548).
    """
    grey = picture.convert("L")
    grey.thumbnail((SCORED_SIDE, SCORED_SIDE))
    laplacian = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
    edges = grey.filter(laplacian)
    if min(edges.size) > 2:
        # The filter leaves the outermost pixels as they were.
        edges = edges.crop((1, 1, edges.width - 1, edges.height - 1))
    return round(ImageStat.Stat(grey).mean[0]), round(ImageStat.Stat(edges).var[0])


def _encode(picture: Image.Image) -> bytes:
    """Return the JPEG of a new picture that got the pixels and nothing else."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


if __name__ == "__main__":
    main()
