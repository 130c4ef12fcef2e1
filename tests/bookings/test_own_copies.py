"""A copy of somebody's data: all of it, for them only, once, for 72 hours."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pyzipper

from bookings.services import own_copies
from bookings.services.copy_files import write_copy
from bookings.services.erasure import erase_patient
from bookings.services.own_copies import CopyGone, ask_for_copy, build_copy, end_copies, take_copy
from bookings.services.personal_data import HANDLED
from bookings.services.refusals import TooMany
from clinic.models import OutboxMessage, ReadRecord
from clinic.sealing import Unreadable
from clinic.services.audit import Reader
from patients.models import DataExport, Patient
from patients.queries.exports import path_of_export
from tests.bookings.canaries import CANARY, DIGITS, Erasable, write_person
from tests.calendars import NOW
from tests.factories import PatientFactory, UserFactory
from tests.patients.forms import save
from tests.race.together import all_at_once

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return tmp_path / "photos"


def ask(patient: Patient, **changes: Any) -> tuple[DataExport, str]:
    values: dict[str, Any] = {
        "patient": patient,
        "by": patient.account,
        "language": "en",
        "leaves_out_private": False,
        "now": LATER,
    }
    return ask_for_copy(**(values | changes))


def take(patient: Patient, *, now: Any = LATER, to_guardian: bool = False) -> bytes:
    reader = Reader(patient.account)
    return b"".join(take_copy(patient=patient, reader=reader, leaves_out_private=to_guardian, now=now))


def open_copy(raw: bytes, password: str) -> dict[str, bytes]:
    with pyzipper.AESZipFile(io.BytesIO(raw)) as bundle:
        bundle.setpassword(password.encode())
        return {name: bundle.read(name) for name in bundle.namelist()}


def whole_copy(person: Erasable, **changes: Any) -> dict[str, bytes]:
    row, password = ask(person.patient, **changes)
    build_copy(export_id=row.pk, now=LATER)
    return open_copy(take(person.patient), password)


def asked_in(data: dict[str, Any]) -> set[str]:
    return {each["question"] for form in [*data["forms"], *data["draft"]] for each in form["answers"]}


def test_a_copy_holds_everything_in_every_part() -> None:
    files = whole_copy(write_person(cancels=False))
    data, page = json.loads(files["data.json"]), files["index.html"].decode()

    parts = {line.exported for line in HANDLED.values() if not line.exported.startswith("left out")}
    assert parts <= data.keys()
    empty = {part for part in parts if not data[part]}
    assert empty == set()
    assert (data["schema"], data["version"]) == ("nuan-copy", 1)
    for text in (files["data.json"].decode(), page):
        assert CANARY in text
        assert DIGITS in text
    assert "<script" not in page
    photos = [name for name in files if name.startswith("photos/")]
    assert len(photos) == 2
    assert all(files[name].startswith(b"\xff\xd8") for name in photos)
    assert all(f'src="{name}"' in page for name in photos)


def test_notes_of_the_clinic_for_itself_are_left_out() -> None:
    data = json.loads(whole_copy(write_person(cancels=False))["data.json"])

    assert "internal_notes" in data["left_out"]
    text = json.dumps(data)
    assert f"{CANARY} calls late" not in text  # the note of the desk
    assert "reason" not in data["corrections"][0]
    assert {"form", "decision", "by", "at"} == data["reviews"][0].keys()


def test_a_copy_in_thai_speaks_thai() -> None:
    page = whole_copy(write_person(with_form=False), language="th")["index.html"].decode()

    assert '<html lang="th">' in page


def test_the_file_opens_with_its_password_only_and_lies_sealed(folder: Path) -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, password = ask(patient)
    build_copy(export_id=row.pk, now=LATER)
    sealed = path_of_export(row.pk).read_bytes()

    assert b"PK\x03\x04" not in sealed
    assert password not in "".join(str(value) for value in DataExport.objects.values_list().get())
    with pytest.raises(RuntimeError):
        open_copy(take(patient), "BBBB-BBBB-BBBB-BBBB-BBBB-BBBB")


@pytest.mark.parametrize(("made_for_guardian", "to_guardian"), [(False, True), (True, True), (True, False)])
def test_a_guardian_is_given_no_copy_that_was_made_for_the_patient(
    folder: Path, made_for_guardian: bool, to_guardian: bool
) -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient, leaves_out_private=made_for_guardian)
    build_copy(export_id=row.pk, now=LATER)

    if made_for_guardian:
        assert take(patient, to_guardian=to_guardian).startswith(b"PK")
    else:
        with pytest.raises(CopyGone):
            take(patient, to_guardian=to_guardian)
    assert list(folder.rglob("*.sealed")) == []
    assert DataExport.objects.get().wrapped is None


def test_a_copy_is_given_out_once_and_gone_from_the_disk(folder: Path) -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient)
    build_copy(export_id=row.pk, now=LATER)

    pieces = take_copy(patient=patient, reader=Reader(patient.account), leaves_out_private=False, now=LATER)

    assert list(folder.rglob("*.sealed")) == []
    assert DataExport.objects.get().wrapped is None
    assert b"".join(pieces).startswith(b"PK")
    with pytest.raises(CopyGone):
        take(patient)


def test_a_copy_lives_for_72_hours() -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient)
    build_copy(export_id=row.pk, now=LATER)
    end = LATER + timedelta(hours=72)

    assert end_copies(now=end - timedelta(seconds=1)) == 0
    with pytest.raises(CopyGone):
        take(patient, now=end)
    assert end_copies(now=end) == 1
    assert not path_of_export(row.pk).exists()
    assert DataExport.objects.get().wrapped is None


def test_nothing_is_given_out_before_it_is_there() -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    ask(patient)

    with pytest.raises(CopyGone):
        take(patient)


def test_a_second_press_asks_for_nothing_and_shows_no_password() -> None:
    patient = PatientFactory.create(account=UserFactory.create())

    first, second = ask(patient), ask(patient)

    assert first[0] == second[0]
    assert first[1]
    assert not second[1]


def test_three_a_day() -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    for _time in range(3):
        row, _password = ask(patient)
        own_copies.end_copy(export_id=row.pk, now=LATER)

    with pytest.raises(TooMany):
        ask(patient)


def test_every_copy_is_written_down_and_its_mail_says_nothing() -> None:
    person = write_person(with_form=False)
    whole_copy(person)

    reads = ReadRecord.objects.filter(action="exported", subject_type="copy")
    assert [read.reader_id for read in reads] == [person.account.pk] * 2  # made, and fetched
    mail = OutboxMessage.objects.get(kind="copy_ready")
    assert mail.to == person.account.email
    assert mail.facts.keys() == {"expires_at"}


def test_building_twice_builds_once() -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient)
    build_copy(export_id=row.pk, now=LATER)
    written = path_of_export(row.pk).stat().st_mtime_ns

    build_copy(export_id=row.pk, now=LATER)

    assert path_of_export(row.pk).stat().st_mtime_ns == written


def test_a_copy_that_was_erased_while_it_was_made_leaves_no_file(folder: Path, monkeypatch: Any) -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient)
    write = write_copy

    def erase_then_write(*arguments: Any, **options: Any) -> None:
        erase_patient(patient_id=patient.pk, now=LATER)
        write(*arguments, **options)

    monkeypatch.setattr(own_copies, "write_copy", erase_then_write)
    build_copy(export_id=row.pk, now=LATER)

    assert list(folder.rglob("*.sealed")) == []
    assert not DataExport.objects.exists()


def test_files_of_no_copy_are_swept_and_lost_copies_are_made_again(folder: Path) -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient)
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "left.sealed").write_bytes(b"half")

    end_copies(now=LATER + timedelta(minutes=11))
    assert list(folder.rglob("*.sealed")) == []
    end_copies(now=LATER + timedelta(days=1))

    assert DataExport.objects.get(pk=row.pk).ended_at is not None


def test_a_damaged_file_is_never_given_out_as_whole() -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient)
    build_copy(export_id=row.pk, now=LATER)
    path = path_of_export(row.pk)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(Unreadable):
        take(patient)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_copy() -> None:
    patient = PatientFactory.create(account=UserFactory.create())

    outcomes = all_at_once([lambda: ask(patient)] * 3)

    assert all(outcome.won for outcome in outcomes), outcomes
    assert DataExport.objects.count() == 1
    assert sorted(bool(outcome.value[1]) for outcome in outcomes) == [False, False, True]


@pytest.mark.django_db(transaction=True)
def test_two_who_fetch_at_once_get_one_file() -> None:
    patient = PatientFactory.create(account=UserFactory.create())
    row, _password = ask(patient)
    build_copy(export_id=row.pk, now=LATER)

    outcomes = all_at_once([lambda: take(patient)] * 3)

    assert [outcome.won for outcome in outcomes].count(True) == 1
    assert all(isinstance(outcome.error, CopyGone) for outcome in outcomes if not outcome.won)


def test_the_draft_of_a_copy_is_what_was_saved_last() -> None:
    person = write_person(cancels=False)
    save(person.patient, 10**6, x_words="Last words")

    assert "Last words" in whole_copy(person)["data.json"].decode()
