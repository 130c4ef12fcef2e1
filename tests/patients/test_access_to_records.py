"""Every address x everybody x a real patient's record: who may not read it learns no word of it."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client

from clinic import confined
from clinic.models import ReadRecord, Role, User
from patients.models import PatientMessage
from tests.factories import PatientFactory, StaffFactory, UserFactory
from tests.patients.whole_records import CANARY, Record, write_whole_record
from tests.photos.pictures import JPEG_START
from tests.routes import Route, list_routes

pytestmark = pytest.mark.django_db

NEVER_SHOWN_TO_THEM = ["stranger", "other patient", "front_desk", "owner", "inactive clinician"]
CLEAR = {"django_session", "clinic_outboxmessage", "procrastinate_jobs", "bookings_visitevent"}
ON_THE_LINK = 2
"""Reads of the form by whoever holds the young person's link, which shows none of it."""
READING = ("patients", "review", "queue", "bookings", "desk", "tablet", "time-off", "people")
REFUSING = """
CREATE FUNCTION refuse_reads() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the audit is full'; END $$;
CREATE TRIGGER refuse_reads BEFORE INSERT ON clinic_readrecord FOR EACH ROW EXECUTE FUNCTION refuse_reads();
"""


@pytest.fixture
def record(settings: Any, tmp_path: Any) -> Record:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    return write_whole_record()


def person(who: str, record: Record) -> User | None:
    """Return somebody; a patient and a member of staff have records or none of their own."""
    if who in {"stranger", "tablet"}:
        return None
    if who == "patient":
        return record.patient.account
    if who == "other patient":
        user: User = UserFactory.create()
        PatientFactory.create(account=user)
        return user
    if who == "inactive clinician":
        return StaffFactory.create(roles=[Role.CLINICIAN], is_active=False)
    return StaffFactory.create(roles=[who])


def browser_of(user: User | None) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def path_of(route: Route, record: Record) -> str:
    """Return an address of the record."""
    others = dict.fromkeys(route.names, str(record.calendar.site.pk))
    return route.path.format(**{**others, **record.places})


def body_of(answer: Any) -> bytes:
    """Return all that a browser is sent: status line apart, headers too."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content + repr(dict(answer.items())).encode()


def walk(record: Record, client: Client, *, admin: bool = False) -> dict[str, bytes]:
    """Open and press everything there is, and return what came back."""
    return {
        f"{method} {route.name}": body_of(client.generic(method, path_of(route, record)))
        for route in list_routes(admin=admin)
        for method in ("GET", "POST")
        if route.name not in {"account_logout", "admin:logout", "tablet:give-back"}
    }


@pytest.mark.parametrize("who", NEVER_SHOWN_TO_THEM)
def test_who_may_not_read_is_shown_no_word_and_no_photo(record: Record, who: str) -> None:
    reads = _count_reads()
    answers = walk(record, browser_of(person(who, record)), admin=who in {"front_desk", "owner"})

    assert [name for name, body in answers.items() if CANARY.encode() in body] == []
    assert [name for name, body in answers.items() if JPEG_START in body] == []
    assert _count_reads() - reads <= ON_THE_LINK


def _count_reads() -> int:
    """Count reads of health data; those of a name, a phone and a visit are written down too, and are none."""
    return ReadRecord.objects.exclude(subject_type__in=["patient", "visit"]).count()


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("nurse", {"GET review:form", "GET review:photo-page"}),
        ("clinician", {"GET review:form", "GET review:photo-page", "POST review:sign"}),
        ("patient", {"GET patients:form-page", "GET patients:check-form", "GET patients:messages"}),
        ("tablet", {"GET tablet:check-form"}),
    ],
)
def test_the_walk_sees_what_those_are_shown_who_may_read(record: Record, who: str, names: set[str]) -> None:
    client = browser_of(person(who, record))
    if who == "tablet":
        client.cookies[confined.COOKIE] = record.tablet_secret
    answers = walk(record, client)

    assert names <= {name for name, body in answers.items() if CANARY.encode() in body}


@pytest.mark.parametrize("who", ["patient", "clinician", "tablet"])
def test_nothing_is_shown_whose_reading_cannot_be_written_down(record: Record, who: str) -> None:
    client = browser_of(person(who, record))
    if who == "tablet":
        client.cookies[confined.COOKIE] = record.tablet_secret
    with connection.cursor() as cursor:
        cursor.execute(REFUSING)

    shown = {}
    for route in (route for route in list_routes() if route.namespace in READING):
        for method in ("GET", "POST"):
            with transaction.atomic():  # what Postgres refuses ends the transaction around it
                shown[f"{method} {route.name}"] = body_of(client.generic(method, path_of(route, record)))
                transaction.set_rollback(True)

    assert [name for name, body in shown.items() if CANARY.encode() in body or JPEG_START in body] == []


def test_a_draft_of_a_review_is_its_writers_alone(record: Record) -> None:
    client = browser_of(record.doctor)

    page = client.get(f"/review/forms/{record.version.pk}/").content.decode()

    assert f"{CANARY} draft" not in page


def test_nothing_that_was_written_stands_readable_in_any_table(record: Record) -> None:
    for who in ("patient", "clinician"):
        walk(record, browser_of(person(who, record)))

    assert PatientMessage.objects.exists()
    assert not any(CANARY in str(session.get_decoded()) for session in Session.objects.all())
    tables = connection.introspection.table_names()
    assert set(tables) >= CLEAR
    assert [table for table in tables if _holds_canary(table)] == []


def _holds_canary(table: str) -> bool:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(table)
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {name} AS line WHERE line::text LIKE %s)", [f"%{CANARY}%"]
        )
        return bool(cursor.fetchone()[0])
