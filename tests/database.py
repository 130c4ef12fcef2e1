"""Give the tests a real Postgres before Django's settings are read (`-p tests.database`).

DATABASE_URL is used if it is set. Otherwise the embedded test cluster is started, or joined if it
already runs, and left when the tests end. NUAN_DATABASE=name lets several people test at once:
Django puts `test_` in front of it. The test database is kept for the next run as long as no
migration changes.
"""

import hashlib
import os
from collections.abc import Iterator

import pytest

from deploy.local import sharing
from deploy.local.cluster import SUPERUSER, local_cluster, run_sql
from deploy.local.locks import Lock
from deploy.local.places import ROOT, THROWAWAY_SECRETS, say
from deploy.local.sharing import Lease

KEPT = pytest.StashKey[bool]()
HALF_AN_HOUR = 1800.0


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Set what the settings need, and start the database unless only help is wanted."""
    for name, value in THROWAWAY_SECRETS.items():
        os.environ.setdefault(name, value)
    if not (early_config.known_args_namespace.help or os.environ.get("DATABASE_URL")):
        lease = sharing.join(local_cluster(tests=True), os.environ.get("NUAN_DATABASE", "nuan"))
        early_config.add_cleanup(lease.leave)
        early_config.add_cleanup(reserve(lease).release)
        os.environ["DATABASE_URL"] = lease.owner_url
        os.environ["NUAN_TEST_APP_URL"] = lease.url
        os.environ["NUAN_TEST_SUPERUSER_URL"] = lease.cluster.url(SUPERUSER, lease.database, lease.port)
        os.environ["NUAN_TEST_SCHEMA"] = schema_mark()
        early_config.stash[KEPT] = made_with(lease) == schema_mark()
    yield


def pytest_configure(config: pytest.Config) -> None:
    """Keep the test database of the last run if it was made by the same migrations."""
    if KEPT in config.stash and config.pluginmanager.hasplugin("django"):
        config.option.reuse_db = True
        config.option.create_db = config.option.create_db or not config.stash[KEPT]


def reserve(lease: Lease) -> Lock:
    """Return the lock that keeps a second test run out of this run's database."""
    lock = Lock(lease.cluster.home / f"test_{lease.database}.lock")
    if not lock.take():
        say(f"Waiting: another run tests in test_{lease.database} (NUAN_DATABASE names another).")
        lock.wait(seconds=HALF_AN_HOUR)
    return lock


def schema_mark() -> str:
    """Return a mark that changes whenever a migration, a watched table or a runtime package does."""
    digest = hashlib.sha256()
    walls = [ROOT / "clinic/services/database_walls.py", *sorted(ROOT.glob("*/watched.py"))]
    for path in [ROOT / "requirements.lock", *walls, *sorted(ROOT.glob("*/migrations/*.py"))]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def made_with(lease: Lease) -> str:
    """Return the mark the kept test database was made with, or nothing."""
    mark = "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
    mark += f"WHERE datname = 'test_{lease.database}'"
    return run_sql(lease.cluster, lease.port, "postgres", mark).strip()
