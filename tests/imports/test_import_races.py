"""An import against bookings and against itself, on real connections."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.test import Client

from bookings.models import Allocation, Appointment, ImportBatch
from bookings.queries.import_facts import get_clinicians
from bookings.services import claims, import_undo, imports, many_claims
from bookings.services.holds import lock_appointment
from bookings.services.import_undo import undo_import
from bookings.services.refusals import JustTaken
from clinic.models import User
from patients.models import Patient
from tests.bookings.two_records import merge
from tests.calendars import MONDAY, NOW, Calendar, make_calendar
from tests.factories import StaffFactory, UserFactory
from tests.imports.files import PEOPLE, VISITS, run_import, waiting

pytestmark = pytest.mark.django_db(transaction=True)

ONE = "Name,Phone,Date,Time\nNora Berg,+47 22 12 34 56,2026-11-23,09:00\n"
WAIT = 10


class Crew:
    """Things done at once, each on a connection of its own."""

    def __init__(self) -> None:
        self.failed: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def start(self, work: Callable[[], object]) -> None:
        """Do something in another thread."""

        def run() -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 (whatever it is, the test asks)
                self.failed.append(error)
            finally:
                connection.close()

        self._threads.append(threading.Thread(target=run))
        self._threads[-1].start()

    def join(self) -> None:
        """Wait for all of them."""
        for thread in self._threads:
            thread.join(WAIT)
            assert not thread.is_alive()


def stop_after_first_plan(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Let an import make its first plan and wait there, without a lock on any resource."""
    planned, go_on = threading.Event(), threading.Event()
    make_plan = imports.make_plan  # type: ignore[attr-defined]

    def plan_and_wait(*args: object, **kwargs: object) -> object:
        made = make_plan(*args, **kwargs)  # type: ignore[arg-type]
        if not planned.is_set():
            planned.set()
            assert go_on.wait(WAIT)
        return made

    monkeypatch.setattr(imports, "make_plan", plan_and_wait)
    return planned, go_on


