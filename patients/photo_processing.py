"""Make a patient's photo safe, in a process of its own. Pure.

Nothing is written to disk and nothing of the file is logged. Decoding and encoding anew also stands in
for a virus scan: no byte of the file that was sent remains.
"""

import json
import logging
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from patients.photo_files import (
    FORMATS,
    GENEROUS,
    KEPT_SIDE,
    PROBLEMS,
    Busy,
    Damaged,
    TooMuchWork,
    find_format,
)

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-m", "patients.photo_child"]
AT_ONCE = 2
"""Photos read at once by one process of the site: each takes a core, and up to 500 MB."""
LONGEST_WAIT = 10.0
"""Seconds a photo waits for its turn."""
LONGEST_RUN = float(GENEROUS.seconds)
LARGEST_RESULT = 8 * 1024 * 1024
"""Bytes. 2,000 x 2,000 pixels of pure noise make 5 MB."""

OVERRUN = {-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL}

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class ProcessedPhoto:
    """A safe photo: upright, sRGB, at most 2,000 pixels a side, without metadata.

    `source` is what was sent: jpeg, png or heic. `brightness` (0 to 255) and `sharpness` (from 0) are for
    `photo_hints`.
    """

    jpeg: bytes
    source: str
    width: int
    height: int
    brightness: int
    sharpness: int


def process_photo(raw: bytes) -> ProcessedPhoto:
    """Return a safe photo made from the bytes of a file. This function will wait at most 10 s for its turn.

    :raises NotAPhoto: if the file is no JPEG, PNG or HEIC.
    :raises TooLarge: if it has over 15 MB or 50 megapixels.
    :raises Damaged: if it cannot be read to its end.
    :raises TooMuchWork: if reading it takes over 2 s or 300 MB (4 s and 500 MB for the largest photos).
    :raises Busy: if its turn does not come in time, or no process can be started.
    """
    find_format(raw)
    if not _turns.acquire(timeout=LONGEST_WAIT):
        raise Busy
    try:
        status, answer = _run_child(raw)
    finally:
        _turns.release()
    if status in OVERRUN:
        raise TooMuchWork
    if status < 0:
        logger.warning("photo crashed its decoder", extra={"signal": -status})
    if status != 0:
        raise Damaged
    return _read_answer(answer)


def _run_child(raw: bytes) -> tuple[int, bytes]:
    """Return the status and the answer of the process that reads a photo; it is gone when this returns."""
    # What it says on its error stream may hold parts of the file, and is lost. Its environment is empty.
    try:
        child = subprocess.Popen(
            COMMAND,
            cwd=ROOT,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise Busy from error
    with child:
        try:
            answer, _nothing = child.communicate(raw, timeout=LONGEST_RUN)
        except subprocess.TimeoutExpired:
            raise TooMuchWork from None
        finally:
            child.kill()
    return child.returncode, answer


def _read_answer(answer: bytes) -> ProcessedPhoto:
    """Return the photo that the process answered with, which is believed no more than is needed.

    :raises PhotoProblem: the one it names; Damaged if the answer is none.
    """
    line, _newline, jpeg = answer.partition(b"\n")
    try:
        about = json.loads(line)
        if problem := about.get("problem"):
            raise PROBLEMS[problem]
        photo = ProcessedPhoto(jpeg=jpeg, **about)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Damaged from None
    numbers = (photo.width, photo.height, photo.brightness, photo.sharpness)
    if photo.source not in FORMATS or not all(isinstance(number, int) for number in numbers):
        raise Damaged
    is_whole = jpeg.startswith(b"\xff\xd8\xff") and jpeg.endswith(b"\xff\xd9")
    if not is_whole or len(jpeg) > LARGEST_RESULT or max(photo.width, photo.height) > KEPT_SIDE:
        raise Damaged
    return photo
