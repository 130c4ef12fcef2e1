"""Every page x everybody x a real record: one row for each request that reads health data, or none."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from clinic import confined
from clinic.models import ReadRecord
from patients.views import mounts, review_page
from tests.patients.forms import save, send
from tests.patients.test_access_to_records import READING, body_of, browser_of, path_of, person
from tests.patients.whole_records import CANARY, Record, write_whole_record
from tests.routes import list_routes

pytestmark = pytest.mark.django_db

FORM = {"health-form", "check-form", "form-page", "form-sent"}
LINK = {"GET patients:private-form": "draft", "POST patients:private-form": "draft"}
DESK = {
    "GET people:patient": "patient",
    "GET people:edit": "patient",
    "POST people:edit": "patient",
    "POST people:check": "patient",
    "POST people:send-message": "patient",
    "GET people:compare": "patient",
    "POST people:compare": "patient",
}
READS = {
    "patient": {
        **{f"GET patients:{name}": "draft" for name in FORM},
        **{
            f"POST patients:{name}": "draft" for name in ("check-form", "form-page", "save-page", "photo-add")
        },
        **{f"POST patients:{name}": "draft" for name in ("still-right", "ask-for-call")},
        **{f"POST patients:{name}": "draft" for name in ("make-private-link", "keep-for-doctor")},
        "GET patients:photo": "photo",
        "GET patients:messages": "message",
        "GET bookings:my-visits": "draft",
        **LINK,
    },
    "tablet": {
        **{f"GET tablet:{name}": "draft" for name in ("health-form", "check-form", "form-page")},
        **{f"POST tablet:{name}": "draft" for name in ("check-form", "form-page", "save-page", "photo-add")},
        **{f"POST tablet:{name}": "draft" for name in ("still-right", "keep-for-doctor")},
        "GET tablet:photo": "photo",
    },
    "clinician": {
        **{f"GET review:{name}": "draft" for name in FORM},
        **{f"POST review:{name}": "draft" for name in ("check-form", "form-page", "save-page")},
        **{f"POST review:{name}": "form_version" for name in ("sign", "decide", "addendum", "add-photo")},
        "GET review:form": "form_version",
        "GET review:correct": "form_version",
        "POST review:correct": "form_version",
        "GET review:photo": "photo",
        "GET review:photo-page": "photo",
        "POST review:photo-page": "photo",
        "GET review:alerts": "alert",
        "GET people:patient": "patient",
        **LINK,
    },
    "front_desk": {**DESK, **LINK},
    "stranger": LINK,
}
"""What a request reads, by who asks. Those of the desk read a record without its health data."""


@pytest.fixture
def record(settings: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.setattr("django.conf.settings.PHOTOS_ROOT", tmp_path / "photos")  # type: ignore[operator]
    return write_whole_record()


def ask_all(who: str, record: Record) -> Iterator[tuple[str, bytes, list[ReadRecord]]]:
    """Send every request, and yield what was asked, what came back, and the rows it left."""
    client = browser_of(person(who, record))
    for route in (route for route in list_routes() if route.namespace in READING):
        for method in ("GET", "POST"):
            if who == "tablet":  # giving it back takes the secret away
                client.cookies[confined.COOKIE] = record.tablet_secret
            with transaction.atomic():
                before = ReadRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                body = body_of(client.generic(method, path_of(route, record)))
                yield f"{method} {route.name}", body, list(ReadRecord.objects.filter(pk__gt=before))
                transaction.set_rollback(True)


def list_faults(who: str, record: Record) -> list[str]:
    """Return where the rows are not those of the table, or health data were shown without a row."""
    faults, reads = [], dict(READS[who])
    for asked, body, rows in ask_all(who, record):
        expected = reads.pop(asked, None)
        if [row.subject_type for row in rows] != ([expected] if expected else []):
            faults.append(f"{asked}: {[row.subject_type for row in rows]}, not {expected}")
        elif not rows and CANARY.encode() in body:
            faults.append(f"{asked} shows health data and leaves no row")
        faults += [
            f"{asked}: not of this patient" for row in rows if record.patient.pk not in row.patient_ids
        ]
    return faults + [f"{asked} was never asked" for asked in reads]


@pytest.mark.parametrize("who", READS)
def test_each_request_leaves_one_row_if_it_reads_health_data(record: Record, who: str) -> None:
    assert list_faults(who, record) == []


def test_a_page_that_writes_nothing_down_is_seen(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (mounts, review_page):
        monkeypatch.setattr(module, "record_read", lambda **_row: None)

    faults = list_faults("clinician", record)

    assert "GET review:form: [], not form_version" in faults
    assert "GET review:check-form: [], not draft" in faults


def test_a_row_says_who_in_which_role_from_where_and_in_which_request(record: Record) -> None:
    nurse = person("nurse", record)
    client = browser_of(nurse)

    client.get(f"/review/forms/{record.version.pk}/", REMOTE_ADDR="10.1.2.3")
    client.get(f"/review/forms/{record.version.pk}/", REMOTE_ADDR="10.1.2.3")

    first, second = ReadRecord.objects.filter(reader=nurse).order_by("pk")
    assert (first.roles, first.action, first.address) == (["nurse"], "opened", "10.1.2.3")
    assert record.version.pk in first.subject_ids
    assert len(first.request_id) == 32
    assert first.request_id != second.request_id


def test_printing_is_a_row_of_its_own_kind(record: Record) -> None:
    page = browser_of(record.doctor).get(f"/review/forms/{record.version.pk}/", {"print": "1"})

    assert b"data-print" in page.content
    assert ReadRecord.objects.latest("pk").action == ReadRecord.Action.PRINTED


def test_the_queue_is_one_row_with_every_form(record: Record) -> None:
    newer = send(record.patient, save(record.patient, 10**6, c_now=["none"]).revision)

    browser_of(record.doctor).get("/review/")

    row = ReadRecord.objects.get()
    assert (row.action, row.subject_ids) == ("listed", [newer.pk])
