"""What leaves can come back: nothing is lost, nothing runs in a spreadsheet, and every file is recorded."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.http import StreamingHttpResponse

from bookings.export_files import csv_chunks
from bookings.import_values import without_apostrophe
from bookings.models import Appointment
from bookings.queries import exports
from clinic.models import ReadRecord
from patients.models import Patient
from tests.calendars import make_calendar
from tests.factories import PatientFactory
from tests.imports.pages import START, import_bytes, next_monday, owner_in, visits_csv

pytestmark = pytest.mark.django_db


def content_of(answer: Any) -> bytes:
    """Return all of a streamed answer."""
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def facts() -> list[tuple[Any, ...]]:
    """Return what people and visits say, without ids."""
    people = Patient.objects.order_by("name").values_list(
        "name", "phone", "email", "birth_date", "language", "contact_name"
    )
    visits = Appointment.objects.order_by("starts_at").values_list(
        "patient__name", "starts_at", "ends_at", "visit_type", "practitioner", "mode", "site", "status"
    )
    return [*people, *visits]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_visits_that_left_come_back_as_they_were(kind: str) -> None:
    calendar, client = make_calendar(rooms=2), owner_in()
    import_bytes(client, calendar, visits_csv().encode())
    before = facts()
    days = {"site": calendar.site.slug, "first": next_monday(), "last": next_monday(), "format": kind}
    raw = content_of(client.post(f"{START}visits/", days))
    Appointment.objects.all().delete()
    Patient.objects.all().delete()

    import_bytes(client, calendar, raw, f"back.{kind}")

    assert facts() == before
    assert len(before) == 4


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_patients_that_left_come_back_as_they_were(kind: str) -> None:
    calendar, client = make_calendar(), owner_in()
    for name in ("=cmd|'/c calc'!A1 Anna", "+Bea", "-Cia", "@Dee", 'Ewa, "the" 5th', "สมหญิง ใจดี"):
        PatientFactory.create(name=name, contact_name="Mum", language="th")
    before = facts()
    raw = content_of(client.post(f"{START}patients/", {"format": kind}))
    Patient.objects.all().delete()

    import_bytes(client, calendar, raw, f"back.{kind}")

    assert facts() == before


def test_no_cell_is_a_formula() -> None:
    client = owner_in()
    PatientFactory.create(name="=1+1 Anna")

    text = content_of(client.post(f"{START}patients/")).decode("utf-8-sig")
    book = openpyxl.load_workbook(
        io.BytesIO(content_of(client.post(f"{START}patients/", {"format": "xlsx"})))
    )

    assert text.splitlines()[1].startswith("'=1+1 Anna,'+447700900318")
    assert {cell.data_type for line in book.active.iter_rows() for cell in line if cell.value} == {"s"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "|", "%", "\t", "\r", "\n"])
def test_no_cell_begins_like_a_formula(sign: str) -> None:
    """Reliability, section 2, row 18; nobody's name begins so, but other tables may leave one day."""
    told = b"".join(csv_chunks(["Name"], [[(f"{sign}1+1 Anna",)]])).decode("utf-8-sig")

    (_head, [cell]) = csv.reader(io.StringIO(told, newline=""))
    assert cell[0] == "'"
    assert without_apostrophe(cell) == f"{sign}1+1 Anna"


def test_cancelled_visits_do_not_come_back() -> None:
    calendar, client = make_calendar(rooms=2), owner_in()
    import_bytes(client, calendar, visits_csv().encode())
    Appointment.objects.update(status="cancelled")
    days = {"site": calendar.site.slug, "first": next_monday(), "last": next_monday()}
    raw = content_of(client.post(f"{START}visits/", days))
    Appointment.objects.all().delete()

    batch = import_bytes(client, calendar, raw)

    assert {code for _row, code in batch.counts["left_out"]} == {"called_off"}


def test_every_patient_in_a_file_is_recorded_before_it_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "CHUNK", 2)
    client = owner_in()
    made = {PatientFactory.create().pk for _number in range(3)}

    content_of(client.post(f"{START}patients/"))

    records = ReadRecord.objects.filter(action="exported")
    assert sorted(len(record.subject_ids) for record in records) == [1, 2]
    assert {pk for record in records for pk in record.patient_ids} == made


def test_days_that_make_no_sense_are_said() -> None:
    site = make_calendar().site

    for first, last in (("2026-12-01", "2026-11-01"), ("9999-12-31", "9999-12-31"), ("x", "\x00")):
        answer = owner_in().post(f"{START}visits/", {"site": site.slug, "first": first, "last": last})
        assert answer.status_code == 422
