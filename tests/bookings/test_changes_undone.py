"""Taking a change of a visit back within three minutes: exactly, or naming what is in the way."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.models import Appointment, TimeOff
from bookings.services import visits
from bookings.services.refusals import Clash, NotAllowed
from clinic.models import OutboxMessage, VisitType
from patients.models import VisitRequest
from patients.queries.visit_requests import list_open_requests
from tests.bookings.longer_visits import add_longer_type, ask_longer, change, patient_of, undo_change
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes
from tests.factories import PractitionerFactory, ResourceFactory
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

TIME_FIELDS = (
    "visit_type_id",
    "mode",
    "practitioner_id",
    "any_practitioner",
    "starts_at",
    "ends_at",
    "status",
)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


@pytest.fixture
def longer(calendar: Calendar) -> VisitType:
    return add_longer_type(calendar)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book()


@pytest.fixture
def request_(visit: Appointment, longer: VisitType) -> VisitRequest:
    return ask_longer(visit, longer)


def claims_of(visit: Appointment) -> set[tuple[int, datetime, datetime]]:
    return {(claim.resource_id, claim.span.lower, claim.span.upper) for claim in visit.allocations.all()}


def columns_of(visit: Appointment) -> tuple[Any, ...]:
    fresh = Appointment.objects.get(pk=visit.pk)
    return tuple(getattr(fresh, name) for name in TIME_FIELDS)


@pytest.mark.parametrize("shift", [0, 20, 60 * 24])
def test_undo_puts_type_time_and_allocations_back_exactly(
    calendar: Calendar, longer: VisitType, request_: VisitRequest, visit: Appointment, shift: int
) -> None:
    before, claimed = columns_of(visit), claims_of(visit)
    change(calendar, visit, request_, MONDAY + minutes(shift))
    assert columns_of(visit) != before
    VisitType.objects.filter(pk=visit.visit_type_id).update(buffer_after_minutes=25)  # the owner, meanwhile

    undo_change(visit)

    assert (columns_of(visit), claims_of(visit)) == (before, claimed)
    assert list_open_requests() == [request_]
    assert OutboxMessage.objects.get(kind="changed").status == "dropped"
    assert visit.events.latest("at", "pk").action == "undo_changed"


def test_undo_writes_again_about_an_earlier_change(calendar: Calendar, visit: Appointment) -> None:
    longer = add_longer_type(calendar)
    changed = change(calendar, visit, ask_longer(visit, longer), MONDAY)
    change(calendar, changed, ask_longer(visit, longer), MONDAY + minutes(30), now=NOW + minutes(1))

    undo_change(visit, NOW + minutes(2))

    waiting = OutboxMessage.objects.get(status="waiting", version__gt=0)
    assert (waiting.kind, waiting.version) == ("changed", 3)
    assert waiting.facts["ends_at"] == (MONDAY + minutes(60)).isoformat()


def test_undo_of_a_change_is_for_three_minutes_and_once(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    change(calendar, visit, request_, MONDAY)
    with nothing_written(), pytest.raises(NotAllowed):
        undo_change(visit, NOW + timedelta(minutes=3, seconds=1))
    undo_change(visit)
    with nothing_written(), pytest.raises(NotAllowed):
        undo_change(visit)


def test_undo_does_not_follow_the_patients_own_step(
    calendar: Calendar, visit: Appointment, request_: VisitRequest
) -> None:
    change(calendar, visit, request_, MONDAY)
    visits.confirm_visit(appointment=visit, actor=PATIENT, now=NOW)
    with nothing_written(), pytest.raises(NotAllowed):
        undo_change(visit)


def test_undo_names_only_what_others_have_taken(calendar: Calendar, longer: VisitType) -> None:
    visit = calendar.book()
    other_room = ResourceFactory.create(site=calendar.site, name="Room 2")
    change(calendar, visit, ask_longer(visit, longer), MONDAY + minutes(30))
    TimeOff.objects.create(resource=calendar.rooms[0], span=TimestamptzRange(MONDAY, MONDAY + minutes(20)))
    with nothing_written(), pytest.raises(Clash) as clash:
        undo_change(visit)
    assert str(clash.value) == "Not free any more: Room 1. Nothing was changed."
    assert other_room.allocations.count() == 0


def test_undo_gives_way_to_the_patients_other_visit(calendar: Calendar, longer: VisitType) -> None:
    other = PractitionerFactory.create(short="Dr Z", visit_types=[longer])
    visit = calendar.book()
    change(calendar, visit, ask_longer(visit, longer), MONDAY + minutes(120))
    Appointment.objects.create(
        reference="ZZZZZZZ",
        status="booked",
        visit_type=longer,
        site=calendar.site,
        practitioner=other,
        patient=patient_of(visit),
        starts_at=MONDAY,
        ends_at=MONDAY + minutes(30),
    )
    with nothing_written(), pytest.raises(Clash, match="already a visit"):
        undo_change(visit)


def test_undo_leaves_a_newer_request_of_the_form_open(
    calendar: Calendar, visit: Appointment, longer: VisitType, request_: VisitRequest
) -> None:
    change(calendar, visit, request_, MONDAY)
    newer = ask_longer(visit, longer)

    undo_change(visit)

    assert list_open_requests() == [newer]
