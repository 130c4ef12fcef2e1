"""The process that reads a photo can use little and open nothing.

Each limit has its control: without it, the same deed succeeds.
"""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

import pytest
from PIL import Image

from deploy.local.places import ROOT
from patients.photo_files import GENEROUS, ORDINARY
from tests.photos.measure import Reading
from tests.photos.pictures import FIFTY_MEGAPIXELS, black_png, encoded, tiled, valid_photo

CONFINED = "import patients.photo_child as child; child.Image.preinit(); child.confine(); "
FREE = "import patients.photo_child as child; child.confine = child._limit = lambda *limits: None; "
DEEDS = {
    "open a file": "open('/proc/self/environ')",
    "start a process": "__import__('subprocess').run(['true'])",
    "open a connection": "__import__('socket').socket()",
    "take much memory": "bytearray(400 * 1024 * 1024)",
}


@dataclass(frozen=True)
class Ending:
    """How a process ended: status, what it said, and the largest memory it had, in megabytes."""

    status: int
    said: bytes
    megabytes: int


def run(code: str, raw: bytes = b"") -> Ending:
    """Run code as the reader of photos is run, and weigh it, from a process that is itself small."""
    weigh = (
        "import resource, subprocess, sys; "
        "done = subprocess.run([sys.executable, '-c', sys.argv[1]], input=sys.stdin.buffer.read(), "
        "capture_output=True); "
        "kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss; "
        "sys.stdout.buffer.write(b'%d %d\\n' % (done.returncode, kilobytes // 1024) + done.stdout)"
    )
    command = [sys.executable, "-c", weigh, code]
    said = subprocess.run(command, cwd=ROOT, input=raw, capture_output=True, check=True).stdout
    numbers, _newline, rest = said.partition(b"\n")
    status, megabytes = map(int, numbers.split())
    return Ending(status, rest, megabytes)


def measured(raw: bytes) -> Reading:
    """Process a photo and say what it cost."""
    command = [sys.executable, "-m", "tests.photos.measure"]
    said = subprocess.run(command, cwd=ROOT, input=raw, capture_output=True, check=True).stdout
    return Reading(**json.loads(said))


def problem(ending: Ending) -> str:
    """Return the code of the refusal that was answered."""
    found = json.loads(ending.said.partition(b"\n")[0]).get("problem")
    assert isinstance(found, str)
    return found


@cache
def heavy_jpeg() -> bytes:
    """Return a JPEG of 50 megapixels that weighs little and takes over 300 MB to read, done right."""
    return encoded(Image.new("RGB", FIFTY_MEGAPIXELS, "white"), "JPEG", progressive=True, subsampling=0)


def test_reader_does_not_know_django() -> None:
    code = "import sys, patients.photo_child; sys.exit('django' in sys.modules)"

    assert run(code).status == 0


@pytest.mark.parametrize("deed", DEEDS)
def test_reader_cannot(deed: str) -> None:
    assert run(CONFINED + DEEDS[deed]).status == 1
    assert run("import patients.photo_child; " + DEEDS[deed]).status == 0


def test_reader_ends_itself_after_its_time() -> None:
    slow = "import time; time.sleep(2)"

    assert run(CONFINED + slow).status == -14
    assert run("import patients.photo_child; " + slow).status == 0


def test_reader_leaves_no_core_and_starts_no_process() -> None:
    code = "import resource as r; child.main(); r_ = [r.RLIMIT_CORE, r.RLIMIT_FSIZE, r.RLIMIT_NPROC]; "
    code += "print([r.getrlimit(limit) for limit in r_])"

    ending = run("import patients.photo_child as child; " + code, valid_photo("jpeg"))

    assert ending.said.endswith(b"[(0, 0), (0, 0), (0, 0)]\n")


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (8000, 8000), (30_000, 30)])
def test_bomb_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    ending = run("import patients.photo_child as child; child.main()", black_png(width, height, bits=1))

    assert problem(ending) == "too_large"
    assert ending.megabytes < 60


def test_bomb_would_pass_without_the_limit() -> None:
    bomb = black_png(8000, 8000)

    ending = run(FREE + "child.allow = lambda *size: None; child.main()", bomb)

    assert ending.status == 0
    assert ending.megabytes > 64


def test_memory_is_limited() -> None:
    assert measured(heavy_jpeg()).megabytes < ORDINARY.megabytes
    assert measured(heavy_jpeg()).ending in {"too_much_work", "damaged"}


def test_memory_would_not_be_limited_without_the_limit() -> None:
    ending = run(FREE + "child.main()", heavy_jpeg())

    assert Image.open(io.BytesIO(ending.said.partition(b"\n")[2])).size == (2000, 1500)
    assert ending.megabytes > ORDINARY.megabytes


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 80}),
        ("JPEG", {"quality": 70, "progressive": True, "subsampling": 0}),
        ("PNG", {"compress_level": 1}),
        ("HEIF", {"quality": 40, "tile_size": 512, "enc_params": {"preset": "ultrafast"}}),
    ],
)
def test_photo_of_50_megapixels_is_kept_within_500_megabytes_and_4_seconds(
    kind: str, options: dict[str, object]
) -> None:
    image = tiled(*FIFTY_MEGAPIXELS)
    if kind == "PNG":
        image = image.quantize(64).convert("RGB")

    reading = measured(encoded(image, kind, **options))

    assert reading.ending == "kept"
    assert reading.megabytes < GENEROUS.megabytes
    assert reading.seconds < GENEROUS.seconds
