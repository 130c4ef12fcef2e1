"""Reads of health data in the admin: the owner sees who, when and what kind of thing, and changes nothing."""

import uuid
from datetime import UTC, datetime

import pytest
from django.test import Client

from clinic.models import ReadRecord, Role, User
from clinic.services.audit import Action, Reader, record_read
from tests.clinic.admin_pages import address, signed_in
from tests.factories import SiteFactory, StaffFactory
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

READ_AT = datetime(2026, 11, 25, 4, 36, tzinfo=UTC)
"""11:36 in Bangkok."""
PATIENT = uuid.uuid4()
REASON = "canary: asked by phone"


@pytest.fixture
def owner() -> Client:
    """A browser of an owner, at a clinic in Bangkok."""
    SiteFactory.create()
    return signed_in(Role.OWNER)


def make_read(user: User | None, *patients: uuid.UUID) -> ReadRecord:
    record_read(
        reader=Reader(user, "10.0.0.1"),
        action=Action.LISTED,
        subject_type="form_version",
        subject_ids=[uuid.uuid4(), uuid.uuid4()],
        patient_ids=patients or [PATIENT],
        now=READ_AT,
        reason=REASON,
    )
    return ReadRecord.objects.latest("pk")


def doctor_named(name: str) -> User:
    return StaffFactory.create(name=name, roles=[Role.CLINICIAN, Role.OWNER])


def test_the_list_says_who_when_and_what_kind(owner: Client) -> None:
    make_read(doctor_named("Dr Ploy S."))

    page = owner.get(address("clinic.readrecord", "changelist")).content.decode()

    for words in ("Dr Ploy S.", "25 Nov 2026, 11:36", "Clinician, Owner", "Listed", "form_version", ">2<"):
        assert words in page


def test_a_read_by_a_link_has_no_name(owner: Client) -> None:
    make_read(None)

    assert "Whoever holds the link" in owner.get(address("clinic.readrecord", "changelist")).content.decode()


def test_one_read_shows_ids_and_no_words_of_the_reader(owner: Client) -> None:
    record = make_read(doctor_named("Dr Ploy S."))

    page = owner.get(address("clinic.readrecord", "change", record.pk)).content.decode()

    for words in ("25 Nov 2026, 11:36", "10.0.0.1", str(PATIENT), str(record.subject_ids[1])):
        assert words in page
    assert REASON not in page
    assert 'name="_save"' not in page


@pytest.mark.parametrize("query", ["ploy", str(PATIENT), f" {str(PATIENT).upper()} "])
def test_reads_are_found_by_reader_and_by_patient(owner: Client, query: str) -> None:
    wanted = make_read(doctor_named("Dr Ploy S."))
    make_read(doctor_named("Dr Anan"), uuid.uuid4())

    found = owner.get(address("clinic.readrecord", "changelist"), {"q": query}).context["cl"].queryset

    assert list(found) == [wanted]


def test_not_even_the_owner_changes_or_deletes_a_read(owner: Client) -> None:
    record = make_read(doctor_named("Dr Ploy S."))

    with nothing_written():
        for page in ("change", "delete"):
            answer = owner.post(address("clinic.readrecord", page, record.pk), {"post": "yes"})
            assert answer.status_code == 403


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN])
def test_nobody_else_sees_the_reads(role: str) -> None:
    record, client = make_read(None), signed_in(role)

    assert client.get(address("clinic.readrecord", "changelist")).status_code == 403
    assert client.get(address("clinic.readrecord", "change", record.pk)).status_code == 403
