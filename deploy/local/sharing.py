"""Use a cluster together: the first to come starts it, the last to leave stops it."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from deploy.local.cluster import APP, OWNER, Cluster, create, database_name, prepare
from deploy.local.locks import Lock, held, is_held
from deploy.local.places import ROOT, Refusal
from deploy.local.processes import is_alive

ATTEMPTS = 3
PATIENCE = 60.0


@dataclass
class Lease:
    """One process's use of one database of a running cluster."""

    cluster: Cluster
    port: int
    database: str
    lock: Lock

    @property
    def url(self) -> str:
        """The database as the running site reaches it."""
        return self.cluster.url(APP, self.database, self.port)

    @property
    def owner_url(self) -> str:
        """The database as migrations reach it."""
        return self.cluster.url(OWNER, self.database, self.port)

    def leave(self) -> None:
        """End the use; the last user waits here until the cluster has stopped."""
        self.lock.release()
        stop_if_unused(self.cluster)


def join(cluster: Cluster, database: str) -> Lease:
    """Return a lease on a database, after creating and starting what was missing.

    :raises Refusal: when the cluster cannot be created or started.
    """
    name = database_name(database)
    lock = Lock(cluster.users)
    lock.wait(shared=True)
    try:
        with held(cluster.starting):
            create(cluster)
            port = bring_up(cluster)
            prepare(cluster, port, name)
    except BaseException:
        lock.release()
        raise
    return Lease(cluster, port, name, lock)


def bring_up(cluster: Cluster) -> int:
    """Return the port of the running cluster, starting it if need be.

    :raises Refusal: with the end of the log, after three failures or a minute.
    """
    until = time.monotonic() + PATIENCE
    for _ in range(ATTEMPTS):
        keeper = None if is_held(cluster.keeper) else start_keeper(cluster)
        while time.monotonic() < until:
            if port := ready_port(cluster):
                return port
            if not (is_held(cluster.keeper) if keeper is None else keeper.poll() is None):
                time.sleep(0.5)
                break
            time.sleep(0.05)
    ending = "\n".join(cluster.log.read_text(errors="replace").splitlines()[-12:])
    raise Refusal(f"Postgres did not start. The end of {cluster.log}:\n{ending}")


def start_keeper(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start the cluster's keeper, away from this terminal's signals."""
    kind = "durable" if cluster.durable else "tests"
    arguments = [str(cluster.home), str(cluster.binaries.folder), kind]
    with cluster.log.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.local.keeper", *arguments],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def ready_port(cluster: Cluster) -> int | None:
    """Return the port if Postgres accepts connections under a keeper, else None.

    Lines 1, 4 and 8 of `postmaster.pid` are its process, its port and its state.
    """
    try:
        note = (cluster.data / "postmaster.pid").read_text().splitlines()
        pid, port, state = int(note[0]), int(note[3]), note[7].strip()
        keeper, server = (int(word) for word in cluster.keeper.read_text().split())
    except (OSError, ValueError, IndexError):
        return None
    runs = is_held(cluster.keeper) and is_alive(keeper) and is_alive(server)
    return port if runs and server == pid and state == "ready" else None


def stop(cluster: Cluster) -> bool:
    """Stop the cluster whoever uses it; say whether it was running.

    :raises Refusal: when it still runs after a minute.
    """
    cluster.pin.unlink(missing_ok=True)
    with held(cluster.starting):
        return end_keeper(cluster)


def end_keeper(cluster: Cluster) -> bool:
    """Tell the keeper to stop and wait for it; say whether there was one."""
    if not is_held(cluster.keeper):
        return False
    until = time.monotonic() + PATIENCE
    while is_held(cluster.keeper):
        if numbers := cluster.keeper.read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(numbers[0]), signal.SIGTERM)
        if time.monotonic() > until:
            raise Refusal(f"Postgres in {cluster.home} did not stop.")
        time.sleep(0.1)
    return True


def stop_if_unused(cluster: Cluster) -> None:
    """Stop the cluster if nobody uses it and it is not pinned; wait until that is done."""
    everybody = Lock(cluster.users)
    until = time.monotonic() + PATIENCE
    while is_held(cluster.keeper) and not cluster.pin.exists() and time.monotonic() < until:
        if everybody.take():
            end_keeper(cluster)
        elif everybody.take(shared=True):  # somebody else uses it
            break
        time.sleep(0.05)
    everybody.release()
