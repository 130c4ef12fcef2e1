"""The web server and the job worker, started, watched and stopped together."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from deploy.local.cluster import Cluster
from deploy.local.locks import is_held
from deploy.local.places import PYTHON, ROOT, Refusal, say
from deploy.local.processes import die_with_parent
from deploy.local.sharing import Lease, stop_if_unused

WEB, WORKER = "web server", "job worker"
START_PATIENCE = 60.0
STOP_PATIENCE = 15.0


@dataclass
class Services:
    """What `make run` keeps running on one port, on top of a cluster (None: not ours)."""

    port: int
    cluster: Cluster | None
    lease: Lease | None = None
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start both and return once the site says it is well.

        :raises Refusal: when one of them ends, or the site is not well within a minute.
        """
        say("Starting the web server and the job worker")
        workers = environment.get("NUAN_WORKERS") or "2"
        granian = ["-m", "granian", "--interface", "wsgi", "--log-level", "warning"]
        granian += ["--host", "127.0.0.1", "--port", str(self.port), "--workers", workers]
        # As many threads as a worker has database connections: none waits for one while it serves.
        granian += ["--blocking-threads", environment.get("NUAN_POOL_SIZE") or "8"]
        granian += ["--respawn-failed-workers", "--workers-kill-timeout", "10"]
        self.begin(WEB, [*granian, "clinic.wsgi:application"], environment)
        self.begin(WORKER, ["manage.py", "procrastinate", "worker"], environment)
        until = time.monotonic() + START_PATIENCE
        answer = ""
        while time.monotonic() < until:
            self.check()
            status, answer = self.ask_health()
            if status == http.HTTPStatus.OK:
                say(f"\nNuan is ready: {environment['NUAN_BASE_URL']}/   (Ctrl-C stops it)\n")
                return
            time.sleep(0.1)
        raise Refusal(f"the site is not well after {START_PATIENCE:.0f} seconds: {answer}")

    def begin(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> None:
        """Start one program in a group of its own, out of reach of the terminal's Ctrl-C."""
        self.running[name] = subprocess.Popen(
            [PYTHON, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    def ask_health(self) -> tuple[int, str]:
        """Return the status and the text of `/healthz`; status 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")[:500]
        except (OSError, http.client.HTTPException) as fault:
            return 0, str(fault)
        finally:
            connection.close()

    def watch(self) -> NoReturn:
        """Look every half second; return only by raising.

        :raises Refusal: when something stopped by itself.
        """
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        """Make sure everything runs.

        :raises Refusal: naming what stopped.
        """
        for name, process in self.running.items():
            if (status := process.poll()) is not None:
                raise Refusal(f"the {name} stopped by itself (exit status {status}).")
        if self.cluster is not None and not is_held(self.cluster.keeper):
            raise Refusal(f"Postgres stopped by itself; see {self.cluster.log}")

    def stop(self) -> None:
        """Stop the worker and the web server, kindly or after a while at once; then the cluster."""
        for process in self.running.values():
            process.terminate()
        until = time.monotonic() + STOP_PATIENCE
        for name, process in self.running.items():
            while process.poll() is None and time.monotonic() < until:
                self.wait_for(name, process)
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self.lease is not None:
            self.lease.leave()
        elif self.cluster is not None:
            stop_if_unused(self.cluster)

    def wait_for(self, name: str, process: subprocess.Popen[bytes]) -> None:
        """Give a program one second to end; then ask the web server's processes once more.

        One that is told to stop while it starts can miss it.
        """
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            if name == WEB:
                os.killpg(process.pid, signal.SIGTERM)
