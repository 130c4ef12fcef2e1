"""The front desk's steps, and taking them back within three minutes."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.life_cycle import Status
from bookings.models import Appointment, TimeOff, VisitEvent
from bookings.queries.desk_words import open_cancel_reason
from bookings.services import claims, desk, visits
from bookings.services.actors import Actor
from bookings.services.refusals import Clash, NotAllowed
from clinic.models import OutboxMessage
from tests import factories
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

STAFF = Actor(by=VisitEvent.By.STAFF)
LATE = MONDAY + minutes(10)
MORNING_IN_LONDON = datetime(2026, 11, 20, 8, tzinfo=UTC)
"""It is night there when the clinic opens, and the visit is days away."""

Step = Callable[[Appointment, datetime], Appointment]


def arrive(visit: Appointment, now: datetime = MONDAY) -> Appointment:
    return desk.mark_arrived(appointment=visit, actor=STAFF, now=now)


def no_show(visit: Appointment, now: datetime = LATE) -> Appointment:
    return desk.mark_no_show(appointment=visit, actor=STAFF, now=now)


def cancel(visit: Appointment, now: datetime = NOW) -> Appointment:
    return desk.cancel_by_desk(appointment=visit, actor=STAFF, reason="Doctor is ill", now=now)


def undo(visit: Appointment, now: datetime) -> Appointment:
    return desk.undo_last(appointment=visit, actor=STAFF, now=now)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(notice_hours=0)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book(email="hannah@example.com")


def test_arriving_keeps_the_time_and_is_recorded(visit: Appointment) -> None:
    assert arrive(visit).status == Status.ARRIVED
    event = visit.events.get(action="arrived")
    assert (event.from_status, event.by, event.at) == ("booked", "staff", MONDAY)
    assert visit.allocations.count() == 2


@pytest.mark.parametrize(("step", "at"), [(arrive, MONDAY), (no_show, LATE), (cancel, NOW)])
def test_a_step_twice_is_one_step(visit: Appointment, step: Step, at: datetime) -> None:
    step(visit, at)
    with nothing_written():
        step(visit, at)


def test_did_not_come_is_said_from_ten_minutes_after_the_start(visit: Appointment) -> None:
    with nothing_written(), pytest.raises(NotAllowed):
        no_show(visit, LATE - timedelta(seconds=1))
    assert no_show(visit, LATE).status == Status.NO_SHOW
    assert visit.allocations.count() == 0


def test_the_clinics_cancellation_frees_the_time_and_its_message_waits(visit: Appointment) -> None:
    cancelled = cancel(visit)
    assert (cancelled.cancelled_by, open_cancel_reason(cancelled)) == ("clinic", "Doctor is ill")
    assert visit.allocations.count() == 0
    message = OutboxMessage.objects.get(kind="cancelled")
    assert (message.status, message.send_after_at) == ("waiting", MORNING_IN_LONDON)


@pytest.mark.parametrize(
    ("step", "at", "before"),
    [
        (arrive, MONDAY, "booked"),
        (no_show, LATE, "booked"),
        (cancel, NOW, "booked"),
        (cancel, NOW, "confirmed"),
    ],
)
def test_undo_within_three_minutes_puts_everything_back(
    visit: Appointment, step: Step, at: datetime, before: str
) -> None:
    if before == "confirmed":
        visits.confirm_visit(appointment=visit, actor=PATIENT, now=NOW)
    claimed = claims.list_claimed(visit.pk)
    step(visit, at)
    undone = undo(visit, at + minutes(3))
    assert (undone.status, undone.cancelled_by, open_cancel_reason(undone)) == (before, "", "")
    assert claims.list_claimed(visit.pk) == claimed
    assert {claim.span.lower for claim in visit.allocations.all()} == {MONDAY}


@pytest.mark.parametrize(("step", "at"), [(arrive, MONDAY), (no_show, LATE), (cancel, NOW)])
def test_undo_after_three_minutes_is_refused(visit: Appointment, step: Step, at: datetime) -> None:
    step(visit, at)
    with nothing_written(), pytest.raises(NotAllowed):
        undo(visit, at + timedelta(minutes=3, seconds=1))


def test_undo_drops_the_message_that_waits(visit: Appointment) -> None:
    cancel(visit)
    undo(visit, NOW + minutes(1))
    assert OutboxMessage.objects.get(kind="cancelled").status == "dropped"
    assert OutboxMessage.objects.get(kind="booked").status == "waiting"


def test_cancelling_again_after_an_undo_writes_again(visit: Appointment) -> None:
    cancel(visit)
    undo(visit, NOW + minutes(1))
    cancel(visit, NOW + minutes(2))
    statuses = (
        OutboxMessage.objects.filter(kind="cancelled").order_by("version").values_list("status", flat=True)
    )
    assert list(statuses) == ["dropped", "waiting"]


def test_undo_is_done_once(visit: Appointment) -> None:
    arrive(visit)
    undo(visit, MONDAY + minutes(1))
    with nothing_written(), pytest.raises(NotAllowed):
        undo(visit, MONDAY + minutes(1))


def test_undo_does_not_take_back_what_a_patient_did(visit: Appointment) -> None:
    visits.cancel_visit(appointment=visit, actor=PATIENT, reason="", now=NOW)
    with nothing_written(), pytest.raises(NotAllowed):
        undo(visit, NOW)


def test_undo_names_who_has_been_taken_and_changes_nothing(calendar: Calendar, visit: Appointment) -> None:
    cancel(visit)
    calendar.book(MONDAY + minutes(30))
    with nothing_written(), pytest.raises(Clash) as clash:
        undo(visit, NOW + minutes(1))
    assert "Dr A" in str(clash.value)
    assert "Room 1" in str(clash.value)


def test_undo_names_time_off_entered_meanwhile(calendar: Calendar, visit: Appointment) -> None:
    cancel(visit)
    span = TimestamptzRange(MONDAY, MONDAY + minutes(60))
    TimeOff.objects.create(resource=calendar.practitioners[0].resource, span=span)
    with nothing_written(), pytest.raises(Clash, match="Dr A"):
        undo(visit, NOW + minutes(1))


def test_undo_gives_way_to_the_patients_other_visit() -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    somebody = person(account=factories.UserFactory.create(), name="Hannah")

    def book() -> Appointment:
        return visits.book_visit(
            search=calendar.search,
            starts_at=MONDAY,
            person=somebody,
            key=uuid.uuid4(),
            actor=PATIENT,
            now=NOW,
        )

    visit = book()
    cancel(visit)
    book()
    with nothing_written(), pytest.raises(Clash):
        undo(visit, NOW + minutes(1))


def test_somebody_who_comes_after_all_has_their_time_again(visit: Appointment) -> None:
    no_show(visit)
    assert arrive(visit, LATE + minutes(5)).status == Status.ARRIVED
    assert visit.allocations.count() == 2
    assert undo(visit, LATE + minutes(6)).status == Status.NO_SHOW
    assert visit.allocations.count() == 0


def test_somebody_who_comes_after_all_finds_the_time_taken(calendar: Calendar, visit: Appointment) -> None:
    no_show(visit)
    calendar.book(MONDAY + minutes(30), now=LATE)
    with nothing_written(), pytest.raises(Clash, match="Dr A"):
        arrive(visit, LATE + minutes(5))


@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED, Status.EXPIRED, Status.IN_ROOM])
def test_a_visit_that_is_over_does_not_arrive(visit: Appointment, status: Status) -> None:
    Appointment.objects.filter(pk=visit.pk).update(status=status.value)
    with nothing_written(), pytest.raises(NotAllowed):
        arrive(visit)


def test_a_visit_that_has_arrived_is_not_a_no_show(visit: Appointment) -> None:
    arrive(visit)
    with nothing_written(), pytest.raises(NotAllowed):
        no_show(visit)
