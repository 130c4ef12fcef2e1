"""Pages a second over HTTP: the choose-a-time page and the bare month, from the same two workers."""

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from tests.bench.contestants import ROOT

CONNECTIONS = 4
PATIENCE = 60.0


@contextmanager
def serving(url: str, first: date) -> Iterator[int]:
    """Serve the site on a database with granian, 2 workers, and yield the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    environment = {"DATABASE_URL": url, "BENCH_FIRST_DATE": first.isoformat(), "NUAN_LOG_LEVEL": "ERROR"}
    command = ["-m", "granian", "--interface", "wsgi", "--log-level", "warning", "--workers", "2"]
    command += ["--blocking-threads", "8"]
    command += ["--host", "127.0.0.1", "--port", str(port), "tests.bench.site:application"]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **environment, "NUAN_DEMO": "0"}
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fetch(http.client.HTTPConnection("127.0.0.1", port, timeout=30), "/bare-month")
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def fetch(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Return a page.

    :raises RuntimeError: if it does not answer 200.
    """
    connection.request("GET", path, headers={"Accept-Language": "en"})
    response = connection.getresponse()
    body = response.read()
    if response.status != http.HTTPStatus.OK:
        raise RuntimeError(f"{path} answered {response.status}: {body[:300]!r}")
    return body


def requests_a_second(port: int, path: str, seconds: float) -> float:
    """Fetch a page over and over on four kept connections; every answer must be a 200."""
    counts = [0] * CONNECTIONS
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until:
            fetch(connection, path)
            counts[number] += 1

    threads = [threading.Thread(target=work, args=[number]) for number in range(CONNECTIONS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)
