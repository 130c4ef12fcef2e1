"""Keys are rotated live: at every moment all opens, and an old key goes only when nothing needs it."""

import base64
import json
import threading
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from bookings.management.commands import rotate_keys
from bookings.services import key_rotation
from bookings.services.import_batches import keep_file, open_file
from bookings.services.key_rotation import (
    PAUSE,
    WRAPPED,
    Step,
    count_by_key,
    count_left,
    rotate,
    rotate_until_done,
)
from clinic.sealing import new_key
from patients.models import DataKey
from patients.queries.vault import find_ring_fault, get_vault, key_place
from patients.services.vault import ensure_vault
from tests.calendars import NOW
from tests.clinic.factors import give_app, make_staff
from tests.factories import PatientFactory, SiteFactory, StaffFactory

pytestmark = pytest.mark.django_db

OLD, NEW = (f"{name}:{base64.b64encode(new_key()).decode()}" for name in ("old", "new"))


@pytest.fixture(autouse=True)
def old_ring(settings: Any) -> None:
    """Begin with one key."""
    settings.NUAN_KEYS = OLD


def keys_of(count: int) -> dict[UUID, bytes]:
    """Return the data keys of so many new patients."""
    patients = [PatientFactory.create().pk for _number in range(count)]
    return {patient: ensure_vault(patient).keys[patient][1] for patient in patients}


def opened(patients: dict[UUID, bytes]) -> dict[UUID, bytes]:
    return {patient: key for patient, (_id, key) in get_vault(patients).keys.items()}


