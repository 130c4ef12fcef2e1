"""One embedded Postgres cluster in `.local/`: its files, its first start, its roles.

`nuan_owner` owns the databases and migrates them; `nuan_app` runs the site and may only read and
write rows. Both sign in over 127.0.0.1 with random passwords that never leave `.local/`.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local import unprivileged
from deploy.local.binaries import Binaries, find_binaries
from deploy.local.places import Refusal, local_folder, say
from deploy.local.unprivileged import Way

HOST = "127.0.0.1"
SUPERUSER, OWNER, APP = "postgres", "nuan_owner", "nuan_app"

ALWAYS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A power cut may destroy the test cluster; nobody would miss it.
TESTS_ONLY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

ROLES = """
CREATE ROLE {owner} LOGIN CREATEDB PASSWORD '{owner_password}';
CREATE ROLE {app} LOGIN PASSWORD '{app_password}';
"""
# Said in template1, so that every database made later starts with it.
DEFAULT_RIGHTS = """
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT EXECUTE ON FUNCTIONS TO {app};
"""


@dataclass(frozen=True)
class Cluster:
    """Where one cluster lives, which programs run it, and whether its data matter."""

    binaries: Binaries
    home: Path
    durable: bool

    @property
    def data(self) -> Path:
        """Postgres's own folder."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """What Postgres and its keeper said since the last start."""
        return self.home / "log"

    @property
    def users(self) -> Path:
        """Lock: shared by every process that uses the cluster."""
        return self.home / "users.lock"

    @property
    def starting(self) -> Path:
        """Lock: held while the cluster is made, started, prepared or stopped on request."""
        return self.home / "starting.lock"

    @property
    def keeper(self) -> Path:
        """Lock: held by the keeper, the parent process of Postgres; names both processes."""
        return self.home / "keeper.lock"

    @property
    def pin(self) -> Path:
        """A file whose presence keeps the cluster running while nobody uses it."""
        return self.home / "pinned"

    def settings(self, port: int) -> dict[str, str]:
        """Return the server settings that differ from Postgres's own defaults."""
        durability = {} if self.durable else TESTS_ONLY
        return ALWAYS | durability | {"port": str(port)}

    def way(self) -> Way:
        """Return how to start this cluster's programs as somebody who is not root."""
        trial = self.home / "trial"
        trial.mkdir(exist_ok=True)
        way = unprivileged.choose_way(self.binaries.program("postgres"), trial)
        trial.rmdir()
        return way

    def passwords(self) -> dict[str, str]:
        """Return the three roles' passwords by role name."""
        stored: dict[str, str] = json.loads((self.home / "passwords.json").read_text())
        return stored

    def url(self, role: str, database: str, port: int) -> str:
        """Return the address of a database as `role` reaches it."""
        return f"postgres://{role}:{self.passwords()[role]}@{HOST}:{port}/{database}"


def local_cluster(*, tests: bool = False) -> Cluster:
    """Return the cluster for `make run`, or the one that only tests use.

    :raises Refusal: when there is no Postgres on this machine.
    """
    binaries = find_binaries()
    name = f"postgres-{'test-' if tests else ''}{binaries.major}"
    home = local_folder() / name
    if not home.exists():
        home.mkdir()
        home.chmod(0o711)
    return Cluster(binaries, home, durable=not tests)


def database_name(chosen: str) -> str:
    """Return the name if it can be a database's.

    :raises Refusal: when it is not lower-case letters, digits and underscores.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,39}", chosen):
        raise Refusal(f"NUAN_DATABASE={chosen!r}: use lower-case letters, digits and underscores.")
    return chosen


def without_postgres_settings() -> dict[str, str]:
    """Return the environment without PGHOST and its family, which would lead programs astray."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def create(cluster: Cluster) -> None:
    """Make the cluster's data if there are none; all of them or nothing.

    :raises Refusal: when `initdb` fails.
    """
    way = cluster.way()
    if cluster.data.exists():
        unprivileged.give_to(way, cluster.data)
        return
    say(f"Creating a database cluster (PostgreSQL {cluster.binaries.major}) in {cluster.home}")
    passwords = {role: secrets.token_hex(24) for role in (SUPERUSER, OWNER, APP)}
    unfinished, first_password = cluster.home / "data.new", cluster.home / "password.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    os.chown(unfinished, way.owner, -1)
    write_private(first_password, passwords[SUPERUSER])
    os.chown(first_password, way.owner, -1)
    initialise(cluster, way, unfinished, first_password)
    first_password.unlink()
    write_private(cluster.home / "passwords.json", json.dumps(passwords))
    (cluster.home / "prepared").unlink(missing_ok=True)
    unfinished.rename(cluster.data)


def initialise(cluster: Cluster, way: Way, folder: Path, first_password: Path) -> None:
    """Run `initdb` in an empty folder.

    :raises Refusal: with its own words, when it fails.
    """
    command = [cluster.binaries.program("initdb"), "--pgdata", str(folder), "--encoding=UTF8"]
    command += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--username={SUPERUSER}"]
    command += [f"--pwfile={first_password}"] + ([] if cluster.durable else ["--no-sync"])
    done = subprocess.run(
        way.command(command),
        cwd="/",
        env=without_postgres_settings(),
        capture_output=True,
        text=True,
        check=False,
        **way.options(),
    )
    if done.returncode != 0:
        raise Refusal(f"initdb failed:\n{done.stdout}{done.stderr}")


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, whatever the umask."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)


def prepare(cluster: Cluster, port: int, database: str) -> None:
    """Make the roles, once, and the database, if they are missing."""
    done = cluster.home / "prepared"
    if not done.exists():
        passwords = cluster.passwords()
        names = {"owner": OWNER, "app": APP}
        roles = ROLES.format(**names, owner_password=passwords[OWNER], app_password=passwords[APP])
        run_sql(cluster, port, "template1", roles + DEFAULT_RIGHTS.format(**names))
        done.touch()
    wanted = f"SELECT 'CREATE DATABASE {database} OWNER {OWNER}' WHERE NOT EXISTS "
    wanted += f"(SELECT FROM pg_database WHERE datname = '{database}') \\gexec"
    run_sql(cluster, port, "postgres", wanted)


def run_sql(cluster: Cluster, port: int, database: str, script: str) -> str:
    """Run a script as the superuser, in one transaction where it can be, and return its output.

    :raises Refusal: when a statement fails.
    """
    psql = [cluster.binaries.program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
    psql += ["-h", HOST, "-p", str(port), "-U", SUPERUSER, "-d", database]
    if "\\gexec" not in script:
        psql.append("--single-transaction")
    environment = without_postgres_settings() | {"PGPASSWORD": cluster.passwords()[SUPERUSER]}
    done = subprocess.run(psql, input=script, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"preparing the database failed:\n{done.stderr}")
    return done.stdout
