"""The retention table: each line to the second, a dry run that writes nothing, a run that is killed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Model

from bookings.models import Appointment
from bookings.queries.overdue import APART, OVERDUE
from bookings.services import retention
from bookings.services.retention import apply_retention, count_overdue
from bookings.tasks import keep_retention_table
from clinic.models import LimitWindow, OutboxMessage, RetentionPeriod
from clinic.retention import TABLE, keep_until
from clinic.services.retention import choose_periods
from patients.models import Draft, LockedRecord, Patient, Photo
from tests import rows
from tests.bookings import old_rows
from tests.bookings.canaries import write_person
from tests.calendars import make_calendar
from tests.factories import PatientFactory, StaffFactory
from tests.patients.health_records import begin_form, raise_alert, send_form
from tests.patients.photo_pages import agree, keep_photo

pytestmark = pytest.mark.django_db
NOW = datetime(2029, 6, 1, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return tmp_path


Old = Callable[[datetime], Any]
LINES: list[tuple[str, timedelta, Old]] = [
    ("drafts", timedelta(days=90), old_rows.old_draft),
    ("messages", timedelta(days=365), old_rows.old_message),
    ("messages", timedelta(days=365), old_rows.old_desk_message),
    ("queue", timedelta(days=30), old_rows.old_waiting),
    ("links", timedelta(days=365), old_rows.old_visit_link),
    ("links", timedelta(days=365), old_rows.old_form_link),
    ("admin_log", timedelta(days=365), old_rows.old_log),
    ("merges", timedelta(days=30), old_rows.old_merge),
    ("holds", timedelta(days=1), old_rows.old_hold),
    ("imports", timedelta(days=8), old_rows.old_import),
    ("limits", timedelta(days=1), old_rows.old_limit),
    ("sessions", timedelta(days=1), old_rows.old_session),
    ("exports", timedelta(hours=72), old_rows.old_copy),
]


def test_every_line_of_the_table_is_kept_and_tried_here() -> None:
    assert TABLE.keys() == OVERDUE.keys() | {"records", "young"}
    assert {code for code, _age, _make in LINES} == OVERDUE.keys()
    assert {"records", "young"} == APART


@pytest.mark.parametrize(("code", "age", "make"), LINES, ids=[make.__name__ for _c, _a, make in LINES])
def test_a_line_holds_to_the_second(code: str, age: timedelta, make: Old) -> None:
    rows = make(NOW - age + SECOND)
    base = count_overdue(now=NOW)[code]
    apply_retention(now=NOW)
    assert rows.exists()

    assert count_overdue(now=NOW + SECOND)[code] == 1, base
    assert apply_retention(now=NOW + SECOND)[code] == 1
    assert not rows.exists()
    assert apply_retention(now=NOW + SECOND)[code] == 0


def test_a_draft_goes_with_its_photos_and_a_sent_form_stays(folder: Path) -> None:
    patient = agree(PatientFactory.create())
    keep_photo(patient)
    sent = begin_form(PatientFactory.create())
    send_form(sent.patient)
    Draft.objects.update(changed_at=NOW - timedelta(days=91))
    Patient.objects.update(created_at=NOW)

    apply_retention(now=NOW)

    assert Draft.objects.get() == sent
    assert not Photo.objects.exists()


def test_a_message_that_still_waits_is_never_taken() -> None:
    old_rows.old_message(NOW - timedelta(days=400)).update(status="waiting")

    apply_retention(now=NOW)

    assert OutboxMessage.objects.exists()


def test_a_record_goes_five_years_after_the_last_visit() -> None:
    patient = old_rows.come(make_calendar(), datetime(2027, 6, 2, 2, 0, tzinfo=UTC))
    send_form(patient, sent_at=datetime(2027, 6, 1, 2, 0, tzinfo=UTC))
    end = datetime(2032, 6, 2, 3, 0, tzinfo=UTC)

    assert apply_retention(now=end - timedelta(days=1))["records"] == 0
    assert count_overdue(now=end)["records"] == 1
    assert apply_retention(now=end)["records"] == 1

    patient.refresh_from_db()
    assert patient.erased_at == end
    assert patient.versions.count() == 0


@pytest.mark.parametrize("keeps", ["visit", "form", "draft", "alert"])
def test_who_came_back_since_is_kept(keeps: str) -> None:
    calendar = make_calendar()
    patient = old_rows.come(calendar, datetime(2020, 1, 1, 2, 0, tzinfo=UTC))
    if keeps == "visit":
        later = old_rows.come(calendar, NOW - timedelta(days=30))
        Appointment.objects.filter(patient=later).update(patient=patient)
    if keeps == "form":
        send_form(patient, sent_at=NOW - timedelta(days=30))
    if keeps == "draft":
        begin_form(patient)
        Draft.objects.update(changed_at=NOW - timedelta(days=30))
    if keeps == "alert":
        raise_alert(patient)

    assert apply_retention(now=NOW)["records"] == 0


def test_records_of_minors_are_kept_until_the_age_that_was_chosen() -> None:
    patient = old_rows.come(make_calendar(), datetime(2026, 1, 1, 2, 0, tzinfo=UTC))
    Patient.objects.filter(pk=patient.pk).update(birth_date=date(2010, 6, 1))
    choose_periods(lengths={"young": 30}, by=StaffFactory.create(), now=NOW)

    assert apply_retention(now=datetime(2039, 6, 1, 3, tzinfo=UTC))["records"] == 0
    assert apply_retention(now=datetime(2040, 6, 1, 3, tzinfo=UTC))["records"] == 1


def test_a_locked_record_is_destroyed_on_its_day() -> None:
    from bookings.services.erasure import erase_patient

    person = write_person(cancels=False)
    made = erase_patient(patient_id=person.patient.pk, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert made.destroy_on == date(2031, 12, 1)

    assert apply_retention(now=datetime(2031, 11, 30, 23, tzinfo=UTC))["locked"] == 0
    assert apply_retention(now=datetime(2031, 12, 1, 0, tzinfo=UTC))["locked"] == 1
    assert not LockedRecord.objects.exists()


def test_a_dry_run_counts_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for _code, age, make in LINES:
        make(NOW - age - SECOND)
    old_rows.come(make_calendar(), datetime(2020, 1, 1, 2, 0, tzinfo=UTC))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    said = StringIO()

    with rows.nothing_written():
        call_command("apply_retention", "--dry-run", stdout=said)

    counted = dict(line.split("\t") for line in said.getvalue().splitlines())
    assert counted.keys() == OVERDUE.keys() | {"records", "locked"}
    assert all(int(count) > 0 for code, count in counted.items() if code != "locked")
    assert "Old Record" not in said.getvalue()
    done = apply_retention(now=NOW)
    assert {code: str(count) for code, count in done.items()} == counted


def test_a_run_that_is_killed_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for number in range(3):
        LimitWindow.objects.create(key=f"photo:{number}", count=1, ends_at=NOW - timedelta(days=2))
    calls = {"left": 2}
    take = retention._delete

    def die(*arguments: Any) -> int:
        calls["left"] -= 1
        if calls["left"] < 0:
            raise KeyboardInterrupt
        return take(*arguments)

    monkeypatch.setattr(retention, "_delete", die)
    with pytest.raises(KeyboardInterrupt):
        apply_retention(now=NOW)
    assert LimitWindow.objects.count() == 1
    monkeypatch.setattr(retention, "_delete", take)

    assert apply_retention(now=NOW)["limits"] == 1


def test_the_worker_keeps_the_table_every_night() -> None:
    LimitWindow.objects.create(key="photo:1", count=1, ends_at=datetime(2026, 1, 1, tzinfo=UTC))

    keep_retention_table(timestamp=0)

    assert not LimitWindow.objects.exists()


def test_a_choice_of_the_owner_holds() -> None:
    choose_periods(lengths={"drafts": 7}, by=StaffFactory.create(), now=NOW)
    rows = old_rows.old_draft(NOW - timedelta(days=8))

    apply_retention(now=NOW)

    assert not rows.exists()
    assert RetentionPeriod.objects.get().length == 7


@pytest.mark.parametrize(
    ("last", "years", "born", "until_age", "until"),
    [
        (date(2027, 6, 2), 5, None, 0, date(2032, 6, 2)),
        (date(2028, 2, 29), 5, None, 0, date(2033, 3, 1)),
        (date(2028, 2, 29), 8, None, 0, date(2036, 2, 29)),
        (date(2027, 1, 1), 5, date(2015, 4, 3), 0, date(2032, 1, 1)),
        (date(2027, 1, 1), 5, date(2015, 4, 3), 30, date(2045, 4, 3)),
        (date(2027, 1, 1), 5, date(1980, 4, 3), 30, date(2032, 1, 1)),
    ],
)
def test_until_when_a_record_is_kept(last: date, years: int, born: Any, until_age: int, until: date) -> None:
    assert keep_until(last, years=years, born=born, until_age=until_age) == until


def test_models_that_go_by_a_rule_of_their_own_are_in_the_table() -> None:
    assert all(issubclass(model, Model) for model in retention._TAKE)
