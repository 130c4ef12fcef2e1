"""Staff override rules on purpose, with a reason that is kept, and never another visit."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.models import Appointment, TimeOff
from bookings.services import desk, moves, staff_bookings
from bookings.services.placing import Over, Target
from bookings.services.refusals import KeyReused, NotMoved, NotOffered, PatientBusy
from tests import factories
from tests.bookings.steps import STAFF, move, stand_of
from tests.bookings.test_concurrent_changes import count_overlaps
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes, person
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
EVENING = MONDAY + minutes(500)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2, notice_hours=0)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book()


def over(*codes: str) -> Over:
    return Over("She flies home tonight", frozenset(codes))


def codes(visit: Appointment, starts_at: datetime, column: int | None = None) -> set[str]:
    """Return what is in the way of a visit at a start."""
    return {each.code for each in moves.find_hindrances(visit, Target(starts_at, column), now=NOW)}


def claims_of(visit: Appointment) -> set[tuple[datetime, datetime]]:
    return {(claim.span.lower, claim.span.upper) for claim in visit.allocations.all()}


def test_outside_hours_with_a_reason_that_is_kept(visit: Appointment) -> None:
    assert codes(visit, EVENING) == {"hours"}
    moved = move(visit, EVENING, over=over("hours"), now=NOW)
    event = moved.events.get(action="overridden")
    assert event.facts["over"] == {"codes": ["hours"], "reason": "She flies home tonight"}
    assert claims_of(visit) == {(EVENING, EVENING + minutes(50))}


def test_on_a_closed_day_in_time_off_and_by_somebody_who_does_not_do_it(
    calendar: Calendar, visit: Appointment
) -> None:
    tuesday = MONDAY + DAY
    factories.ClosureFactory.create(
        site=calendar.site, first_date=date(2026, 11, 24), last_date=date(2026, 11, 24)
    )
    stranger = factories.PractitionerFactory.create(short="Dr C")
    TimeOff.objects.create(resource=stranger.resource, span=TimestamptzRange(tuesday, tuesday + minutes(600)))
    wanted = {"closed", "time_off", "type"}
    assert codes(visit, tuesday, stranger.resource_id) == wanted
    move(visit, tuesday, column=stranger.resource_id, over=over(*wanted), now=NOW)
    assert claims_of(visit) == {(tuesday, tuesday + minutes(50))}


def test_a_shorter_buffer_is_what_is_left_free(calendar: Calendar, visit: Appointment) -> None:
    other = calendar.book(MONDAY + minutes(60))
    move(other, column=visit.practitioner.resource_id, now=NOW)
    move(visit, MONDAY + minutes(15), over=over("buffer"), now=NOW)
    start = MONDAY + minutes(15)
    assert claims_of(visit) == {(start, start + minutes(45))}
    assert count_overlaps() == 0


@pytest.mark.parametrize("shift", [45, 60, 70, 100, 105])
def test_another_visit_is_never_overridden(calendar: Calendar, visit: Appointment, shift: int) -> None:
    other = calendar.book(MONDAY + minutes(60))
    move(other, column=visit.practitioner.resource_id, now=NOW)
    everything = over("busy", "room", "patient", "buffer", "hours", "type")
    with nothing_written(), pytest.raises(NotMoved, match="busy") as refusal:
        move(visit, MONDAY + minutes(shift), over=everything, now=NOW)
    assert not refusal.value.may_override


def test_the_patient_is_never_in_two_places(calendar: Calendar, visit: Appointment) -> None:
    other = calendar.book(MONDAY + minutes(120))
    move(other, column=calendar.practitioners[1].resource_id, now=NOW)
    Appointment.objects.filter(pk=other.pk).update(patient=visit.patient)
    with nothing_written(), pytest.raises(NotMoved, match="another visit"):
        move(visit, MONDAY + minutes(120), over=over("patient"), now=NOW)


def test_what_was_not_shown_is_not_overridden(calendar: Calendar, visit: Appointment) -> None:
    TimeOff.objects.create(
        resource=visit.practitioner.resource, span=TimestamptzRange(EVENING, EVENING + minutes(60))
    )
    with nothing_written(), pytest.raises(NotMoved, match="is off 17:20 to 18:20"):
        move(visit, EVENING, over=over("hours"), now=NOW)


def test_an_override_that_needs_none_is_a_move(visit: Appointment) -> None:
    move(visit, MONDAY + minutes(60), over=over("hours"), now=NOW)
    event = visit.events.latest("pk")
    assert (event.action, "over" in event.facts) == ("moved", False)


def test_an_override_is_undone_and_one_inside_time_off_can_be_returned_to(
    calendar: Calendar, visit: Appointment
) -> None:
    doctor = visit.practitioner.resource
    TimeOff.objects.create(resource=doctor, span=TimestamptzRange(MONDAY + 2 * DAY, MONDAY + 3 * DAY))
    before = stand_of(visit)
    move(visit, MONDAY + 2 * DAY, over=over("time_off"), now=NOW)
    inside = stand_of(visit)
    move(visit, MONDAY + minutes(60), now=NOW)
    desk.undo_last(appointment=visit, actor=STAFF, now=NOW)
    assert stand_of(visit) == inside
    move(visit, MONDAY, now=NOW)
    assert stand_of(visit) == before


def book(calendar: Calendar, starts_at: datetime = MONDAY, **changes: Any) -> Appointment:
    """Book as staff with the first practitioner; `changes` alter the call."""
    search = replace(calendar.search, practitioner_id=calendar.practitioners[0].pk, by_staff=True)
    values: dict[str, Any] = {
        "search": search,
        "starts_at": starts_at,
        "person": person(email="caller@example.com"),
        "key": uuid.uuid4(),
        "actor": STAFF,
        "now": NOW,
    }
    return staff_bookings.book_by_desk(**(values | changes))


def test_staff_book_at_any_five_minutes(calendar: Calendar) -> None:
    visit = book(calendar, MONDAY + minutes(5))
    assert (visit.status, visit.price_minor) == ("booked", 150_000)
    assert claims_of(visit) == {(visit.starts_at, visit.starts_at + minutes(50))}
    assert visit.events.get().by == "staff"


@pytest.mark.parametrize(
    ("shift", "words"),
    [
        (500, "Outside Dr A’s hours (09:00 to 17:00). Not booked"),
        (3, "Visits start at whole five minutes. Not booked"),
        (-60, "Outside Dr A’s hours (09:00 to 17:00). Not booked"),
    ],
)
def test_a_booking_is_refused_in_words(calendar: Calendar, shift: int, words: str) -> None:
    with nothing_written(), pytest.raises(NotMoved) as refusal:
        book(calendar, MONDAY + minutes(shift))
    assert str(refusal.value) == words


def test_under_notice_only_with_a_reason() -> None:
    calendar = make_calendar(notice_hours=100)
    hindrances = staff_bookings.find_hindrances_to_booking(
        replace(calendar.search, practitioner_id=calendar.practitioners[0].pk), MONDAY, now=NOW
    )
    assert [each.code for each in hindrances] == ["notice"]
    with nothing_written(), pytest.raises(NotMoved, match="100 hours"):
        book(calendar)
    event = book(calendar, over=over("notice")).events.get()
    assert event.facts["over"]["codes"] == ["notice"]


def test_a_booking_never_overrides_a_visit_or_the_past_or_a_gate(calendar: Calendar) -> None:
    everything = over("busy", "hours", "buffer", "notice", "patient")
    book(calendar)
    with nothing_written(), pytest.raises(NotMoved, match="busy"):
        book(calendar, over=everything)
    for start in (NOW - minutes(20), NOW + 800 * DAY):
        with nothing_written(), pytest.raises(NotMoved):
            book(calendar, start, over=everything)
    type(calendar.visit_type).objects.update(bookable_by="gated")
    calendar.visit_type.refresh_from_db()
    with nothing_written(), pytest.raises(NotOffered):
        book(calendar, MONDAY + DAY, over=everything)


def test_a_form_sent_twice_books_once(calendar: Calendar) -> None:
    key = uuid.uuid4()
    visit = book(calendar, key=key)
    with nothing_written():
        assert book(calendar, key=key) == visit
    with nothing_written(), pytest.raises(KeyReused):
        book(calendar, MONDAY + DAY, key=key)


def test_a_patient_with_another_visit_is_not_booked_twice(calendar: Calendar) -> None:
    account = factories.UserFactory.create()
    somebody = person(account=account, name="Hannah")
    book(calendar, person=somebody)
    second = replace(calendar.search, practitioner_id=calendar.practitioners[1].pk)
    with nothing_written(), pytest.raises((NotMoved, PatientBusy)):
        book(calendar, MONDAY + minutes(10), person=somebody, search=second)
