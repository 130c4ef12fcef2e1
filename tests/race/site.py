"""A site to race on: a database that holds nothing else, and the servers `make run` starts."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from deploy.local.places import Refusal, say
from deploy.local.run import manage
from deploy.local.services import Services

LIMITS = ("NUAN_LIMIT_HOLDS_PER_ADDRESS", "NUAN_LIMIT_BOOKINGS_PER_ADDRESS", "NUAN_LIMIT_UPCOMING_PER_EMAIL")
NO_LIMIT = "1000000000"


def prepare_database(purpose: str = "race") -> None:
    """Migrate the database and empty it.

    :raises Refusal: if its name does not end with what it is for.
    """
    name = str(settings.DATABASES["default"]["NAME"])
    if not name.endswith(purpose):
        raise Refusal(f"the database {name} is not emptied: its name must end with `{purpose}`.")
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    environment = dict(os.environ) | {"DATABASE_URL": owner}
    say("Preparing the database")
    manage("migrate", "--verbosity=0", environment=environment)
    manage("flush", "--no-input", "--verbosity=0", environment=environment)


@contextmanager
def running_site() -> Iterator[int]:
    """Run the web server (two workers) and the job worker, limits raised; yield the port."""
    port = free_port()
    services = Services(port, None)
    environment = dict(os.environ) | dict.fromkeys(LIMITS, NO_LIMIT)
    environment |= {
        "NUAN_DEMO": "0",
        "NUAN_BASE_URL": f"http://127.0.0.1:{port}",
        "NUAN_WORKERS": "2",
        "NUAN_LOG_LEVEL": "ERROR",
        "EMAIL_URL": "dummymail://",
    }
    try:
        services.start(environment)
        yield port
    finally:
        services.stop()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
