"""Erasing a person: nothing of them is left but what law keeps, and that is sealed."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.models import Appointment
from bookings.services import erasure
from bookings.services.erasure import CannotErase, destroy_locked, erase_patient
from bookings.services.refusals import JustErased
from clinic.models import OutboxMessage, ReadRecord, User
from patients.models import Consent, DataKey, Draft, ErasureRecord, FormVersion, LockedRecord, Patient, Photo
from patients.queries.photos import path_of
from patients.queries.vault import get_vault
from patients.services import erasing
from tests.bookings.canaries import CANARY, MAIL, find_traces, write_person
from tests.bookings.longer_visits import patient_of
from tests.calendars import NOW, make_calendar
from tests.factories import PatientFactory, UserFactory
from tests.patients.codes import request_code
from tests.patients.health_records import raise_alert, send_form

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=30)
"""After the form was sent, which other tests date in December."""


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    (tmp_path / "mail").mkdir()
    return tmp_path


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks(execute=True)


def test_nothing_is_left_of_who_never_came(folders: Path, commits: Any) -> None:
    person = write_person(with_form=False)
    assert len(find_traces(folders)) > 10

    with commits:
        made = erase_patient(patient_id=person.patient.pk, now=LATER)

    assert find_traces(folders) == {}
    assert (made.kind, made.destroy_on) == ("destroyed", None)
    assert not LockedRecord.objects.exists()
    assert not DataKey.objects.exists()


def test_what_law_keeps_is_locked_and_sealed(folders: Path, commits: Any, caplog: Any) -> None:
    caplog.set_level("DEBUG")
    person = write_person(cancels=False)

    with commits:
        made = erase_patient(patient_id=person.patient.pk, now=LATER)

    assert find_traces(folders) == {}
    assert CANARY not in caplog.text
    assert (made.kind, made.destroy_on) == ("locked", date(2031, 12, 1))
    locked = LockedRecord.objects.get()
    who = get_vault([locked.patient_id]).open(locked.sealed, patient_id=locked.patient_id, row=locked)
    assert who["name"] == f"{CANARY} Sukjai"
    kept = {"versions": 2, "photos": 1, "overrides": 1, "messages": 1, "draft": 0, "desk_messages": 0}
    patient = Patient.objects.get(pk=person.patient.pk)
    counts = {
        name: Draft.objects.count() if name == "draft" else getattr(patient, name).count() for name in kept
    }
    assert counts == kept
    assert not patient.consents.filter(purpose=Consent.Purpose.PHOTO_OUTSIDE_CARE).exists()
    assert path_of(Photo.objects.get().pk).is_file()
    assert len(list((folders / "photos").rglob("*.sealed"))) == 1


def test_at_its_day_the_rest_is_destroyed(folders: Path, commits: Any) -> None:
    person = write_person(cancels=False)
    with commits:
        erase_patient(patient_id=person.patient.pk, now=LATER)
        destroy_locked(patient_id=person.patient.pk, now=LATER + timedelta(days=2000))
        destroy_locked(patient_id=person.patient.pk, now=LATER + timedelta(days=2001))

    assert not any(model.objects.exists() for model in (FormVersion, Photo, Consent, DataKey, LockedRecord))
    assert list((folders / "photos").rglob("*.sealed")) == []
    mine = ErasureRecord.objects.filter(subject=person.patient.pk)
    assert list(mine.values_list("kind", flat=True)) == ["locked", "destroyed"]
    assert ReadRecord.objects.filter(patient_ids__contains=[person.patient.pk]).exists()


STEPS = [
    ("clinic", erasure, "_forget_clinic", "clinic_outboxmessage"),
    ("bookings", erasure, "_forget_bookings", "bookings_appointment"),
    ("who", erasing, "forget_who", "patients_patient"),
    ("files", erasure, "_unlink_later", "mail.log"),
    ("may go", erasing, "remove_what_may_go", "patients_merge"),
]


@pytest.mark.parametrize(("module", "step", "place"), [step[1:] for step in STEPS], ids=[s[0] for s in STEPS])
def test_a_step_that_is_left_out_is_seen(
    folders: Path, commits: Any, monkeypatch: pytest.MonkeyPatch, module: Any, step: str, place: str
) -> None:
    person = write_person(with_form=False)
    monkeypatch.setattr(module, step, lambda *_arguments, **_options: [])

    with commits:
        erase_patient(patient_id=person.patient.pk, now=LATER)

    assert place in find_traces(folders)


def test_twice_is_once() -> None:
    person = write_person(with_form=False)

    made = [erase_patient(patient_id=person.patient.pk, now=LATER) for _time in range(2)]

    assert made[0] == made[1]
    assert ErasureRecord.objects.filter(subject=person.patient.pk).count() == 1


def test_a_visit_ahead_and_an_unread_urgent_answer_stand_in_the_way() -> None:
    visit = make_calendar().book()
    raise_alert(patient_of(visit))

    with pytest.raises(CannotErase) as refusal:
        erase_patient(patient_id=patient_of(visit).pk, now=NOW)

    assert [words[:14] for words in refusal.value.reasons] == ["There is still", "A doctor has t"]
    assert Patient.objects.get().erased_at is None


def test_a_family_keeps_its_account_and_what_was_written_to_it() -> None:
    person = write_person(with_form=False)
    PatientFactory.create(name="Child", email=MAIL, account=person.account)
    OutboxMessage.objects.create(
        subject_type="sign_in", subject_id=person.patient.pk.__class__(int=5), kind="x", version=1, to=MAIL,
        language="en", send_after_at=NOW,
    )  # fmt: skip
    sessions = Session.objects.count()

    erase_patient(patient_id=person.patient.pk, now=LATER)

    person.account.refresh_from_db()
    assert (person.account.email, person.account.is_active) == (MAIL, True)
    assert OutboxMessage.objects.filter(kind="x", to=MAIL).exists()
    assert Session.objects.count() == sessions


def test_an_account_whose_code_was_never_typed_goes_too(folders: Path, commits: Any) -> None:
    patient = PatientFactory.create(account=None, name=CANARY, email=MAIL)
    request_code(Client(), MAIL)
    opened = User.objects.get(email=MAIL)

    with commits:
        erase_patient(patient_id=patient.pk, now=LATER)

    assert find_traces(folders) == {}
    assert User.objects.filter(pk=opened.pk, email=None, is_active=False).exists()


def test_an_account_of_staff_is_never_closed() -> None:
    nok = UserFactory.create(roles=["front_desk"], email=MAIL)
    patient = PatientFactory.create(account=nok, email=MAIL)

    erase_patient(patient_id=patient.pk, now=NOW)

    nok.refresh_from_db()
    assert (nok.email, nok.is_active) == (MAIL, True)


def test_nothing_new_gets_into_an_erased_record() -> None:
    patient = PatientFactory.create()
    erase_patient(patient_id=patient.pk, now=NOW)
    version: Any = None

    for write in (
        lambda: send_form(patient),
        lambda: Patient.objects.filter(pk=patient.pk).update(name="Back again"),
        lambda: Consent.objects.create(patient=patient, purpose="a_photo_care", is_given=True, at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            version = write()
    assert version is None


def test_a_booking_for_an_erased_record_is_refused() -> None:
    calendar = make_calendar()
    visit = calendar.book()
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled")
    visit.allocations.all().delete()
    patient = patient_of(visit)
    account = UserFactory.create()
    Patient.objects.filter(pk=patient.pk).update(account=account)
    erase_patient(patient_id=patient.pk, now=NOW)

    from bookings.services import records

    other = calendar.hold()
    other.patient, other.status = patient, "booked"
    with pytest.raises(JustErased):
        records.save_patient_time(other, ["patient", "status"])


def test_who_is_not_there_cannot_be_erased() -> None:
    with pytest.raises(Patient.DoesNotExist):
        erase_patient(patient_id=PatientFactory.build().pk, now=NOW)


def test_the_ledger_is_never_rewritten() -> None:
    patient = PatientFactory.create()
    erase_patient(patient_id=patient.pk, now=NOW)

    for change in (ErasureRecord.objects.all().delete, lambda: ErasureRecord.objects.update(kind="locked")):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            change()


def test_a_locked_record_opens_for_a_reason_that_is_written_down() -> None:
    person = write_person(cancels=False)
    erase_patient(patient_id=person.patient.pk, now=LATER)
    reference, said = erasing.reference_of(person.patient.pk), StringIO()

    for bad in ([reference, "--reason", " "], ["00000000", "--reason", "Court"]):
        with pytest.raises(CommandError):
            call_command("open_locked", *bad)
    call_command("open_locked", reference.lower(), "--reason", "Court order 7", stdout=said)

    found = json.loads(said.getvalue())
    assert found["who"]["name"] == f"{CANARY} Sukjai"
    assert len(found["forms"]) == 2
    read = ReadRecord.objects.filter(subject_type="locked_record").get()
    assert (read.action, read.reason) == ("exported", "Court order 7")
