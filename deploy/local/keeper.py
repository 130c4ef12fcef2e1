"""The keeper: the process that is Postgres's parent.

It stops Postgres when the last process that uses the cluster has ended, however it ended, unless
the cluster is pinned; or when it is told to. If the keeper itself is killed, Linux tells Postgres.
Everybody else talks to the cluster through `deploy.local.sharing`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from deploy.local.binaries import inspect
from deploy.local.cluster import HOST, Cluster, without_postgres_settings
from deploy.local.locks import Lock
from deploy.local.places import Refusal, finish
from deploy.local.processes import die_with_parent, processes_in

PATIENCE = 30.0


def main(home: str, folder: str, kind: str) -> int:
    """Run one cluster until it is no longer wanted; the exit status is 0 if that went well."""
    binaries = inspect(Path(folder))
    if binaries is None:
        raise Refusal(f"{folder} does not hold a Postgres.")
    cluster = Cluster(binaries, Path(home), durable=kind == "durable")
    mine = Lock(cluster.keeper)
    mine.wait(seconds=5)
    cluster.keeper.write_text(str(os.getpid()))
    wanted = {"stop": False}
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: wanted.update(stop=True))
    clear_leftovers(cluster)
    server = start(cluster)
    cluster.keeper.write_text(f"{os.getpid()} {server.pid}")
    users = Lock(cluster.users)
    while server.poll() is None:
        if wanted["stop"] or (not cluster.pin.exists() and users.take()):
            return stop(server)
        users.release()
        time.sleep(0.2)
    return 1


def start(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start Postgres on the port it had last time, or any free one."""
    remembered = cluster.home / "port"
    port = free_port(int(remembered.read_text()) if remembered.exists() else 0)
    remembered.write_text(str(port))
    command = [cluster.binaries.program("postgres"), "-D", str(cluster.data)]
    for name, value in cluster.settings(port).items():
        command += ["-c", f"{name}={value}"]
    way = cluster.way()
    return subprocess.Popen(
        way.command(command),
        cwd="/",
        env=without_postgres_settings(),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: die_with_parent(signal.SIGINT),
        **way.options(),
    )


def stop(server: subprocess.Popen[bytes]) -> int:
    """End Postgres: kindly, then at once. It loses no committed data either way."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()
    return 0


def free_port(wish: int) -> int:
    """Return `wish` if it is free on the loopback address, else a port that is."""
    for port in (wish, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((HOST, port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise Refusal(f"no free port on {HOST}.")


def clear_leftovers(cluster: Cluster) -> None:
    """Deal with what a killed keeper or server left: end what still runs, remove its note.

    Postgres does that by itself, except where the number in the note belongs to another process
    by now, or to one that has ended and that nobody collects, as in a container without an init.
    """
    note = cluster.data / "postmaster.pid"
    if not note.exists() or not Path("/proc/self/cwd").exists():
        return
    server = int(note.read_text().split()[0])
    until = time.monotonic() + PATIENCE
    while left := processes_in(cluster.data, "postgres"):
        if time.monotonic() > until:
            raise Refusal(f"these processes of an earlier Postgres do not end: {left}")
        with suppress(ProcessLookupError):
            os.kill(server if server in left else left[0], signal.SIGINT)
        time.sleep(0.1)
    note.unlink(missing_ok=True)


if __name__ == "__main__":
    finish(lambda: main(*sys.argv[1:]))
