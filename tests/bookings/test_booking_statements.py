"""A booking is a few statements whatever the clinic's size, and what they write together belongs together."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import TimestamptzRange

from bookings.models import Allocation, Appointment, RequestKey, TimeOff, VisitEvent, VisitLink
from bookings.queries.offers import get_choice
from bookings.services import claims, holds, visits
from bookings.services.claims import Span
from bookings.services.refusals import JustTaken
from clinic import prepared
from clinic.models import OutboxMessage
from clinic.tokens import derive_token, hash_token
from patients.models import Patient
from tests import factories
from tests.bookings.clock import expire
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

STATEMENTS = 12
"""Of a booking by somebody new, without a limit on their address; the test's own savepoints included."""


def book(calendar: Calendar, **changes: Any) -> Appointment:
    values: dict[str, Any] = {
        "search": calendar.search,
        "starts_at": MONDAY,
        "person": person(),
        "key": uuid.uuid4(),
        "actor": PATIENT,
        "now": NOW,
    }
    return visits.book_visit(**(values | changes))


def jobs() -> list[tuple[str]]:
    return prepared.fetch("SELECT args ->> 'message_id' FROM procrastinate_jobs WHERE status = 'todo'", {})


@contextmanager
def references_drawn(monkeypatch: pytest.MonkeyPatch, references: list[str]) -> Iterator[None]:
    """Draw these references, in this order."""
    drawn = iter(references)
    with monkeypatch.context() as patch:
        patch.setattr(holds, "new_reference", lambda: next(drawn))
        yield


@pytest.mark.parametrize("known", [False, True])
def test_a_booking_takes_as_many_statements_in_a_big_clinic_as_in_a_small_one(known: bool) -> None:
    counted = []
    for size in (1, 3):
        calendar = make_calendar(practitioners=size, rooms=size)
        somebody = person(account=factories.UserFactory.create()) if known else person()
        if known:
            book(calendar, starts_at=MONDAY + minutes(120), person=somebody)
        with CaptureQueriesContext(connection) as queries:
            book(calendar, person=somebody)
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert known or counted[0] == STATEMENTS


def test_a_booking_and_all_that_belongs_to_it_are_written_once() -> None:
    visit = book(make_calendar(), person=person(email="hannah@example.com"))
    link, message = VisitLink.objects.get(), OutboxMessage.objects.get()
    assert Appointment.objects.get().patient == Patient.objects.get()
    assert VisitEvent.objects.get().appointment == visit
    assert link.token_hash == hash_token(derive_token("visit", link.pk))
    assert (message.kind, message.to, message.status) == ("booked", "hannah@example.com", "waiting")
    assert (message.facts["reference"], message.facts["link_id"]) == (visit.reference, str(link.pk))
    assert message.facts["practitioner"] == visit.practitioner.name == {"en": "Dr A", "th": "Dr A (ไทย)"}
    assert jobs() == [(str(message.pk),)]


def test_a_booking_that_is_undone_leaves_no_job() -> None:
    calendar = make_calendar()
    with nothing_written(), transaction.atomic():
        book(calendar)
        assert len(jobs()) == 1
        transaction.set_rollback(True)
    assert jobs() == []


def test_a_booking_without_an_address_writes_no_link_and_no_message() -> None:
    visit = book(make_calendar(), person=person(email=""))
    assert visit.events.count() == 1
    assert (VisitLink.objects.count(), OutboxMessage.objects.count(), jobs()) == (0, 0, [])


def test_a_reference_that_is_taken_is_drawn_again_and_nothing_is_written_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calendar = make_calendar()
    first = book(calendar)
    with references_drawn(monkeypatch, [first.reference, first.reference, "BBBBBBB"]):
        second = book(calendar, starts_at=MONDAY + minutes(60))
    assert second.reference == "BBBBBBB"
    written = [Appointment, Patient, VisitEvent, VisitLink, OutboxMessage, RequestKey]
    assert [model._default_manager.count() for model in written] == [2] * len(written)
    message = OutboxMessage.objects.get(subject_id=second.pk)
    assert message.facts["reference"] == "BBBBBBB"
    assert len(jobs()) == 2


def test_the_history_of_a_booking_says_which_request_it_was() -> None:
    calendar = make_calendar()
    with pghistory.context(url="/book/"):
        visit = book(calendar)
    (change,) = apps.get_model("bookings.AppointmentEvent").objects.filter(pgh_obj_id=visit.pk)
    assert change.pgh_context.metadata == {"url": "/book/"}


@pytest.mark.parametrize("lost", ["practitioner", "room", "both"])
def test_an_expired_hold_in_the_way_of_any_resource_is_replaced(lost: str) -> None:
    calendar = make_calendar()
    stale = calendar.hold()
    expire(stale)
    doctor, room = calendar.practitioners[0].resource_id, calendar.rooms[0].pk
    keep = {"practitioner": [room], "room": [doctor], "both": []}[lost]
    Allocation.objects.filter(appointment=stale, resource__in=keep).delete()
    again = calendar.hold()
    assert claims.list_claimed(again.pk) == sorted([doctor, room])
    assert again.allocations.values("expires_at").distinct().count() == 1
    assert not stale.allocations.exists()


@pytest.mark.parametrize("lost", ["practitioner", "room"])
def test_a_hold_in_the_way_that_is_alive_is_not_replaced(lost: str) -> None:
    calendar = make_calendar()
    stale = get_choice(calendar.search, starts_at=MONDAY, now=NOW)
    alive = calendar.hold()
    gone = calendar.rooms[0].pk if lost == "practitioner" else calendar.practitioners[0].resource_id
    Allocation.objects.filter(appointment=alive, resource=gone).delete()
    span = Span(MONDAY, MONDAY + minutes(50))
    assert claims.claim(stale, appointment_id=uuid.uuid4(), span=span, hold=None) is None
    assert Allocation.objects.get().appointment == alive
    with pytest.raises(JustTaken):
        calendar.hold()


def test_time_off_entered_since_is_seen_though_an_expired_hold_made_way() -> None:
    calendar = make_calendar()
    stale = get_choice(calendar.search, starts_at=MONDAY, now=NOW)
    over = calendar.hold()
    expire(over)
    off = TimestamptzRange(MONDAY + minutes(40), MONDAY + minutes(90))
    TimeOff.objects.create(resource=calendar.practitioners[0].resource, span=off)
    span = Span(MONDAY, MONDAY + minutes(50))
    assert claims.claim(stale, appointment_id=uuid.uuid4(), span=span, hold=None) is None
    assert set(Allocation.objects.values_list("appointment", flat=True)) == {over.pk}
    TimeOff.objects.all().delete()
    again = calendar.hold()
    assert set(Allocation.objects.values_list("appointment", flat=True)) == {again.pk}
