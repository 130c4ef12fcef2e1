"""Booking for a caller: once, with a message that waits, and with what it settles, or nothing at all."""

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bookings.life_cycle import Status
from bookings.models import Appointment
from bookings.queries.no_shows import list_no_shows
from bookings.services import desk
from bookings.services.callers import book_for_caller
from bookings.services.refusals import JustTaken, KeyReused, NotAllowed
from bookings.services.settling import Settles, settle_missed
from bookings.services.visits import AtDesk
from clinic.models import OutboxMessage
from patients.models import Patient, VisitRequest
from tests.bookings.desk_lists import STAFF, add_waiting, desk_search, miss
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes, person
from tests.factories import PatientFactory
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def book(calendar: Calendar, starts_at: datetime = MONDAY, **changes: Any) -> Appointment:
    """Book for somebody who calls; `changes` alter the call."""
    values: dict[str, Any] = {
        "search": desk_search(calendar, practitioner_id=calendar.practitioners[0].pk),
        "person": person(email="caller@example.com", zone="Asia/Bangkok"),
        "desk": AtDesk(for_anyone=True),
        "settles": Settles(),
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": NOW,
    }
    return book_for_caller(starts_at=starts_at, **(values | changes))


def ask_next(patient: Patient) -> VisitRequest:
    return VisitRequest.objects.create(patient=patient, kind=VisitRequest.Kind.NEXT, asked_at=NOW)


def test_a_callers_message_waits_and_an_undo_sends_nothing(calendar: Calendar) -> None:
    visit = book(calendar)

    message = OutboxMessage.objects.get(subject_id=visit.pk)
    assert (message.kind, message.send_after_at) == ("booked", NOW + minutes(3))
    assert visit.any_practitioner

    desk.undo_last(appointment=visit, actor=STAFF, now=NOW + minutes(2))

    message.refresh_from_db()
    visit.refresh_from_db()
    assert message.status == OutboxMessage.Status.DROPPED
    assert not visit.allocations.exists()
    assert visit.status == Status.EXPIRED


def test_the_control_a_patients_own_booking_is_told_at_once(calendar: Calendar) -> None:
    visit = calendar.book()

    assert OutboxMessage.objects.get(subject_id=visit.pk).send_after_at == NOW


def test_who_has_no_mail_gets_no_message(calendar: Calendar) -> None:
    visit = book(calendar, person=person(email="", phone=None))

    assert not OutboxMessage.objects.exists()
    assert visit.patient is not None
    assert not visit.patient.phone


def test_the_same_form_twice_books_once(calendar: Calendar) -> None:
    patient = PatientFactory.create()
    request, form = ask_next(patient), uuid.uuid4()
    who = person(record_id=patient.pk, email="caller@example.com")
    call: dict[str, Any] = {"key": form, "settles": Settles(request_id=request.pk), "person": who}

    assert book(calendar, **call) == book(calendar, **call)
    with pytest.raises(KeyReused):
        book(calendar, MONDAY + minutes(50), **call)
    assert Appointment.objects.count() == 1


def test_a_record_keeps_its_name_and_takes_new_contacts(calendar: Calendar) -> None:
    record = PatientFactory.create(name="Wanida Sukjai", email="", zone="Asia/Dubai", language="th")

    who = person(record_id=record.pk, name="W.", email="new@example.com", phone=None, language="", zone="")
    visit = book(calendar, person=who)

    record.refresh_from_db()
    assert (visit.patient, visit.patient_zone) == (record, "Asia/Dubai")
    assert (record.name, record.email, record.language) == ("Wanida Sukjai", "new@example.com", "th")
    assert record.phone == "+447700900318"


def test_a_record_that_is_gone_books_nothing(calendar: Calendar) -> None:
    record = PatientFactory.create(archived_at=NOW)

    with nothing_written(), pytest.raises(NotAllowed):
        book(calendar, person=person(record_id=record.pk))


def test_a_booking_closes_its_request_and_an_undo_opens_it(calendar: Calendar) -> None:
    request = ask_next(PatientFactory.create())
    visit = book(calendar, settles=Settles(request_id=request.pk))
    request.refresh_from_db()
    assert request.closed_at == NOW

    desk.undo_last(appointment=visit, actor=STAFF, now=NOW + minutes(1))

    request.refresh_from_db()
    assert request.closed_at is None


