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
from pathlib import Path

from deploy.local.binaries import inspect
from deploy.local.cluster import HOST, Cluster, without_postgres_settings
from deploy.local.locks import Lock
from deploy.local.places import Refusal, fail
from deploy.local.processes import die_with_parent, is_alive

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
    """Deal with the server a killed keeper left: end it if it runs, forget it if it does not.

    Postgres sees by itself that a number in its file belongs to no process. It cannot see that the
    number now belongs to an unrelated one, as happens after a restart of the machine.
    """
    note = cluster.data / "postmaster.pid"
    try:
        pid = int(note.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if not is_alive(pid):
        return
    try:
        working_folder = Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        working_folder = cluster.data
    if working_folder != cluster.data:
        note.unlink()
        return
    os.kill(pid, signal.SIGINT)
    until = time.monotonic() + PATIENCE
    while is_alive(pid) and time.monotonic() < until:
        time.sleep(0.05)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Refusal as refusal:
        sys.exit(fail(refusal))
