"""The demo site as `make run` serves it, on a database and a port of its own."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import sharing
from deploy.local.cluster import local_cluster
from deploy.local.run import prepare_database, site_environment
from deploy.local.services import Services


@contextmanager
def demo_site(mail: Path) -> Iterator[str]:
    """Serve the demo clinic and yield its address; mails go to the folder `mail`."""
    lease = sharing.join(local_cluster(tests=True), "nuan_phone")
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = int(trial.getsockname()[1])
    services = Services(port, None, lease)
    environment = site_environment(port, lease)
    environment |= {"NUAN_DEMO": "1", "NUAN_BASE_URL": f"http://127.0.0.1:{port}", "NUAN_MAIL_DIR": str(mail)}

    try:
        prepare_database(environment)
        services.start(environment)
        yield environment["NUAN_BASE_URL"]
    finally:
        services.stop()
