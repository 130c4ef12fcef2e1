"""The owner's page of records that were opened with a reason."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic.models import ReadRecord, Role, User
from patients.models import ReasonAccess
from patients.queries.care_team import is_on_care_team
from tests.bookings.setup_pages import owner_in
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.care_team import REASON, give_reason, outsider
from tests.patients.forms import send_case

pytestmark = pytest.mark.django_db

CANARY = "canary-words-2291"


@pytest.fixture
def owner(client: Client) -> User:
    SiteFactory.create()
    return owner_in(client)


@pytest.fixture
def access() -> ReasonAccess:
    patient = PatientFactory.create(name="Zacharias Quill")
    send_case(patient, "vo-02", x_words=CANARY)
    return give_reason(outsider(name="Dr Away"), patient, timezone.now())


def page_of(client: Client, week: str = "") -> str:
    answer = client.get("/setup/opened/", {"week": week} if week else {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_who_when_whose_and_why_and_nothing_of_the_record(
    client: Client, owner: User, access: ReasonAccess
) -> None:
    page = page_of(client)

    for words in ("Dr Away", "Zacharias Quill", REASON, "Open now"):
        assert words in page
    assert CANARY not in page
    read = ReadRecord.objects.latest("pk")
    assert (read.reader, read.action, read.subject_type) == (owner, "listed", "patient")
    assert read.patient_ids == [access.patient_id]


def test_weeks_are_apart(client: Client, owner: User, access: ReasonAccess) -> None:
    today = timezone.now().date()

    for week in (today, today - timedelta(days=7), today + timedelta(days=7)):
        assert ("Dr Away" in page_of(client, week.isoformat())) is (week == today)


@pytest.mark.parametrize("week", ["nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_week_that_cannot_be_read_is_this_one(
    client: Client, owner: User, access: ReasonAccess, week: str
) -> None:
    assert "Dr Away" in page_of(client, week)


def test_looked_at_is_noted_once(client: Client, owner: User, access: ReasonAccess) -> None:
    before = client.get("/setup/").content.decode()

    for _press in range(2):
        answer = client.post(f"/setup/opened/{access.pk}/looked/", follow=True)

    assert f"{owner} looked at it" in answer.content.decode()
    assert "1 to look at" in before
    assert "0 to look at" in client.get("/setup/").content.decode()
    assert ReasonAccess.objects.get().looked_by == owner


def test_the_owner_can_close_it(client: Client, owner: User, access: ReasonAccess) -> None:
    client.post(f"/setup/opened/{access.pk}/end/")

    assert not is_on_care_team(access.user, access.patient_id, timezone.now())
    assert "Open now" not in page_of(client)


def test_nothing_of_that_name_is_a_404(client: Client, owner: User, access: ReasonAccess) -> None:
    for step in ("looked", "end"):
        assert client.post(f"/setup/opened/{access.patient_id}/{step}/").status_code == 404
        assert client.get(f"/setup/opened/{access.pk}/{step}/").status_code == 405


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN])
def test_it_is_the_owners_alone(client: Client, access: ReasonAccess, role: Role) -> None:
    client.force_login(StaffFactory.create(roles=[role]))

    answers = [client.get("/setup/opened/")]
    answers += [client.post(f"/setup/opened/{access.pk}/{step}/") for step in ("looked", "end")]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert ReasonAccess.objects.filter(looked_at=None, ends_at__gt=timezone.now()).exists()


def test_it_costs_as_much_for_many_as_for_one(client: Client, owner: User, access: ReasonAccess) -> None:
    page_of(client)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            page_of(client)
        counts.append(len(queries))
        for _number in range(5):
            give_reason(outsider(), PatientFactory.create(), timezone.now())

    assert counts[0] == counts[1]


def test_the_owner_chooses_the_review_pool(client: Client, owner: User) -> None:
    doctor = outsider(name="Dr Away")
    page = client.get(f"/setup/people/{doctor.pk}/")
    data = {
        **{
            name: page.context["form"][name].value()
            for name in ("seen", "name", "email", "language", "roles")
        },
        "in_review_pool": "on",
    }

    answer = client.post(f"/setup/people/{doctor.pk}/", data)

    assert answer.status_code == 302
    assert User.objects.get(pk=doctor.pk).in_review_pool
    assert "Review pool" in client.get("/setup/people/").content.decode()
