"""The ledger of erasures, and a backup that was restored: whoever was erased stays erased."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bookings.services import ledger
from bookings.services.erasure import destroy_locked, erase_patient
from bookings.services.ledger import BadLedger, replay_ledger, write_ledger
from clinic.models import User
from deploy.local.binaries import find_binaries
from deploy.local.places import ROOT
from patients.models import ErasureRecord, LockedRecord, Patient
from tests.bookings.canaries import CANARY, TRACES, write_person
from tests.calendars import NOW, make_calendar
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    (tmp_path / "mail").mkdir()
    return tmp_path


def erase_one() -> Patient:
    patient = PatientFactory.create(name=CANARY)
    erase_patient(patient_id=patient.pk, now=LATER)
    return patient


def test_the_ledger_names_nobody() -> None:
    patient = erase_one()

    (line,) = write_ledger()

    assert json.loads(line).keys() == {"subject", "kind", "at", "destroy_on", "mark"}
    assert json.loads(line)["subject"] == str(patient.pk)
    assert CANARY not in line


def test_a_line_of_somebody_else_erases_nobody() -> None:
    erase_one()
    other = PatientFactory.create()
    (line,) = write_ledger()
    forged = json.dumps({**json.loads(line), "subject": str(other.pk)})

    for bad in (forged, "{}", "no json", "[]", "7"):
        with pytest.raises(BadLedger, match="Line 2"):
            replay_ledger([line, bad], now=LATER)

    other.refresh_from_db()
    assert other.erased_at is None


def test_without_its_mark_a_forged_line_would_erase(monkeypatch: pytest.MonkeyPatch) -> None:
    erase_one()
    other = PatientFactory.create()
    (line,) = write_ledger()
    monkeypatch.setattr(ledger, "constant_time_compare", lambda *_both: True)

    replay_ledger([json.dumps({**json.loads(line), "subject": str(other.pk)})], now=LATER)

    other.refresh_from_db()
    assert other.erased_at is not None


def test_a_rotated_secret_still_reads_an_older_ledger(settings: Any) -> None:
    erase_one()
    lines = list(write_ledger())
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert replay_ledger(lines, now=LATER).unchanged == 1


def test_replaying_where_all_is_well_changes_nothing(folder: Path) -> None:
    erase_one()
    path = folder / "ledger"
    path.write_text("\n".join(write_ledger()))
    said = StringIO()

    call_command("replay_erasures", str(path), stdout=said)

    assert said.getvalue() == "0 erased again, 0 destroyed, 1 as they should be.\n"
    assert ErasureRecord.objects.count() == 1


def test_a_file_that_is_no_ledger_is_refused(folder: Path) -> None:
    with pytest.raises(CommandError):
        call_command("replay_erasures", str(folder / "nothing"))


def test_a_visit_that_is_ahead_in_the_backup_is_freed() -> None:
    visit = make_calendar().book()
    assert visit.patient

    erase_patient(patient_id=visit.patient.pk, now=NOW, again=True)

    visit.refresh_from_db()
    assert (visit.status, visit.allocations.count()) == ("cancelled", 0)


def test_what_was_destroyed_since_is_destroyed_again() -> None:
    person = write_person(cancels=False)
    erase_patient(patient_id=person.patient.pk, now=LATER)
    destroy_locked(patient_id=person.patient.pk, now=LATER)
    lines = list(write_ledger())
    LockedRecord.objects.create(  # as a backup of between would have it
        patient=Patient.objects.get(pk=person.patient.pk), locked_at=LATER, destroy_on=LATER, sealed=b""
    )

    assert replay_ledger(lines, now=LATER).destroyed == 1
    assert not LockedRecord.objects.exists()


def on_database(name: str) -> str:
    """Return the address of another database of the cluster that the tests use."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def restored(dump: Path) -> Iterator[str]:
    """Restore a dump into a database of its own, and give its address."""
    name, here = f"{connection.settings_dict['NAME']}_restored", on_database("postgres")
    with psycopg.connect(here, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
        try:
            psql = [find_binaries().program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-1"]
            subprocess.run([*psql, "-d", on_database(name), "-f", dump], check=True, capture_output=True)
            yield on_database(name)
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def dump_to(path: Path) -> str:
    """Write a dump of the test database as text, and return it."""
    program = [find_binaries().program("pg_dump"), "--no-owner", "--no-privileges", "-f", str(path)]
    subprocess.run([*program, on_database(connection.settings_dict["NAME"])], check=True)
    return path.read_text().lower()


def replay_in(url: str, folder: Path, lines: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as somebody who restores does, in a process of its own."""
    environment = {**os.environ, "DATABASE_URL": url, "NUAN_PHOTOS": str(folder / "photos")}
    command = [sys.executable, "manage.py", "replay_erasures", str(lines)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_forgets_again(folder: Path) -> None:
    kept = write_person(cancels=False)
    before = dump_to(folder / "before.sql")
    assert all(trace in before for trace in TRACES)
    shutil.copytree(folder / "photos", folder / "backup" / "photos")
    erase_patient(patient_id=kept.patient.pk, now=LATER)
    destroy_locked(patient_id=kept.patient.pk, now=LATER)
    lines = folder / "ledger"
    lines.write_text("\n".join(write_ledger()))
    (folder / "before.sql").rename(folder / "backup" / "before.sql")

    with restored(folder / "backup" / "before.sql") as url:
        with psycopg.connect(url) as back:
            assert back.execute("SELECT count(*) FROM patients_formversion").fetchone() == (2,)
        told = replay_in(url, folder / "backup", lines)
        program = [find_binaries().program("pg_dump"), "--no-owner", url]
        after = subprocess.run(program, check=True, capture_output=True, text=True).stdout.lower()
        with psycopg.connect(url) as back:
            assert back.execute("SELECT count(*) FROM patients_datakey").fetchone() == (0,)

    assert "erased again" in told.stdout  # erasing a record erases those merged into it
    assert "0 erased again" not in told.stdout
    assert {trace: after.count(trace) for trace in TRACES} == dict.fromkeys(TRACES, 0)
    assert not any(trace in (told.stdout + told.stderr).lower() for trace in TRACES)
    assert list((folder / "backup" / "photos").rglob("*.sealed")) == []
    assert User.objects.filter(is_active=True, email__startswith="kanarien").count() == 0
