"""`make run` as a newcomer would use it: one command, an address, and nothing left afterwards."""

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from deploy.local.processes import is_alive
from tests.deploy.waiting import eventually

PATIENCE = 180.0
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "NUAN_KEYS", "MAKELEVEL", "MAKEFLAGS")


@dataclass
class Site:
    """A running `make run`."""

    make: subprocess.Popen[bytes]
    port: int
    log: Path

    def said(self) -> str:
        """Return what it has printed so far."""
        return self.log.read_text(errors="replace")

    def processes(self) -> dict[str, int]:
        """Return the launcher's children by a word of their command line."""
        launcher = children_of(self.make.pid)[0]
        lines = {pid: command_of(pid) for pid in children_of(launcher)}
        return {
            word: pid for word in ("granian", "procrastinate") for pid, line in lines.items() if word in line
        }


def children_of(pid: int) -> list[int]:
    """Return the processes a process started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    """Return a process's command line."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site on a database and a port of its own, once it says that it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port = trial.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"PORT": str(port), "NUAN_DATABASE": "nuan_try", "NUAN_MAIL_DIR": str(tmp_path / "mail")}
    log = tmp_path / "log"
    with log.open("wb") as output:
        make = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    running = Site(make, port, log)
    came = eventually(lambda: "Nuan is ready" in running.said() or make.poll() is not None, PATIENCE)
    try:
        assert came, running.said()
        assert make.poll() is None, running.said()
        yield running
    finally:
        if make.poll() is None:
            make.terminate()
            make.wait(60)


def get(port: int, path: str) -> tuple[int, bytes]:
    """Return the status and the body of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_run_serves_a_well_site_until_make_is_terminated(site: Site) -> None:
    status, body = get(site.port, "/healthz")
    home, _ = get(site.port, "/")
    processes = site.processes()

    site.make.send_signal(signal.SIGTERM)
    site.make.wait(60)

    assert (status, json.loads(body)["worker"], home) == (200, "ok", 200)
    assert set(processes) == {"granian", "procrastinate"}
    assert eventually(lambda: not any(is_alive(pid) for pid in processes.values()))
    assert eventually(lambda: site.said().endswith("Stopped.\n"))


def test_run_stops_everything_and_says_which_part_ended(site: Site) -> None:
    processes = site.processes()

    os.kill(processes["procrastinate"], signal.SIGKILL)

    assert site.make.wait(60) != 0
    assert "the job worker stopped by itself (exit status -9)" in site.said()
    assert not is_alive(processes["granian"])
