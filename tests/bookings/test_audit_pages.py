"""The owner's pages of the audit: who, when and what kind, by person, patient and day."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from clinic.models import ReadRecord, Role, SecurityEvent, User
from clinic.queries import audit_lists
from clinic.services.audit import Action, Reader, record_read
from clinic.services.security_events import Kind, note
from tests.factories import PatientFactory, SiteFactory, StaffFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 4, 36, tzinfo=UTC)
"""11:36 in Bangkok."""
REASON = "canary: she told me on the phone"


@pytest.fixture
def owner(client: Client) -> Client:
    """A browser of an owner, at a clinic in Bangkok."""
    SiteFactory.create()
    client.force_login(StaffFactory.create(roles=[Role.OWNER], name="Khun Mali"))
    return client


@pytest.fixture
def ploy() -> User:
    return StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")


def read(user: User | None, *patients: UUID, at: datetime = NOW, **facts: Any) -> None:
    record_read(
        reader=Reader(user, "10.0.0.1"),
        action=facts.get("action", Action.OPENED),
        subject_type=facts.get("subject_type", "form_version"),
        subject_ids=[uuid4()],
        patient_ids=patients or [uuid4()],
        reason=facts.get("reason", ""),
        now=at,
    )


def page_of(client: Client, view: str = "", **query: str) -> str:
    answer = client.get(f"/setup/audit/{view}", query)
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2]


def test_reads_says_who_when_what_kind_and_whose(owner: Client, ploy: User) -> None:
    patient = PatientFactory.create(name="Hannah Canary")
    read(ploy, patient.pk, reason=REASON)

    page = page_of(owner)

    for words in (
        "Dr Ploy",
        "Clinician",
        "Opened",
        "Health form",
        "10.0.0.1",
        "With a reason",
    ):
        assert words in page
    assert re.search("Tue 24 Nov( 2026)?, 11:36", page)  # of another year from 2027 on
    assert str(patient.pk)[:8] in page
    assert "canary" not in page.lower()


def test_a_list_of_many_names_three_and_counts_the_rest(owner: Client, ploy: User) -> None:
    read(ploy, *(uuid4() for _ in range(50)), action=Action.LISTED)

    assert "and 47 more" in page_of(owner)


def test_reads_are_found_by_person_patient_and_day(owner: Client, ploy: User) -> None:
    patient = uuid4()
    read(ploy, patient)
    read(StaffFactory.create(roles=[Role.NURSE], name="Nurse Fon"), at=NOW - timedelta(hours=12))

    for query in ({"person": str(ploy.pk)}, {"patient": str(patient)}, {"day": "2026-11-24"}):
        rows = page_of(owner, **query).partition("<tbody")[2]
        assert "Dr Ploy" in rows
        assert "Nurse Fon" not in rows


@pytest.mark.parametrize(
    "query",
    [
        {"patient": "hannah"},
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"person": "x"},
        {"day": "2026-02-30"},
    ],
)
def test_what_cannot_be_read_is_said(owner: Client, query: dict[str, str]) -> None:
    assert owner.get("/setup/audit/", query).status_code == 422


@pytest.mark.parametrize(
    "before", ["x", "2026-11-24_x", "0001-01-01T00:00+07:00_1", "2026-11-24T00:00_" + "9" * 40]
)
def test_an_end_that_cannot_be_read_begins_with_the_newest(owner: Client, ploy: User, before: str) -> None:
    read(ploy)

    assert "Dr Ploy" in page_of(owner, before=before)


def test_older_pages_show_every_row_once(owner: Client, ploy: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_lists, "PAGE", 3)
    monkeypatch.setattr("bookings.views.setup.audit.PAGE", 3)
    patients = [uuid4() for _ in range(8)]
    for number, patient in enumerate(patients):
        read(ploy, patient, at=NOW + timedelta(minutes=number // 3))

    seen: list[str] = []
    address = f"/setup/audit/?person={ploy.pk}"
    while address:
        answer = owner.get(address)
        seen += [line["patients"][0] for line in answer.context["lines"]]
        address = answer.context["older"] and f"/setup/audit/{answer.context['older']}"

    assert seen == [str(patient) for patient in reversed(patients)]


def test_pages_take_a_constant_number_of_queries(
    owner: Client, ploy: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        read(ploy)
        note(Kind.SIGNED_IN, user=ploy, now=NOW)

    for view in ("", "sign-ins/", "changes/"):
        with django_assert_max_num_queries(30):
            page_of(owner, view)


def test_sign_ins_and_refusals_are_listed_with_whom_they_are_about(owner: Client, ploy: User) -> None:
    note(Kind.SIGN_IN_FAILED, user=None, about=ploy, now=NOW, how="totp")
    note(Kind.DENIED, user=ploy, now=NOW, url_name="setup:home")
    gone = User.objects.create(name="x")
    note(Kind.SIGNED_IN, user=gone, now=NOW)
    number = gone.pk
    User.objects.filter(pk=gone.pk).delete()

    page = page_of(owner, "sign-ins/")

    for words in (
        "Sign-in failed",
        "Dr Ploy · totp",
        "Was refused a page",
        "setup:home",
        f"Deleted account {number}",
    ):
        assert words in page


def test_changes_name_columns_and_no_values(owner: Client) -> None:
    patient = PatientFactory.create(name="Hannah Canary")
    patient.name, patient.zone = "Somchai Canary", "Asia/Tokyo"
    patient.save()

    page = page_of(owner, "changes/", patient=str(patient.pk))

    assert f"patients_patient {patient.pk}: name, search_text, zone" in page
    assert "Canary" not in page
    assert "Tokyo" not in page


def test_the_file_holds_what_was_asked_for_and_taking_it_is_written_down(owner: Client, ploy: User) -> None:
    patient = uuid4()
    read(ploy, patient, reason=REASON)
    read(StaffFactory.create(name="=cmd()", roles=[Role.NURSE]))

    answer = owner.post("/setup/audit/file/", {"person": str(ploy.pk), "patient": "", "day": ""})
    whole = owner.post("/setup/audit/file/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    everything = b"".join(whole.streaming_content).decode()  # type: ignore[attr-defined]

    assert lines[0].startswith("When (UTC),Who,Roles")
    assert [str(patient) in line for line in lines[1:]] == [True]
    assert "canary" not in everything
    assert "'=cmd()" in everything
    assert SecurityEvent.objects.filter(kind="exported", facts={"what": "audit"}).count() == 2


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN])
def test_nobody_but_the_owner_sees_the_audit(client: Client, role: str) -> None:
    client.force_login(StaffFactory.create(roles=[role]))

    for view in ("", "sign-ins/", "changes/"):
        assert client.get(f"/setup/audit/{view}").status_code == 403
    assert client.post("/setup/audit/file/").status_code == 403


def test_looking_at_the_audit_reads_no_health_data(owner: Client, ploy: User) -> None:
    read(ploy)
    before = ReadRecord.objects.count()

    page_of(owner)

    assert ReadRecord.objects.count() == before


@pytest.mark.parametrize(
    ("state", "words"), [("broken", "from outside"), ("behind", "not sealed yet"), ("ok", "")]
)
def test_the_page_says_aloud_if_something_is_wrong(
    owner: Client, state: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookings.views.setup.audit.get_state", lambda: state)

    page = page_of(owner)

    assert words in page
    assert ('class="note' in page) == bool(words)
