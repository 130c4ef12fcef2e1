"""Start the workers and call them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Contestant:
    """A worker process and the functions it answers for."""

    def __init__(
        self, python: str | Path, settings: str, module: str, environment: Mapping[str, str]
    ) -> None:
        self.process = subprocess.Popen(
            [python, "-m", "tests.bench.worker", settings, module],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def call(self, name: str, **arguments: Any) -> Any:
        """Return what a function of the worker's module returns.

        :raises RuntimeError: if the worker has failed; it has said why on the error stream.
        """
        self.send(name, **arguments)
        return self.receive()

    def send(self, name: str, **arguments: Any) -> None:
        """Ask for a function's value; `receive` waits for it."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"name": name, "arguments": arguments}) + "\n")
        self.process.stdin.flush()

    def receive(self) -> Any:
        """Return the value asked for.

        :raises RuntimeError: if the worker has failed; it has said why on the error stream.
        """
        assert self.process.stdout is not None
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("A worker failed; the reason is above.")
        return json.loads(answer)

    def stop(self) -> None:
        """End the worker."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=20)


def ours(url: str, *, module: str = "tests.bench.ours") -> Contestant:
    """Return a worker that runs our own code on a database; the limits against abuse are out of the way."""
    return Contestant(
        sys.executable,
        "clinic.settings",
        module,
        {
            "DATABASE_URL": url,
            "NUAN_LOG_LEVEL": "ERROR",
            "NUAN_DEMO": "0",
            "NUAN_LIMIT_BOOKINGS_PER_ADDRESS": "1000000000",
        },
    )
