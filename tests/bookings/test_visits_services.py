"""Booking a time: what is written, once, and what a refusal leaves alone."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from bookings.life_cycle import Status
from bookings.models import Appointment, VisitEvent
from bookings.services import holds, visits
from bookings.services.actors import Actor
from bookings.services.refusals import (
    HoldExpired,
    JustTaken,
    KeyReused,
    NotOffered,
    PatientBusy,
    TooMany,
)
from clinic.models import OutboxMessage
from tests import factories
from tests.bookings.clock import expire
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

STAFF = Actor(by=VisitEvent.By.STAFF)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def book_held(hold: Appointment, **changes: Any) -> Appointment:
    values: dict[str, Any] = {"person": person(), "key": uuid.uuid4(), "actor": PATIENT, "now": NOW}
    return visits.book_held_visit(appointment_id=hold.pk, **(values | changes))


def book_now(calendar: Calendar, starts_at: datetime = MONDAY, **changes: Any) -> Appointment:
    values: dict[str, Any] = {
        "search": calendar.search,
        "person": person(),
        "key": uuid.uuid4(),
        "actor": PATIENT,
        "now": NOW,
    }
    return visits.book_visit(starts_at=starts_at, **(values | changes))


def move(calendar: Calendar, visit: Appointment, starts_at: datetime, **changes: Any) -> Appointment:
    values: dict[str, Any] = {"search": calendar.search, "key": uuid.uuid4(), "actor": PATIENT, "now": NOW}
    return visits.move_visit(appointment=visit, starts_at=starts_at, **(values | changes))


def cancel(visit: Appointment, now: datetime = NOW) -> Appointment:
    return visits.cancel_visit(appointment=visit, actor=PATIENT, reason="time", now=now)


def claims_of(visit: Appointment) -> set[tuple[str, datetime, datetime, datetime | None]]:
    return {
        (claim.resource.kind, claim.span.lower, claim.span.upper, claim.expires_at)
        for claim in visit.allocations.select_related("resource")
    }


def test_booking_a_hold_makes_it_a_visit_with_patient_event_and_message(calendar: Calendar) -> None:
    hold = calendar.hold()
    visit = book_held(hold, person=person(name="Hannah", email="hannah@example.com"))
    visit.refresh_from_db()
    assert (visit.pk, visit.status, visit.hold_expires_at) == (hold.pk, Status.BOOKED, None)
    assert visit.patient is not None
    assert visit.patient.name == "Hannah"
    assert visit.price_minor == 150_000
    event = visit.events.get()
    assert (event.action, event.from_status, event.to_status, event.at) == ("booked", "held", "booked", NOW)
    message = OutboxMessage.objects.get()
    assert (message.kind, message.to, message.subject_id) == ("booked", "hannah@example.com", visit.pk)


def test_booking_keeps_the_claims_of_the_hold_for_good(calendar: Calendar) -> None:
    hold = calendar.hold()
    book_held(hold)
    end = MONDAY + minutes(50)
    assert claims_of(hold) == {("doctor", MONDAY, end, None), ("consult_room", MONDAY, end, None)}


def test_the_same_form_twice_is_one_booking_and_one_message(calendar: Calendar) -> None:
    hold, somebody, key = calendar.hold(), person(), uuid.uuid4()
    first = book_held(hold, person=somebody, key=key)
    with nothing_written():
        assert book_held(hold, person=somebody, key=key) == first


def test_the_same_key_with_other_details_is_refused(calendar: Calendar) -> None:
    hold, key = calendar.hold(), uuid.uuid4()
    book_held(hold, key=key)
    with nothing_written(), pytest.raises(KeyReused):
        book_held(hold, key=key, person=person(name="Somebody Else"))


def test_the_same_key_for_another_time_is_refused(calendar: Calendar) -> None:
    key, somebody = uuid.uuid4(), person()
    book_held(calendar.hold(), key=key, person=somebody)
    other = calendar.hold(MONDAY + minutes(60))
    with nothing_written(), pytest.raises(KeyReused):
        book_held(other, key=key, person=somebody)


def test_another_form_for_a_booked_time_is_refused(calendar: Calendar) -> None:
    visit = calendar.book()
    with nothing_written(), pytest.raises(KeyReused):
        book_held(visit)


@pytest.mark.parametrize("swept", [False, True])
def test_an_expired_hold_is_not_booked(calendar: Calendar, swept: bool) -> None:
    hold = calendar.hold()
    expire(hold)
    if swept:
        holds.sweep_expired_holds()
    with nothing_written(), pytest.raises(HoldExpired) as refusal:
        book_held(hold)
    assert refusal.value.still_free is True


def test_an_expired_hold_whose_time_has_gone_says_so(calendar: Calendar) -> None:
    hold = calendar.hold()
    expire(hold)
    calendar.hold()
    with nothing_written(), pytest.raises(HoldExpired) as refusal:
        book_held(hold)
    assert refusal.value.still_free is False


def test_a_hold_with_a_second_left_is_booked(calendar: Calendar) -> None:
    hold = calendar.hold()
    expire(hold, seconds_ago=-1.0)
    assert book_held(hold).status == Status.BOOKED


def test_a_time_that_has_passed_meanwhile_is_not_booked(calendar: Calendar) -> None:
    hold = calendar.hold()
    with nothing_written(), pytest.raises(HoldExpired):
        book_held(hold, now=MONDAY)


def test_booking_at_once_is_the_same_visit_without_a_hold(calendar: Calendar) -> None:
    visit = book_now(calendar)
    assert (visit.status, visit.any_practitioner, visit.price_minor) == (Status.BOOKED, True, 150_000)
    assert len(claims_of(visit)) == 2
    assert visit.events.get().from_status == ""


def test_booking_at_once_twice_with_one_key_is_one_visit(calendar: Calendar) -> None:
    key, somebody = uuid.uuid4(), person()
    first = book_now(calendar, key=key, person=somebody)
    with nothing_written():
        assert book_now(calendar, key=key, person=somebody) == first
    with nothing_written(), pytest.raises(KeyReused):
        book_now(calendar, MONDAY + minutes(60), key=key, person=somebody)


def test_booking_at_once_is_refused_like_a_hold(calendar: Calendar) -> None:
    calendar.hold()
    with nothing_written(), pytest.raises(JustTaken):
        book_now(calendar)
    with nothing_written(), pytest.raises(NotOffered):
        book_now(calendar, MONDAY + minutes(7))


@pytest.mark.parametrize("by", ["patient", "staff"])
def test_a_procedure_behind_its_gate_is_booked_by_nobody(by: str) -> None:
    calendar = make_calendar(bookable_by="gated")
    search = replace(calendar.search, by_staff=by == "staff")
    with nothing_written(), pytest.raises(NotOffered) as refusal:
        book_now(calendar, search=search, actor=STAFF)
    assert refusal.value.reason == "gated"


def test_a_staff_visit_is_booked_by_staff_only() -> None:
    calendar = make_calendar(bookable_by="staff")
    with nothing_written(), pytest.raises(NotOffered) as refusal:
        book_now(calendar)
    assert refusal.value.reason == "staff"
    assert book_now(calendar, search=replace(calendar.search, by_staff=True)).status == Status.BOOKED


def test_one_patient_is_not_in_two_places() -> None:
    calendar = make_calendar(practitioners=3, rooms=3)
    account = factories.UserFactory()
    somebody = person(account=account, name="Hannah", email=account.email)
    first = book_now(calendar, person=somebody)
    with nothing_written(), pytest.raises(PatientBusy):
        book_now(calendar, person=somebody)
    hold = calendar.hold()
    with nothing_written(), pytest.raises(PatientBusy):
        book_held(hold, person=somebody)
    later = book_now(calendar, MONDAY + minutes(60), person=somebody)
    assert later.patient == first.patient
    with nothing_written(), pytest.raises(PatientBusy):
        move(calendar, later, MONDAY + minutes(30))


def test_bookings_per_address_are_limited(calendar: Calendar, settings: LazySettings) -> None:
    settings.LIMIT_BOOKINGS_PER_ADDRESS = 1
    here = replace(PATIENT, address="203.0.113.7")
    hold, other = calendar.hold(), calendar.hold(MONDAY + minutes(60))
    somebody, key = person(), uuid.uuid4()
    for _click in range(3):
        book_held(hold, actor=here, person=somebody, key=key)
    with nothing_written(), pytest.raises(TooMany) as refusal:
        book_held(other, actor=here)
    assert refusal.value.until == NOW + timedelta(hours=1)
    assert book_held(other, actor=replace(here, by=VisitEvent.By.STAFF)).status == Status.BOOKED


@pytest.mark.parametrize(
    "variant",
    ["hannah@example.com", "HANNAH@Example.COM", "hannah+acne@example.com", "Hannah+1+2@example.com"],
)
def test_upcoming_visits_per_mailbox_are_limited(
    calendar: Calendar, settings: LazySettings, variant: str
) -> None:
    settings.LIMIT_UPCOMING_PER_EMAIL = 2
    calendar.book(email="Hannah@example.com")
    second = calendar.book(MONDAY + minutes(60), email="hannah+skin@example.com")
    hold = calendar.hold(MONDAY + minutes(120))
    with nothing_written(), pytest.raises(TooMany):
        book_held(hold, person=person(email=variant))
    cancel(second)
    assert book_held(hold, person=person(email=variant)).status == Status.BOOKED


@pytest.mark.parametrize("other", ["hannah@example.org", "annah@example.com", "hannah.w@example.com"])
def test_other_mailboxes_have_their_own_limit(calendar: Calendar, settings: LazySettings, other: str) -> None:
    settings.LIMIT_UPCOMING_PER_EMAIL = 1
    calendar.book(email="hannah@example.com")
    assert calendar.book(MONDAY + minutes(60), email=other).status == Status.BOOKED
