"""What reading one photo costs: `python -m tests.photos.measure < photo` prints it as JSON.

Imports nothing large: Linux counts the memory of whoever starts a process as that process's own until
it runs its program.
"""

import json
import logging
import os
import resource
import sys
import time
from dataclasses import asdict, dataclass

from patients import photo_processing
from patients.photo_files import PhotoProblem


@dataclass(frozen=True)
class Reading:
    """How it ended: "kept", the code of a refusal, or the name of an error. Time by the clock.

    `megabytes` is the largest resident size of any process that was started. `crashed` is an error that
    is no refusal, or a decoder ended by a signal that no limit sends.
    """

    ending: str
    crashed: bool
    seconds: float
    megabytes: int


class Listener(logging.Handler):
    """Notices the warning about a decoder that crashed."""

    heard = False

    def emit(self, record: logging.LogRecord) -> None:
        """Notice it."""
        self.heard = True


def read_measured(raw: bytes) -> Reading:
    """Process a photo in a fork of this process, so that what it cost is known for this photo alone."""
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writer, json.dumps(asdict(_read(raw))).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        line = answer.read()
    os.waitpid(child, 0)
    return Reading(**json.loads(line))


def _read(raw: bytes) -> Reading:
    listener = Listener()
    photo_processing.logger.addHandler(listener)
    started = time.monotonic()
    try:
        photo_processing.process_photo(raw)
    except PhotoProblem as problem:
        ending, crashed = problem.code, listener.heard
    except Exception as error:  # noqa: BLE001 (whatever it is, it is counted)
        ending, crashed = type(error).__name__, True
    else:
        ending, crashed = "kept", False
    seconds = time.monotonic() - started
    megabytes = -(-resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
    return Reading(ending, crashed, seconds, megabytes)


if __name__ == "__main__":
    print(json.dumps(asdict(_read(sys.stdin.buffer.read()))))  # noqa: T201 (this is a command)