def command(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return told


def test_every_table_that_the_ring_wraps_is_rotated() -> None:
    wrapped = {model for model in apps.get_models() if any(f.name == "ring_key" for f in model._meta.fields)}

    assert {table.model for table in WRAPPED} == wrapped


def test_a_rotation_leaves_every_data_key_as_it_was(settings: Any) -> None:
    before = keys_of(7)
    file = keep_file(
        raw=b"a,b", file_name="a.csv", site=SiteFactory.create(), by=StaffFactory.create(), now=NOW
    )
    settings.NUAN_KEYS = f"{NEW} {OLD}"

    steps = list(rotate(batch=3))
    settings.NUAN_KEYS = NEW  # the old key may go

    assert [step.rotated for step in steps] == [3, 3, 1, 1]
    assert count_by_key() == {"new": 8}
    assert opened(before) == before
    file.refresh_from_db()
    assert open_file(file) == b"a,b"


def test_what_was_sealed_before_opens_in_a_backup_by_the_archived_key(settings: Any) -> None:
    before = keys_of(1)
    ((pk, wrapped),) = DataKey.objects.values_list("pk", "wrapped")
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    list(rotate())

    DataKey.objects.filter(pk=pk).update(ring_key="old", wrapped=bytes(wrapped))  # a backup comes back
    settings.NUAN_KEYS = OLD

    assert opened(before) == before


def test_the_command_rotates_and_says_what_each_key_wraps(settings: Any) -> None:
    keys_of(3)
    settings.NUAN_KEYS = f"{NEW} {OLD}"

    assert command("--dry-run")["wrapped_by"] == {"old": 3}
    with pytest.raises(CommandError, match="old still wraps 3"):
        command("--check", "old")
    told = command("--batch", "2")

    assert told == {"current": "new", "rotated": 3, "unreadable": 0, "wrapped_by": {"new": 3}}
    assert command("--check", "old")["rotated"] == 0
    assert command()["rotated"] == 0


def test_the_command_says_how_it_goes(settings: Any) -> None:
    keys_of(3)
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    out = StringIO()

    call_command("rotate_keys", "--batch", "2", stdout=out)

    *steps, last = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [step["rotated"] for step in steps] == [2, 3]
    assert {step["table"] for step in steps} == {"patients_datakey"}
    assert last["rotated"] == 3


def test_what_does_not_open_is_named_and_left_alone(settings: Any) -> None:
    keys_of(2)
    settings.NUAN_KEYS = NEW

    with pytest.raises(CommandError, match="2 could not be opened"):
        command("--batch", "1")

    assert count_by_key() == {"old": 2}


def test_secrets_of_second_factors_come_along(settings: Any) -> None:
    secret = give_app(make_staff())
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    assert command("--dry-run")["wrapped_by"] == {"old": 1}

    assert command()["wrapped_by"] == {"new": 1}

    settings.NUAN_KEYS = NEW
    assert decrypt(Authenticator.objects.get().data["secret"]) == secret


def test_a_transaction_of_no_rows_is_refused() -> None:
    with pytest.raises(CommandError):
        command("--batch", "0")


def test_what_opens_is_wrapped_again_beside_what_does_not(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_of(5)
    pauses: list[float] = []
    first, _second, third, *_rest = DataKey.objects.order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE patients_datakey SET wrapped = '\\x01' WHERE id = ANY(%s)", [[first.pk, third.pk]]
        )
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    monkeypatch.setattr("time.sleep", pauses.append)

    steps = list(rotate_until_done())

    assert steps == [Step("patients_datakey", 3, 2), Step("patients_datakey", 0, 0)]
    assert pauses == [PAUSE]
    assert count_by_key() == {"new": 3, "old": 2}


def test_a_lost_key_is_passed_over_once_it_is_given_up(client: Client, settings: Any) -> None:
    keys_of(2)
    settings.NUAN_KEYS = NEW
    rest = keys_of(1)
    assert find_ring_fault() == "missing"

    settings.NUAN_KEYS_LOST = ["old"]

    assert find_ring_fault() == ""
    assert command() == {"current": "new", "rotated": 0, "unreadable": 0, "wrapped_by": {"old": 2, "new": 1}}
    assert opened(rest) == rest


def test_keys_that_an_older_process_makes_meanwhile_are_wrapped_again(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, both = keys_of(3), f"{NEW} {OLD}"
    settings.NUAN_KEYS = both
    late: dict[UUID, bytes] = {}

    def make_one(_seconds: float) -> None:
        if not late:
            settings.NUAN_KEYS = f"{OLD} {NEW}"  # a process that has not been restarted yet
            late.update(keys_of(1))
            settings.NUAN_KEYS = both

    monkeypatch.setattr("time.sleep", make_one)
    told = command("--batch", "2")

    assert told == {"current": "new", "rotated": 4, "unreadable": 0, "wrapped_by": {"new": 4}}
    assert opened(before | late) == before | late


def test_a_process_that_never_learns_of_the_new_key_is_told(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys_of(1)
    both = f"{NEW} {OLD}"
    settings.NUAN_KEYS = both

    def make_one(_seconds: float = 0.0) -> None:
        settings.NUAN_KEYS = OLD
        keys_of(1)
        settings.NUAN_KEYS = both

    def count_late() -> int:
        make_one()
        return count_left()

    monkeypatch.setattr("time.sleep", make_one)
    monkeypatch.setattr(rotate_keys, "count_left", count_late)

    with pytest.raises(CommandError, match="1 are left"):
        command()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_left_for_the_next_round(settings: Any) -> None:
    before = keys_of(3)
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(DataKey.objects.order_by("pk").select_for_update()[:1])
            held.set()
            go_on.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    settings.NUAN_KEYS = f"{NEW} {OLD}"

    first = sum(step.rotated for step in rotate())
    go_on.set()
    holder.join(10)
    second = sum(step.rotated for step in rotate())

    assert (first, second) == (2, 1)
    assert opened(before) == before


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_share_the_work(settings: Any) -> None:
    before = keys_of(60)
    settings.NUAN_KEYS = f"{NEW} {OLD}"
    done: list[int] = []

    def work() -> None:
        done.append(sum(step.rotated for step in rotate(batch=5)))
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    done.append(sum(step.rotated for step in rotate()))

    assert sum(done) == 60
    settings.NUAN_KEYS = NEW
    assert opened(before) == before


def test_without_the_place_a_key_would_open_elsewhere(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys_of(2)
    other = DataKey.objects.order_by("-pk")[0]
    wrong = key_rotation.Wrapped(DataKey, "wrapped", lambda _row: key_place(other))
    monkeypatch.setattr(key_rotation, "WRAPPED", (wrong,))
    settings.NUAN_KEYS = f"{NEW} {OLD}"

    assert sum(step.unreadable for step in rotate()) == 1
    assert opened(before) == before
