"""`make run`: the demo clinic, from the database to the address, until Ctrl-C or SIGTERM."""

import os
import secrets
import signal
import socket
from base64 import b64encode
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from deploy.local import sharing
from deploy.local.cluster import local_cluster, write_private
from deploy.local.parent import stop_with_parent
from deploy.local.places import PYTHON, Refusal, fail, finish, local_folder, say
from deploy.local.services import Services
from deploy.local.steps import run_in

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Somebody asked the whole site to stop."""


def main() -> int:
    """Serve until told to stop; 0 if that was asked for, 1 if something failed."""
    cluster = None if os.environ.get("DATABASE_URL") else local_cluster()
    services = Services(check_port(), cluster)
    try:
        for number in STOPPING:
            signal.signal(number, ask_to_stop)
        stop_with_parent()
        serve(services)
    except Stop:
        say("\nStopping.")
        return 0
    except Refusal as refusal:
        return fail(refusal)
    finally:
        ignore_signals()
        services.stop()
        say("Stopped.")


def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    """Interrupt whatever is going on, once."""
    ignore_signals()
    raise Stop


def ignore_signals() -> None:
    """From now on, being asked to stop changes nothing: it is under way."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def serve(services: Services) -> NoReturn:
    """Prepare the database, start everything and watch it; end only by raising.

    :raises Refusal: when a step fails or something stops by itself.
    :raises Stop: when somebody asks.
    """
    if services.cluster is None:
        say("Using the database in DATABASE_URL")
    else:
        say(f"Starting Postgres {services.cluster.binaries.major}")
        database = os.environ.get("NUAN_DATABASE", "nuan")
        services.lease = sharing.join(services.cluster, database)
    environment = site_environment(services.port, services.lease)
    prepare_database(environment)
    services.start(environment)
    services.watch()


def site_environment(port: int, lease: sharing.Lease | None) -> dict[str, str]:
    """Return the environment of the site: the demo's own values where none were given."""
    chosen = dict(os.environ)
    chosen.setdefault("NUAN_DEMO", "1")
    chosen.setdefault("NUAN_LOG_LEVEL", "WARNING")
    chosen.setdefault("NUAN_BASE_URL", f"http://127.0.0.1:{port}")
    if not chosen.get("SECRET_KEY"):
        chosen["SECRET_KEY"] = kept_secret("secret-key", secrets.token_urlsafe(64))
    if not (chosen.get("NUAN_KEYS") or chosen.get("NUAN_KEYS_FILE")):
        chosen["NUAN_KEYS"] = kept_secret("key-ring", f"demo:{b64encode(secrets.token_bytes(32)).decode()}")
    if lease is not None:
        chosen |= {"DATABASE_URL": lease.url, "DATABASE_OWNER_URL": lease.owner_url}
    return chosen


def kept_secret(name: str, fresh: str) -> str:
    """Return a secret of the demo's that was made once and is kept under this name, or keep `fresh`."""
    path = local_folder() / name
    if not path.exists():
        write_private(path, fresh)
    return path.read_text()


def prepare_database(environment: dict[str, str]) -> None:
    """Migrate as the owner, and load the demo clinic.

    :raises Refusal: when either fails; it has said why.
    """
    owner = environment.get("DATABASE_OWNER_URL") or environment["DATABASE_URL"]
    as_owner = environment | {"DATABASE_URL": owner}
    say("Bringing the database up to date")
    manage("migrate", "--verbosity=0", "--skip-checks", environment=as_owner)
    if environment["NUAN_DEMO"].lower() in {"1", "true", "yes", "on"}:
        say("Loading the demo clinic, if it is not there yet")
        manage("seed_demo", "--skip-checks", environment=environment)


def manage(*command: str, environment: dict[str, str]) -> None:
    """Run a management command.

    :raises Refusal: when it fails.
    """
    if run_in([PYTHON, "manage.py", *command], environment) != 0:
        raise Refusal(f"`manage.py {command[0]}` failed; its message is above.")


def check_port() -> int:
    """Return PORT (default 8000) if a server can listen there.

    :raises Refusal: when it is not a port number, or taken.
    """
    chosen = os.environ.get("PORT") or "8000"
    if not chosen.isascii() or not chosen.isdigit() or not 0 < int(chosen) < 65536:
        raise Refusal(f"PORT={chosen} is not a port number.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            trial.bind(("127.0.0.1", int(chosen)))
            return int(chosen)
    raise Refusal(f"port {chosen} is taken. Choose another: PORT={int(chosen) + 1} make run")


if __name__ == "__main__":
    finish(main)
