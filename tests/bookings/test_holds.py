"""Holding a time: ten minutes of database time, more on request, given back, held again."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment
from bookings.queries.offers import get_offers
from bookings.services import claims, holds
from bookings.services.actors import Actor
from bookings.services.refusals import (
    HoldExpired,
    JustTaken,
    KeyReused,
    NoMoreTime,
    NotOffered,
    TooMany,
)
from tests.bookings.clock import expire, seconds_left
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes
from tests.race.together import all_at_once
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar()


def hold_with(
    calendar: Calendar, key: uuid.UUID, starts_at: datetime = MONDAY, **changes: Any
) -> Appointment:
    values: dict[str, Any] = {
        "search": calendar.search,
        "starts_at": starts_at,
        "key": key,
        "actor": PATIENT,
        "zone": "Europe/London",
        "been_before": False,
        "now": NOW,
    }
    return holds.hold_time(**(values | changes))


def test_a_hold_claims_person_and_room_for_ten_minutes(calendar: Calendar) -> None:
    hold = calendar.hold()
    assert hold.status == Status.HELD
    claimed = {claim.resource.kind: claim.span for claim in hold.allocations.select_related("resource")}
    assert set(claimed) == {"doctor", "consult_room"}
    assert {(span.lower, span.upper) for span in claimed.values()} == {(MONDAY, MONDAY + minutes(50))}
    assert seconds_left(hold) == pytest.approx(600, abs=5)
    assert hold.hold_expires_at in set(hold.allocations.values_list("expires_at", flat=True))


def test_all_claims_of_a_hold_end_at_one_instant(calendar: Calendar) -> None:
    hold = calendar.hold()
    assert hold.allocations.values("expires_at").distinct().count() == 1


def test_a_hold_includes_the_buffer_before() -> None:
    calendar = make_calendar(buffer_before_minutes=15)
    hold = calendar.hold(MONDAY + minutes(30))
    span = hold.allocations.all()[0].span
    assert (span.lower, span.upper) == (MONDAY + minutes(15), MONDAY + minutes(80))


def test_an_expired_hold_is_offered_again_without_any_sweeping(calendar: Calendar) -> None:
    hold = calendar.hold()
    assert MONDAY not in get_offers(calendar.search, now=NOW).starts
    expire(hold)
    assert MONDAY in get_offers(calendar.search, now=NOW).starts


def test_a_claim_removes_expired_claims_in_its_way_and_no_other_appointment(calendar: Calendar) -> None:
    stale = calendar.hold()
    expire(stale)
    taken = calendar.hold(MONDAY + minutes(30))
    assert stale.allocations.count() == 0
    assert taken.allocations.count() == 2
    stale.refresh_from_db()
    assert stale.status == Status.HELD


def test_the_clock_of_the_request_does_not_end_a_hold(calendar: Calendar) -> None:
    calendar.hold()
    with pytest.raises(JustTaken):
        calendar.hold(now=NOW + timedelta(hours=1))


def test_the_same_form_twice_is_one_hold(calendar: Calendar) -> None:
    key = uuid.uuid4()
    first = hold_with(calendar, key)
    with nothing_written():
        assert hold_with(calendar, key) == first


def test_the_same_form_with_another_time_is_refused(calendar: Calendar) -> None:
    key = uuid.uuid4()
    hold_with(calendar, key)
    with nothing_written(), pytest.raises(KeyReused):
        hold_with(calendar, key, MONDAY + minutes(60))


def test_a_refused_form_may_be_used_again(calendar: Calendar) -> None:
    key = uuid.uuid4()
    calendar.hold()
    with nothing_written(), pytest.raises(JustTaken):
        hold_with(calendar, key)
    assert hold_with(calendar, key, MONDAY + minutes(60)).status == Status.HELD


def test_more_time_adds_ten_minutes_ten_times_and_then_no_more(calendar: Calendar) -> None:
    hold = calendar.hold()
    for count in range(1, 11):
        extended = holds.extend_hold(appointment_id=hold.pk, now=NOW)
        assert extended.hold_extensions == count
    assert seconds_left(hold) == pytest.approx(110 * 60, abs=5)
    with nothing_written(), pytest.raises(NoMoreTime):
        holds.extend_hold(appointment_id=hold.pk, now=NOW)


@pytest.mark.parametrize("taken", [False, True])
def test_more_time_is_refused_once_the_time_is_over(calendar: Calendar, taken: bool) -> None:
    hold = calendar.hold()
    expire(hold)
    if taken:
        calendar.hold()
    with nothing_written(), pytest.raises(HoldExpired) as refusal:
        holds.extend_hold(appointment_id=hold.pk, now=NOW)
    assert refusal.value.still_free is not taken


def test_holding_again_takes_the_same_time(calendar: Calendar) -> None:
    hold = calendar.hold()
    holds.extend_hold(appointment_id=hold.pk, now=NOW)
    expire(hold)
    again = holds.hold_again(appointment_id=hold.pk, actor=PATIENT, now=NOW)
    assert (again.pk, again.status, again.hold_extensions) == (hold.pk, Status.HELD, 0)
    assert seconds_left(hold) == pytest.approx(600, abs=5)
    assert hold.allocations.count() == 2


def test_holding_again_after_the_sweeper(calendar: Calendar) -> None:
    hold = calendar.hold()
    expire(hold)
    assert holds.sweep_expired_holds() == 1
    assert holds.hold_again(appointment_id=hold.pk, actor=PATIENT, now=NOW).status == Status.HELD
    assert hold.allocations.count() == 2


def test_holding_again_takes_another_person_if_the_first_is_busy_now() -> None:
    calendar = make_calendar(practitioners=2, rooms=2)
    hold = calendar.hold()
    expire(hold)
    calendar.hold(practitioner_id=hold.practitioner_id)
    again = holds.hold_again(appointment_id=hold.pk, actor=PATIENT, now=NOW)
    assert again.practitioner_id != hold.practitioner_id
    assert again.practitioner.resource_id in claims.list_claimed(hold.pk)


def test_holding_again_is_refused_when_the_time_has_gone(calendar: Calendar) -> None:
    hold = calendar.hold()
    expire(hold)
    calendar.hold()
    with nothing_written(), pytest.raises(HoldExpired) as refusal:
        holds.hold_again(appointment_id=hold.pk, actor=PATIENT, now=NOW)
    assert refusal.value.still_free is False


def test_holding_a_live_hold_again_changes_nothing(calendar: Calendar) -> None:
    hold = calendar.hold()
    with nothing_written():
        assert holds.hold_again(appointment_id=hold.pk, actor=PATIENT, now=NOW) == hold


def test_holding_again_after_booking_changes_nothing(calendar: Calendar) -> None:
    visit = calendar.book()
    with nothing_written():
        assert holds.hold_again(appointment_id=visit.pk, actor=PATIENT, now=NOW).status == Status.BOOKED


def test_releasing_frees_the_time_at_once_and_twice_is_fine(calendar: Calendar) -> None:
    hold = calendar.hold()
    holds.release_hold(appointment_id=hold.pk)
    holds.release_hold(appointment_id=hold.pk)
    hold.refresh_from_db()
    assert hold.status == Status.EXPIRED
    assert calendar.hold().status == Status.HELD


def test_releasing_never_touches_a_booking(calendar: Calendar) -> None:
    visit = calendar.book()
    with nothing_written():
        holds.release_hold(appointment_id=visit.pk)


def test_the_sweeper_marks_only_what_is_over(calendar: Calendar) -> None:
    over, alive, booked = (
        calendar.hold(),
        calendar.hold(MONDAY + minutes(60)),
        calendar.book(MONDAY + minutes(120)),
    )
    expire(over)
    assert holds.sweep_expired_holds() == 1
    statuses = dict(Appointment.objects.values_list("pk", "status"))
    assert statuses == {over.pk: Status.EXPIRED, alive.pk: Status.HELD, booked.pk: Status.BOOKED}
    assert set(Allocation.objects.values_list("appointment", flat=True)) == {alive.pk, booked.pk}
    assert holds.sweep_expired_holds() == 0


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_waits_for_nobody() -> None:
    calendar = make_calendar()
    hold = calendar.hold()
    expire(hold)
    with transaction.atomic():
        holds.lock_appointment(hold.pk)
        (sweeping,) = all_at_once([holds.sweep_expired_holds])
    assert (sweeping.value, sweeping.error) == (0, None)
    assert holds.sweep_expired_holds() == 1


def test_holds_per_address_are_limited_and_a_double_click_counts_once(
    calendar: Calendar, settings: Any
) -> None:
    settings.LIMIT_HOLDS_PER_ADDRESS = 2
    here, key = replace(PATIENT, address="203.0.113.7"), uuid.uuid4()
    for _click in range(3):
        hold_with(calendar, key, actor=here)
    hold_with(calendar, uuid.uuid4(), MONDAY + minutes(60), actor=here)
    with nothing_written(), pytest.raises(TooMany) as refusal:
        hold_with(calendar, uuid.uuid4(), MONDAY + minutes(120), actor=here)
    assert refusal.value.until == NOW + timedelta(hours=1)
    elsewhere = Actor(by=PATIENT.by, address="203.0.113.8")
    assert hold_with(calendar, uuid.uuid4(), MONDAY + minutes(120), actor=elsewhere).status == Status.HELD


def test_refused_tries_count_against_the_limit(calendar: Calendar, settings: Any) -> None:
    settings.LIMIT_HOLDS_PER_ADDRESS = 1
    here = replace(PATIENT, address="203.0.113.7")
    with pytest.raises(NotOffered):
        hold_with(calendar, uuid.uuid4(), MONDAY + minutes(1), actor=here)
    with pytest.raises(TooMany):
        hold_with(calendar, uuid.uuid4(), actor=here)


@pytest.mark.parametrize(
    "starts_at",
    [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)],
)
@pytest.mark.parametrize("zone", ["Asia/Bangkok", "America/New_York"])
def test_the_ends_of_time_are_refused_like_any_other(starts_at: datetime, zone: str) -> None:
    calendar = make_calendar()
    calendar.site.zone = zone
    calendar.site.save()
    with nothing_written(), pytest.raises(NotOffered) as refusal:
        calendar.hold(starts_at)
    assert refusal.value.reason in {"past", "horizon"}


@pytest.mark.parametrize("day", [date.min, date.max])
def test_any_day_may_be_looked_at(calendar: Calendar, day: date) -> None:
    assert get_offers(calendar.search, now=NOW).on_day(day, ZoneInfo("Pacific/Kiritimati")) == []


def test_references_that_meet_are_drawn_again(calendar: Calendar, monkeypatch: pytest.MonkeyPatch) -> None:
    first = calendar.hold()
    drawn = iter([first.reference, first.reference, "BBBBBBB"])
    monkeypatch.setattr(holds, "new_reference", lambda: next(drawn))
    assert calendar.hold(MONDAY + minutes(60)).reference == "BBBBBBB"


def test_a_visit_that_needs_no_person_is_never_offered() -> None:
    calendar = make_calendar(needs=["consult_room"])
    assert get_offers(calendar.search, now=NOW).epochs == ()
    with nothing_written(), pytest.raises(NotOffered):
        calendar.hold()
