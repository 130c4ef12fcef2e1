"""A visit's patient is told of it once per change, with time, place and a link, and no name."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.models import Appointment, VisitLink
from bookings.services import messages
from clinic.calendar_files import make_calendar_file
from clinic.models import OutboxMessage
from clinic.services import letters
from clinic.tokens import derive_token, hash_token
from tests.calendars import MONDAY, NOW, make_calendar

pytestmark = pytest.mark.django_db

CANARY = "Zephyrine Quillfeather"


@pytest.fixture
def visit() -> Appointment:
    """A booked visit whose own message has been taken away."""
    booked = make_calendar().book(name=CANARY, contact_name=CANARY, email="zq@example.com")
    OutboxMessage.objects.all().delete()
    VisitLink.objects.all().delete()
    return Appointment.objects.select_related("patient", "site", "practitioner", "visit_type").get(
        pk=booked.pk
    )


def test_booking_writes_its_message() -> None:
    booked = make_calendar().book(email="hannah@example.com")

    message = OutboxMessage.objects.get()
    assert (message.subject_type, message.subject_id) == ("visit", booked.pk)
    assert (message.kind, message.to) == ("booked", "hannah@example.com")


def test_announce_says_what_the_templates_need(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="booked", now=NOW)

    facts = OutboxMessage.objects.get().facts
    assert facts["reference"] == visit.reference
    assert facts["starts_at"] == MONDAY.isoformat()
    assert facts["uid"] == f"{visit.pk}@nuan"
    assert facts["sequence"] == visit.sequence
    assert (facts["site_zone"], facts["patient_zone"]) == ("Asia/Bangkok", "Europe/London")


def test_announce_names_neither_the_patient_nor_the_visit_type(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="booked", now=NOW)

    facts = str(OutboxMessage.objects.get().facts)
    assert CANARY not in facts
    assert "consultation" not in facts.lower()


@pytest.mark.parametrize("kind", ["booked", "moved", "cancelled"])
def test_no_mail_names_the_patient(visit: Appointment, kind: messages.Kind) -> None:
    messages.announce(appointment=visit, kind=kind, now=NOW, old_starts_at=NOW)

    mail = letters.write(OutboxMessage.objects.get()).message().as_string()

    assert not [part for part in CANARY.split() if part in mail]


def test_announce_makes_the_link_that_the_mail_carries(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="booked", now=NOW)

    link = VisitLink.objects.get()
    token = derive_token("visit", link.pk)
    assert link.token_hash == hash_token(token)
    assert token in str(letters.write(OutboxMessage.objects.get()).body)


def test_announce_stores_no_token(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="booked", now=NOW)

    token = derive_token("visit", VisitLink.objects.get().pk)
    assert token not in str(OutboxMessage.objects.values())


def test_announce_says_nothing_without_an_address(visit: Appointment) -> None:
    assert visit.patient is not None
    visit.patient.email = ""

    messages.announce(appointment=visit, kind="booked", now=NOW)

    assert not OutboxMessage.objects.exists()
    assert not VisitLink.objects.exists()


def test_announce_twice_writes_one_message(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="booked", now=NOW)
    messages.announce(appointment=visit, kind="booked", now=NOW)

    assert OutboxMessage.objects.count() == 1


def test_each_change_has_its_own_message(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="moved", now=NOW)
    visit.sequence += 1
    messages.announce(appointment=visit, kind="moved", now=NOW)

    assert OutboxMessage.objects.count() == 2


def test_a_moved_visit_says_where_it_was(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="moved", now=NOW, old_starts_at=MONDAY)

    assert OutboxMessage.objects.get().facts["old_starts_at"] == MONDAY.isoformat()


def test_announce_costs_two_statements(visit: Appointment) -> None:
    with CaptureQueriesContext(connection) as queries:
        messages.announce(appointment=visit, kind="booked", now=NOW)

    assert len(queries) == 2


def test_a_delayed_message_can_be_withdrawn(visit: Appointment) -> None:
    messages.announce(appointment=visit, kind="cancelled", now=NOW, delay=timedelta(minutes=3))

    withdrawn = messages.withdraw(appointment_id=visit.pk, kinds=["cancelled"])

    assert withdrawn == 1
    assert OutboxMessage.objects.get().status == "dropped"


def test_a_visits_facts_make_its_calendar_file(visit: Appointment) -> None:
    file = make_calendar_file(messages.build_facts(appointment=visit, now=NOW))

    assert f"UID:{visit.pk}@nuan".encode() in file
    assert CANARY.encode() not in file