def test_a_refusal_leaves_the_request_open(calendar: Calendar) -> None:
    request = ask_next(PatientFactory.create())
    calendar.book()

    with nothing_written(), pytest.raises(JustTaken):
        book(calendar, settles=Settles(request_id=request.pk))


def test_what_was_settled_is_not_booked_again(calendar: Calendar) -> None:
    missed, entry = miss(calendar), add_waiting(calendar)
    request = ask_next(PatientFactory.create())
    everything = Settles(request.pk, missed.pk, entry.pk)
    later = {"now": MONDAY + minutes(20), "settles": everything}
    book(calendar, MONDAY + minutes(120), **later)

    for settles in (
        everything,
        Settles(request_id=request.pk),
        Settles(missed_id=missed.pk),
        Settles(walk_in_id=entry.pk),
    ):
        with nothing_written(), pytest.raises(NotAllowed):
            book(calendar, MONDAY + minutes(200), **(later | {"settles": settles}))


def test_a_no_show_that_is_rebooked_is_linked_and_comes_off_the_list(calendar: Calendar) -> None:
    missed, now = miss(calendar), MONDAY + minutes(20)
    assert list_no_shows(now=now) == [missed]

    visit = book(calendar, MONDAY + minutes(300), settles=Settles(missed_id=missed.pk), now=now)

    missed.refresh_from_db()
    assert missed.rebooking.visit == visit
    assert list_no_shows(now=now) == []

    desk.undo_last(appointment=visit, actor=STAFF, now=now + minutes(1))
    assert list_no_shows(now=now) == [missed]


def test_a_no_show_comes_back_if_its_rebooking_is_cancelled(calendar: Calendar) -> None:
    missed, now = miss(calendar), MONDAY + minutes(20)
    visit = book(calendar, MONDAY + minutes(300), settles=Settles(missed_id=missed.pk), now=now)

    desk.cancel_by_desk(appointment=visit, actor=STAFF, reason="", now=now)

    assert list_no_shows(now=now) == [missed]
    assert settle_missed(missed_id=missed.pk, actor=STAFF, now=now)


def test_who_booked_again_by_themselves_is_not_on_the_list(calendar: Calendar) -> None:
    missed, now = miss(calendar), MONDAY + minutes(20)
    assert missed.patient is not None

    book(calendar, MONDAY + minutes(300), person=person(record_id=missed.patient.pk), now=now)

    assert list_no_shows(now=now) == []


def test_no_shows_are_listed_oldest_first_for_sixty_days(calendar: Calendar) -> None:
    late, early = miss(calendar, MONDAY + minutes(60)), miss(calendar)

    assert list_no_shows(now=MONDAY + minutes(90)) == [early, late]
    assert list_no_shows(now=MONDAY + minutes(60 * 24 * 60 + 30)) == [late]


def test_closing_keeps_who_and_when_and_happens_once(calendar: Calendar) -> None:
    missed, now = miss(calendar), MONDAY + minutes(20)

    assert settle_missed(missed_id=missed.pk, actor=STAFF, now=now)
    assert not settle_missed(missed_id=missed.pk, actor=STAFF, now=now)

    missed.refresh_from_db()
    assert (missed.rebooking.settled_at, missed.rebooking.visit) == (now, None)
    assert list_no_shows(now=now) == []


def test_a_visit_that_was_not_missed_is_not_settled(calendar: Calendar) -> None:
    visit = calendar.book()

    with nothing_written():
        assert not settle_missed(missed_id=visit.pk, actor=STAFF, now=NOW)


def test_staff_need_no_notice_and_patients_do(calendar: Calendar) -> None:
    now = MONDAY + minutes(3)

    assert book(calendar, MONDAY + minutes(5), now=now).starts_at == MONDAY + minutes(5)
    plain = replace(calendar.search, by_staff=True)
    with pytest.raises(NotAllowed.__mro__[1]):  # any refusal: without the desk's grid there is notice
        book(calendar, MONDAY + minutes(60), now=now, search=plain)
