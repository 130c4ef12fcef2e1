"""Erasures at the same moment as saves, photos, bookings, merges and other erasures, on real connections."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError

from bookings.models import Appointment
from bookings.services import visits
from bookings.services.erasure import CannotErase, erase_patient
from bookings.services.refusals import CannotMerge, JustErased, JustMerged
from patients.models import Draft, ErasureRecord, Patient, Photo
from patients.models.erased import ERASED
from patients.services.refusals import FormRefusal
from tests.bookings.longer_visits import patient_of
from tests.bookings.two_records import merge
from tests.calendars import NOW, PATIENT, Calendar, make_calendar, person
from tests.factories import StaffFactory, UserFactory
from tests.patients.forms import CONSENT, save
from tests.patients.photo_pages import agree, keep_photo
from tests.race.together import Outcome, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    settings.LIMIT_UPCOMING_PER_EMAIL = 1000
    return tmp_path


def was_refused(error: BaseException | None) -> bool:
    """Say whether somebody who was slower than an erasure was told so, and not hurt."""
    if isinstance(error, IntegrityError):
        return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == ERASED
    refusals = (
        JustErased,
        JustMerged,
        CannotErase,
        CannotMerge,
        FormRefusal,
        Patient.DoesNotExist,
        Draft.DoesNotExist,
    )
    return isinstance(error, refusals)


def someone(calendar: Calendar) -> Patient:
    """Return somebody with an account, whose only visit is cancelled."""
    visit = calendar.book(account=UserFactory.create())
    visits.cancel_visit(appointment=visit, actor=PATIENT, reason="", now=NOW)
    return patient_of(visit)


def race(patient: Patient, *others: Callable[[], Any]) -> list[Outcome]:
    """Erase a patient while others do something; whoever lost was told so."""
    outcomes = all_at_once([partial(erase_patient, patient_id=patient.pk, now=LATER), *others])
    bad = [outcome for outcome in outcomes if not outcome.won and not was_refused(outcome.error)]
    assert bad == []
    return outcomes


def is_empty(patient: Patient) -> bool:
    """Say whether nothing about an erased patient is there that came too late."""
    row = Patient.objects.get(pk=patient.pk)
    if row.erased_at is None:
        return True
    late = Appointment.objects.filter(patient=patient, status="booked").exists()
    kept = [row.draft] if hasattr(row, "draft") else []
    return not (late or kept or row.photos.exists() or row.email or row.account_id)


def test_a_save_a_photo_and_an_erasure_at_once(folder: Path) -> None:
    for _round in range(ROUNDS):
        patient = agree(someone(make_calendar()))
        keep_photo(patient)

        race(
            patient,
            partial(save, patient, 10**6, x_words="one"),
            partial(keep_photo, patient),
            partial(save, patient, 10**6, **CONSENT, i_other="two"),
        )

        assert is_empty(patient)
    files = set(folder.rglob("*.sealed"))
    assert len(files) >= Photo.objects.count()


def test_a_first_save_and_an_erasure_at_once() -> None:
    for _round in range(ROUNDS):
        patient = someone(make_calendar())

        race(patient, partial(save, patient, 0, **CONSENT))

        assert is_empty(patient)


def book(calendar: Calendar, patient: Patient, days: int) -> Appointment:
    hold = calendar.hold(NOW + timedelta(days=days))
    return visits.book_held_visit(
        appointment_id=hold.pk,
        person=replace(person(account=patient.account), name=patient.name),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )


def test_a_booking_and_an_erasure_at_once() -> None:
    for _round in range(ROUNDS):
        calendar = make_calendar(practitioners=2, rooms=2)
        patient = someone(calendar)

        race(patient, partial(book, calendar, patient, 4), partial(book, calendar, patient, 5))

        assert is_empty(patient)


def test_a_merge_and_an_erasure_at_once() -> None:
    nok = StaffFactory.create()
    for _round in range(ROUNDS):
        calendar = make_calendar(practitioners=2, rooms=2)
        kept, gone = someone(calendar), someone(calendar)
        Patient.objects.filter(pk=gone.pk).update(account=None)
        gone.refresh_from_db()

        race(kept, partial(merge, kept, gone, by=nok))

        gone.refresh_from_db()
        kept.refresh_from_db()
        assert kept.erased_at is None or gone.merged_into_id is None or gone.erased_at is not None


def test_two_erasures_at_once_are_one() -> None:
    patient = someone(make_calendar())

    outcomes = race(patient, *[partial(erase_patient, patient_id=patient.pk, now=LATER)] * 2)

    assert all(outcome.won for outcome in outcomes), outcomes
    assert ErasureRecord.objects.filter(subject=patient.pk).count() == 1


def test_without_the_triggers_a_late_save_comes_back() -> None:
    patient = agree(someone(make_calendar()))
    erase_patient(patient_id=patient.pk, now=LATER)

    with pytest.raises(IntegrityError):
        save(patient, 0, **CONSENT)
    with pgtrigger.ignore(
        *(
            f"patients.{name}_never_of_erased"
            for name in ("Draft:draft", "DataKey:data_key", "Consent:consent")
        )
    ):
        save(patient, 0, **CONSENT)

    assert Draft.objects.filter(patient=patient).exists()
