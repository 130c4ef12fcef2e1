"""The embedded Postgres: it is made, shared, survives what kills it, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local import sharing
from deploy.local.binaries import find_binaries
from deploy.local.cluster import Cluster, database_name
from deploy.local.locks import is_held
from deploy.local.places import ROOT, Refusal
from deploy.local.processes import is_alive
from tests.deploy.waiting import eventually

JOIN = """
import sys, time
from pathlib import Path
from deploy.local import sharing
from deploy.local.binaries import find_binaries
from deploy.local.cluster import Cluster
lease = sharing.join(Cluster(find_binaries(), Path(sys.argv[1]), durable=True), "nuan")
print(lease.port, flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of these tests' own, in a path with spaces that only this user may enter."""
    home = tmp_path_factory.mktemp("a closed home") / "a cluster"
    home.mkdir()
    home.parent.chmod(0o700)
    made = Cluster(find_binaries(), home, durable=True)
    sharing.join(made, "nuan").leave()
    yield made
    sharing.stop(made)


@pytest.fixture
def other(cluster: Cluster) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds a lease on that cluster."""
    command = [sys.executable, "-c", JOIN, str(cluster.home)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdigit()
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def lease(cluster: Cluster) -> Iterator[sharing.Lease]:
    """A lease on that cluster."""
    joined = sharing.join(cluster, "nuan")
    yield joined
    joined.lock.release()


def server_of(cluster: Cluster) -> int:
    """Return the process of a running cluster's Postgres."""
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def test_cluster_keeps_thai_in_utf8(lease: sharing.Lease) -> None:
    with psycopg.connect(lease.url) as connection:
        row = connection.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding), char_length('นวล') "
            "FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert row == ("C.UTF-8", "UTF8", 3)


def test_app_role_reads_and_writes_rows_of_the_owner(lease: sharing.Lease) -> None:
    with psycopg.connect(lease.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE note (id serial, words text)")
        with psycopg.connect(lease.url) as app:
            app.execute("INSERT INTO note (words) VALUES ('x')")
            found = app.execute("SELECT id, words FROM note").fetchall()
        owner.execute("DROP TABLE note")

    assert found == [(1, "x")]


@pytest.mark.parametrize("statement", ["CREATE TABLE stray ()", "CREATE DATABASE stray", "CREATE ROLE stray"])
def test_app_role_changes_no_schema(lease: sharing.Lease, statement: str) -> None:
    with (
        psycopg.connect(lease.url, autocommit=True) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute(statement)


def test_owner_role_may_add_the_extension_bookings_need(lease: sharing.Lease) -> None:
    with psycopg.connect(lease.owner_url, autocommit=True) as owner:
        owner.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        found = owner.execute("SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'").fetchone()

    assert found == (1,)


def test_cluster_refuses_a_wrong_password(lease: sharing.Lease) -> None:
    wrong = lease.url.replace(lease.cluster.passwords()["nuan_app"], "guess")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_passwords_are_for_this_user_only(lease: sharing.Lease) -> None:
    assert (lease.cluster.home / "passwords.json").stat().st_mode & 0o777 == 0o600


def test_second_user_joins_the_running_server(cluster: Cluster, lease: sharing.Lease) -> None:
    server = server_of(cluster)

    second = sharing.join(cluster, "nuan_second")
    second.leave()

    assert second.port == lease.port
    assert server_of(cluster) == server
    assert is_alive(server)


def test_last_user_stops_the_server(cluster: Cluster) -> None:
    lease = sharing.join(cluster, "nuan")
    server = server_of(cluster)

    lease.leave()

    assert not is_alive(server)
    assert not is_held(cluster.keeper)


def test_pinned_cluster_outlives_its_users(cluster: Cluster) -> None:
    cluster.pin.touch()
    lease = sharing.join(cluster, "nuan")
    server = server_of(cluster)

    lease.leave()
    time.sleep(0.5)

    assert is_alive(server)
    assert sharing.stop(cluster)
    assert not is_alive(server)


def test_server_stops_when_its_only_user_is_killed(cluster: Cluster, other: subprocess.Popen[str]) -> None:
    server = server_of(cluster)

    other.kill()

    assert eventually(lambda: not is_alive(server))
    assert eventually(lambda: not is_held(cluster.keeper))


def test_server_stays_when_one_of_two_users_is_killed(
    cluster: Cluster, lease: sharing.Lease, other: subprocess.Popen[str]
) -> None:
    other.kill()
    time.sleep(0.5)

    assert is_alive(server_of(cluster))


@pytest.mark.parametrize("victim", ["keeper", "server", "both"])
def test_cluster_starts_again_after_it_was_killed(cluster: Cluster, victim: str) -> None:
    lease = sharing.join(cluster, "nuan")
    with psycopg.connect(lease.owner_url, autocommit=True) as owner:
        owner.execute(f"CREATE TABLE kept_{victim} ()")
    keeper, server = (int(word) for word in cluster.keeper.read_text().split())
    for process in {"keeper": [keeper], "server": [server], "both": [keeper, server]}[victim]:
        os.kill(process, signal.SIGKILL)
    lease.lock.release()

    again = sharing.join(cluster, "nuan")

    with psycopg.connect(again.owner_url) as owner:
        assert owner.execute(f"SELECT count(*) FROM kept_{victim}").fetchone() == (0,)
    again.leave()


def test_cluster_starts_over_a_note_that_names_another_process(cluster: Cluster) -> None:
    note = cluster.data / "postmaster.pid"
    note.write_text(f"{os.getpid()}\nx\n1\n5\n\nh\n1\nready\n")

    lease = sharing.join(cluster, "nuan")

    assert lease.port != 5
    lease.leave()


def test_cluster_half_made_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new" / "PG_VERSION").write_text("18")
    cluster = Cluster(find_binaries(), tmp_path, durable=False)

    sharing.join(cluster, "nuan").leave()

    assert not (tmp_path / "data.new").exists()
    assert (cluster.data / "PG_VERSION").exists()


def test_cluster_that_cannot_start_shows_its_log(tmp_path: Path) -> None:
    cluster = Cluster(find_binaries(), tmp_path, durable=False)
    sharing.join(cluster, "nuan").leave()
    (cluster.data / "postgresql.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(Refusal, match="no_such_setting"):
        sharing.join(cluster, "nuan")


@pytest.mark.parametrize("name", ["", "Nuan", "a b", "x" * 41, "a;b", "1a", "นวล"])
def test_database_name_refuses(name: str) -> None:
    with pytest.raises(Refusal, match="lower-case letters"):
        database_name(name)
