"""What `make rotate` does, on a small scale: patients read and save while every key is wrapped again."""

import base64
import threading
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from clinic.sealing import new_key
from tests.calendars import make_calendar
from tests.rotation import load, records
from tests.rotation.careless import rotate_carelessly
from tests.rotation.load import Ask, Tally

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = (f"{name}:{base64.b64encode(new_key()).decode()}" for name in ("old", "new"))


def asker(reader: records.Reader) -> Ask:
    client = Client(raise_request_exception=False)
    client.cookies.load(reader.cookies)

    def ask(method: str, address: str, fields: Mapping[str, str] | None) -> tuple[int, str]:
        answer = client.generic(method, address) if fields is None else client.post(address, fields)
        return answer.status_code, answer.content.decode()

    return ask


def under_load(work: Callable[[], Any], readers: list[records.Reader]) -> Tally:
    """Return what the requests came to that were made before, during and after some work."""
    done, sum_of_all = threading.Event(), Tally()
    tallies = [Tally() for _reader in readers]

    def read(reader: records.Reader, tally: Tally) -> None:
        load.read_and_save(asker(reader), reader, tally, done)
        connection.close()

    threads = [threading.Thread(target=read, args=pair) for pair in zip(readers, tallies, strict=True)]
    for thread in threads:
        thread.start()
    work()
    done.set()
    for thread, tally in zip(threads, tallies, strict=True):
        thread.join(30)
        sum_of_all.add(tally)
    return sum_of_all


@pytest.fixture
def readers(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[records.Reader]:
    settings.PHOTOS_ROOT, settings.NUAN_KEYS = tmp_path, OLD
    monkeypatch.setenv("NUAN_KEYS", OLD)
    make_calendar()
    found = records.make_records(60, readers=3, photos=10)
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    return found


def rotate() -> None:
    for _round in range(3):
        call_command("rotate_keys", "--batch", "7", stdout=StringIO())
        records.make_late_key(f"{OLD} {NEW}")
    call_command("rotate_keys", "--batch", "7", stdout=StringIO())


def test_nobody_is_refused_and_everything_opens_while_keys_are_rotated(readers: list[records.Reader]) -> None:
    tally = under_load(rotate, readers)

    assert (tally.refused, tally.server_errors) == (0, 0), tally.faults
    assert tally.requests >= 9
    assert records.count_unreadable(NEW) == 0
    assert records.count_unreadable(OLD) > 60


def test_a_careless_rotation_would_be_seen(readers: list[records.Reader]) -> None:
    tally = under_load(lambda: rotate_carelessly(pause=0.7), readers)

    assert tally.refused > 0
