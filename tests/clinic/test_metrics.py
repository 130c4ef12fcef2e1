"""Metrics: numbers about rules and queues, on a port of their own, and nothing about anybody."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, connection
from django.test import Client
from prometheus_client import generate_latest

from clinic import request_metrics
from clinic.management.commands.metrics import build_registry, parse_bind
from tests.clinic import letters
from tests.clinic.mail_servers import find_free_port
from tests.everybody import Everybody, routes
from tests.patients.whole_records import CANARY

LABELS = re.compile(r'(\w+)="([^"]*)"')


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Switch counting on, in this process."""
    monkeypatch.setattr(settings, "METRICS_DIR", str(tmp_path), raising=False)
    request_metrics.ANSWERED.clear()
    request_metrics.SECONDS.clear()


def value(name: str, **labels: str) -> float:
    """Return one number that was counted."""
    return request_metrics.registry.get_sample_value(name, labels) or 0.0


@pytest.mark.django_db
def test_requests_are_counted_by_their_rule(counted: None) -> None:
    for path in ("/visit/A1/", "/visit/B2/", "/nowhere/", "/privacy/"):
        Client().get(path)
    Client().generic("BREW", "/")

    assert value("nuan_requests_total", route="bookings:visit", method="GET", answer="4xx") == 2
    assert value("nuan_requests_total", route="none", method="GET", answer="4xx") == 1
    assert value("nuan_requests_total", route="none", method="other", answer="4xx") == 1
    assert value("nuan_request_seconds_count", route="clinic:privacy") == 1


@pytest.mark.django_db
def test_nothing_is_counted_unless_asked_for() -> None:
    request_metrics.ANSWERED.clear()

    Client().get("/privacy/")

    assert value("nuan_requests_total", route="clinic:privacy", method="GET", answer="2xx") == 0


@pytest.mark.django_db(transaction=True)
def test_no_label_is_about_anybody(counted: None, settings: Any, tmp_path: Path) -> None:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    everybody = Everybody()
    known = {route.name for route in routes()} | {"none"}
    for route in routes()[::4]:
        everybody.browsers["patient"].get(everybody.path_of(route))

    settings.METRICS_DIR = ""
    told = (generate_latest(request_metrics.registry) + generate_latest(build_registry())).decode()

    found: dict[str, set[str]] = {}
    for label, text in LABELS.findall(told):
        found.setdefault(label, set()).add(text)
    assert set(found) == {"route", "method", "answer", "le", "status"}
    assert {name for name in found["route"] if not name.startswith("admin:django.")} <= known  # its own
    secrets = (CANARY, everybody.record.patient.name, everybody.record.token)
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_told() -> None:
    message = letters.post()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clinic_outboxmessage SET attempts = 1, created_at = now() - interval '20 minutes'"
            " WHERE id = %s",
            [message.pk],
        )

    registry = build_registry()

    assert registry.get_sample_value("nuan_database_up") == 1
    assert registry.get_sample_value("nuan_messages", {"status": "waiting"}) == 1
    assert 1190 < (registry.get_sample_value("nuan_oldest_unsent_message_seconds") or 0) < 1300
    assert registry.get_sample_value("nuan_worker_silence_seconds") == -1
    assert registry.get_sample_value("nuan_jobs", {"status": "todo"}) == 1


@pytest.mark.django_db(transaction=True)
def test_the_backups_age_is_that_of_its_stamp(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_STAMP = str(tmp_path / "backup")
    assert build_registry().get_sample_value("nuan_backup_age_seconds") == float("inf")

    (tmp_path / "backup").touch()

    assert (build_registry().get_sample_value("nuan_backup_age_seconds") or 99) < 60


def test_without_a_database_that_is_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DatabaseError

    monkeypatch.setattr("clinic.management.commands.metrics.list_gauges", fail)

    assert build_registry().get_sample_value("nuan_database_up") == 0


@pytest.mark.parametrize(
    "bind", ["", "9100", ":9100", "0.0.0.0:9100", "[::]:9100", "8.8.8.8:9100", "127.0.0.1:x"]
)
def test_metrics_are_served_on_one_private_address(bind: str) -> None:
    with pytest.raises(CommandError):
        parse_bind(bind)


def test_a_private_address_is_taken() -> None:
    assert parse_bind("127.0.0.1:9100") == ("127.0.0.1", 9100)
    assert parse_bind("[::1]:9100") == ("::1", 9100)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/desk/metrics"])
def test_the_site_itself_serves_no_metrics(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_the_command_serves_what_other_processes_counted(tmp_path: Path) -> None:
    port = find_free_port()
    environment = os.environ | {
        "NUAN_METRICS_DIR": str(tmp_path),
        "NUAN_METRICS_BIND": f"127.0.0.1:{port}",
        "SECRET_KEY": "x" * 60,
        "NUAN_KEYS": f"a:{'A' * 43}=",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    }
    counting = "from django.conf import settings; settings.DEBUG; "  # as a server does: settings come first
    counting += "from clinic.request_metrics import count; count("
    counting += "route='clinic:privacy', method='GET', status=200, seconds=0.2)"
    several = [subprocess.Popen([sys.executable, "-c", counting], env=environment) for _ in range(2)]
    assert [each.wait() for each in several] == [0, 0]

    with subprocess.Popen([sys.executable, "manage.py", "metrics"], env=environment) as server:
        try:
            told = ask(f"http://127.0.0.1:{port}/")
        finally:
            server.terminate()

    assert 'nuan_requests_total{answer="2xx",method="GET",route="clinic:privacy"} 2.0' in told
    assert "nuan_database_up 0.0" in told


def ask(address: str) -> str:
    """Return what an address answers, once it does."""
    until = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(address, timeout=15) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
