"""`python3 -m deploy.local.postgres start|stop|url|owner-url|status [--tests]`.

`start` leaves the cluster running until `stop`. `url` and `owner-url` print the address of the
database named by NUAN_DATABASE (default: nuan) and start the cluster if it is not running.
"""

import argparse
import os

from deploy.local import sharing
from deploy.local.cluster import Cluster, local_cluster
from deploy.local.places import finish, say


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="deploy.local.postgres", description=__doc__)
    parser.add_argument("action", choices=["start", "stop", "url", "owner-url", "status"])
    parser.add_argument("--tests", action="store_true", help="the cluster that only tests use")
    chosen = parser.parse_args()
    cluster = local_cluster(tests=chosen.tests)
    if chosen.action == "stop":
        say("Postgres stopped." if sharing.stop(cluster) else "Postgres was not running.")
    elif chosen.action == "status":
        port = sharing.ready_port(cluster)
        say(f"Postgres runs on port {port}." if port else "Postgres does not run.")
        return 0 if port else 3
    else:
        started = start(cluster)
        if chosen.action == "url":
            say(started.url)
        elif chosen.action == "owner-url":
            say(started.owner_url)
        else:
            say(f"Postgres {cluster.binaries.major} runs on port {started.port} until `stop`.")
    return 0


def start(cluster: Cluster) -> sharing.Lease:
    """Start the cluster and keep it running after this command ends."""
    cluster.pin.touch()
    started = sharing.join(cluster, os.environ.get("NUAN_DATABASE", "nuan"))
    started.lock.release()
    return started


if __name__ == "__main__":
    finish(main)