def race_a_booking(calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> Crew:
    """Book the time of a file's visit between the first plan of its import and the locks."""
    batch, crew = waiting(ONE, calendar), Crew()
    planned, go_on = stop_after_first_plan(monkeypatch)
    crew.start(lambda: run_import(ONE, calendar, batch=batch))
    assert planned.wait(WAIT)
    calendar.book(MONDAY)
    go_on.set()
    crew.join()
    return crew


def test_a_booking_that_is_quicker_wins_and_the_rest_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = race_a_booking(make_calendar(), monkeypatch)

    assert crew.failed == []
    assert Appointment.objects.count() == 1
    assert ImportBatch.objects.get().counts["left_out"] == [[2, "nobody_free"]]


def test_without_the_second_plan_the_race_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def first_plan_only(read: Any, clinicians: Any, leave_out_known: bool, now: Any) -> Any:
        return imports.make_plan(read, clinicians, leave_out_known=leave_out_known, now=now)  # type: ignore[attr-defined]

    monkeypatch.setattr(imports, "_plan_under_locks", first_plan_only)

    crew = race_a_booking(make_calendar(), monkeypatch)

    assert [type(error) for error in crew.failed] == [IntegrityError]  # the constraint is the backstop
    assert Patient.objects.count() == 1  # everything or nothing: the file's person is not here either


def test_a_booking_waits_for_an_import_and_hears_that_the_time_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calendar = make_calendar()
    batch, crew, heard = waiting(ONE, calendar), Crew(), []
    claimed, go_on = threading.Event(), threading.Event()
    claim_many = many_claims.claim_many

    def claim_and_wait(wanted: list[tuple[int, object, object]]) -> None:
        claim_many(wanted)  # type: ignore[arg-type]
        claimed.set()
        assert go_on.wait(WAIT)

    def book() -> None:
        try:
            calendar.hold(MONDAY)
        except JustTaken:
            heard.append("taken")

    monkeypatch.setattr(many_claims, "claim_many", claim_and_wait)
    crew.start(lambda: run_import(ONE, calendar, batch=batch))
    assert claimed.wait(WAIT)
    crew.start(book)
    go_on.set()
    crew.join()

    assert (crew.failed, heard) == ([], ["taken"])
    assert Appointment.objects.count() == 1


def test_four_presses_at_once_import_once() -> None:
    calendar, crew = make_calendar(), Crew()
    batch, clinicians = waiting(VISITS, calendar), get_clinicians(calendar.site)

    for _press in range(4):
        crew.start(lambda: run_import(VISITS, calendar, batch=batch, clinicians=clinicians))
    crew.join()

    assert crew.failed == []
    assert (Patient.objects.count(), Appointment.objects.count()) == (2, 2)


def test_one_file_in_two_uploads_at_once_makes_nobody_twice() -> None:
    calendar, crew = make_calendar(), Crew()
    batches = [waiting(VISITS, calendar) for _upload in range(3)]

    for batch in batches:
        crew.start(lambda batch=batch: run_import(VISITS, calendar, batch=batch))  # type: ignore[misc]
    crew.join()

    assert crew.failed == []
    assert (Patient.objects.count(), Appointment.objects.count()) == (2, 2)


def test_without_the_lock_on_imports_people_come_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    people = "Name,Phone\nHannah Whitfield,+44 7700 900318\n"
    calendar, crew, meet = make_calendar(), Crew(), threading.Barrier(2)
    make_plan = imports.make_plan  # type: ignore[attr-defined]

    def plan_together(*args: object, **kwargs: object) -> object:
        made = make_plan(*args, **kwargs)  # type: ignore[arg-type]
        meet.wait(WAIT)
        return made

    monkeypatch.setattr(many_claims, "lock_imports", lambda: None)
    monkeypatch.setattr(imports, "make_plan", plan_together)
    for batch in [waiting(people, calendar) for _upload in range(2)]:
        crew.start(lambda batch=batch: run_import(people, calendar, batch=batch))  # type: ignore[misc]
    crew.join()

    assert (crew.failed, Patient.objects.count()) == ([], 2)


def test_undoing_twice_at_once_frees_the_time_for_others() -> None:
    calendar, crew = make_calendar(), Crew()
    batch = run_import(VISITS, calendar)

    for _press in range(3):
        crew.start(lambda: undo_import(batch_id=batch.pk, now=NOW))
    crew.join()

    assert (crew.failed, Patient.objects.count(), Allocation.objects.count()) == ([], 0, 0)
    assert calendar.hold(MONDAY).starts_at == MONDAY


def merge_while_taking_back(monkeypatch: pytest.MonkeyPatch) -> Crew:
    """Begin to take an import back while a merge of its people holds their rows and not yet their locks."""
    batch, nok = run_import(PEOPLE, make_calendar()), StaffFactory.create()
    kept, gone = Patient.objects.filter(imported__batch=batch).order_by("pk")
    crew, lock_patient = Crew(), claims.lock_patient

    def lock_after_a_while(patient_id: UUID) -> None:
        if patient_id == min(kept.pk, gone.pk):
            crew.start(lambda: undo_import(batch_id=batch.pk, now=NOW))
            time.sleep(0.5)
        lock_patient(patient_id)

    monkeypatch.setattr(claims, "lock_patient", lock_after_a_while)
    merge(kept, gone, by=nok)
    crew.join()
    return crew


def test_taking_back_an_import_waits_for_a_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    crew = merge_while_taking_back(monkeypatch)

    assert crew.failed == []
    assert Patient.objects.count() == 2  # the merge is a row that names both


def test_in_the_other_order_postgres_would_end_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def lock_patients(batch: ImportBatch) -> list[Patient]:
        rows = Patient.objects.filter(imported__batch=batch).order_by("pk")
        many_claims.lock_patients(rows.values_list("pk", flat=True))
        list(rows.select_for_update(of=("self",)).values_list("pk"))
        return list(rows)

    monkeypatch.setattr(import_undo, "_lock_patients", lock_patients)
    crew = merge_while_taking_back(monkeypatch)

    assert [type(error) for error in crew.failed] == [OperationalError]


def test_a_visit_that_goes_with_its_import_is_gone_for_its_patient(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = make_calendar()
    batch = run_import(VISITS, calendar)
    visit = Appointment.objects.filter(imported__batch=batch).order_by("starts_at")[0]
    client.force_login(account_of(visit))

    def vanish(appointment_id: UUID) -> Appointment:
        undo_import(batch_id=batch.pk, now=NOW)
        return lock_appointment(appointment_id)

    monkeypatch.setattr("bookings.services.visits.lock_appointment", vanish)
    answer = client.post(f"/visit/{visit.reference}/confirm/", follow=True)

    assert answer.redirect_chain == [(f"/visit/{visit.reference}/", 302)]
    assert "This visit is not here any more." in answer.content.decode()


def account_of(visit: Appointment) -> User:
    """Give the patient of a visit an account."""
    assert visit.patient is not None
    account = UserFactory.create()
    Patient.objects.filter(pk=visit.patient.pk).update(account=account)
    return account
