"""Who runs late: what the board shows, who hears of it, once, later and not at night, and taking it back."""

import uuid
from datetime import datetime, timedelta

import pytest

from bookings.life_cycle import Status
from bookings.models import Allocation, Appointment, RunningLate
from bookings.queries.running_late import (
    find_said,
    get_expected,
    get_lateness,
    list_affected,
    list_messages,
)
from bookings.services import desk, running_late
from bookings.services.refusals import NotAllowed
from clinic.models import OutboxMessage
from tests.bookings.desk_lists import STAFF, say_late
from tests.calendars import MONDAY, Calendar, make_calendar, minutes
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db
DAY = MONDAY.date()
BEFORE = MONDAY - minutes(30)


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(grid_minutes=10, buffer_after_minutes=0)


def book(calendar: Calendar, start: int, zone: str = "Asia/Bangkok") -> Appointment:
    return calendar.book(MONDAY + minutes(start), zone=zone)


def messages(visit: Appointment, status: str = "waiting") -> list[OutboxMessage]:
    return list(list_messages([visit.pk]).filter(status=status).order_by("kind"))


def test_lateness_is_what_was_said_last_and_zero_ends_it(calendar: Calendar) -> None:
    doctor = calendar.practitioners[0].pk
    say_late(calendar, 15)
    say_late(calendar, 30, now=MONDAY + minutes(5))
    assert get_lateness(calendar.site, DAY) == {doctor: 30}
    assert get_lateness(calendar.site, DAY + timedelta(days=1)) == {}

    say_late(calendar, 0, now=MONDAY + minutes(10))

    assert get_lateness(calendar.site, DAY) == {}


def test_visits_start_later_and_their_time_stays_claimed_as_it_was(calendar: Calendar) -> None:
    first, second, third = book(calendar, 0), book(calendar, 40), book(calendar, 120)
    claimed = list(Allocation.objects.values_list("resource", "span").order_by("pk"))

    say_late(calendar, 30, now=BEFORE)

    expected = get_expected(calendar.site, DAY, now=BEFORE)
    assert expected == {first.pk: MONDAY + minutes(30), second.pk: MONDAY + minutes(70)}
    assert third.pk not in expected  # the gap has absorbed it
    assert list(Allocation.objects.values_list("resource", "span").order_by("pk")) == claimed


def test_nobody_is_expected_in_the_past(calendar: Calendar) -> None:
    visit = book(calendar, 0)
    say_late(calendar, 20, now=BEFORE)

    now = MONDAY + minutes(45)
    assert get_expected(calendar.site, DAY, now=now) == {visit.pk: now}


def test_those_affected_hear_once_after_three_minutes(calendar: Calendar) -> None:
    visit = book(calendar, 0)

    say_late(calendar, 25, now=BEFORE)

    (message,) = messages(visit)
    assert (message.kind, message.version) == ("late:25", visit.sequence)
    assert message.send_after_at == BEFORE + minutes(3)
    assert message.facts["expected_at"] == (MONDAY + minutes(25)).isoformat()


@pytest.mark.parametrize(("later", "count"), [(25, 1), (35, 1), (36, 2)])
def test_only_a_rise_of_more_than_ten_minutes_is_told_again(
    calendar: Calendar, later: int, count: int
) -> None:
    visit = book(calendar, 0)
    say_late(calendar, 25, now=BEFORE)
    list_messages([visit.pk]).update(status="sent")

    say_late(calendar, later, now=BEFORE + minutes(10))

    assert len(list_messages([visit.pk])) == count


def test_ten_minutes_are_not_worth_a_message(calendar: Calendar) -> None:
    visit = book(calendar, 0)

    say_late(calendar, 10, now=BEFORE)

    assert messages(visit) == []


def test_who_is_here_hears_nothing(calendar: Calendar) -> None:
    here, coming = book(calendar, 0), book(calendar, 40)
    desk.mark_arrived(appointment=here, actor=STAFF, now=BEFORE)

    said = say_late(calendar, 30, now=BEFORE)

    assert [each.why_silent for each in list_affected(said, now=BEFORE)] == ["arrived", "told"]
    assert (len(messages(here)), len(messages(coming))) == (0, 1)


def test_who_has_no_mail_is_named_for_a_call(calendar: Calendar) -> None:
    calendar.book(MONDAY, email="")
    said = RunningLate(
        practitioner=calendar.practitioners[0], site=calendar.site, day=DAY, minutes=30, said_at=BEFORE
    )

    assert [each.why_silent for each in list_affected(said, now=BEFORE)] == ["no_email"]


def test_in_the_evening_where_the_patient_is_a_message_still_leaves(calendar: Calendar) -> None:
    night = book(calendar, 300, zone="America/New_York")

    say_late(calendar, 30, now=BEFORE)

    (message,) = messages(night)
    assert message.send_after_at == BEFORE + minutes(3)  # 20:33 in New York


def test_a_message_at_night_waits_for_the_morning_if_the_visit_does(calendar: Calendar) -> None:
    visit = book(calendar, 420)  # 16:00 in Bangkok, 09:00 in London
    Appointment.objects.filter(pk=visit.pk).update(patient_zone="Asia/Kolkata")
    five = MONDAY - timedelta(hours=4)  # 05:00 in Bangkok, 03:30 in Kolkata

    say_late(calendar, 30, now=five, day=DAY)

    (message,) = messages(visit)
    assert message.send_after_at == datetime.fromisoformat("2026-11-23T02:30:00+00:00")  # 08:00 there


def test_without_a_message_nobody_hears(calendar: Calendar) -> None:
    visit = book(calendar, 0)

    say_late(calendar, 30, now=BEFORE, tells=False)

    assert messages(visit) == []
    assert get_lateness(calendar.site, DAY)


def test_a_double_click_says_it_once(calendar: Calendar) -> None:
    key = uuid.uuid4()

    assert say_late(calendar, key=key) == say_late(calendar, key=key)


def test_an_undo_withdraws_the_messages(calendar: Calendar) -> None:
    visit = book(calendar, 0)
    said = say_late(calendar, 30, now=BEFORE)

    running_late.take_back(said_id=said.pk, now=BEFORE + minutes(3))

    assert get_lateness(calendar.site, DAY) == {}
    assert messages(visit) == []
    assert len(messages(visit, "dropped")) == 1


def test_an_undo_brings_back_what_was_said_before(calendar: Calendar) -> None:
    visit, doctor = book(calendar, 0), calendar.practitioners[0].pk
    say_late(calendar, 15, now=BEFORE)
    said = say_late(calendar, 45, now=BEFORE + minutes(1))
    assert [each.kind for each in messages(visit)] == ["late:45"]

    running_late.take_back(said_id=said.pk, now=BEFORE + minutes(2))

    assert [each.kind for each in messages(visit)] == ["late:15"]
    assert get_lateness(calendar.site, DAY) == {doctor: 15}


def test_after_three_minutes_it_cannot_be_taken_back(calendar: Calendar) -> None:
    said = say_late(calendar, now=BEFORE)

    with nothing_written(), pytest.raises(NotAllowed):
        running_late.take_back(said_id=said.pk, now=BEFORE + timedelta(minutes=3, seconds=1))
    assert find_said(calendar.site, DAY, calendar.practitioners[0].pk) == said


def test_only_the_last_thing_said_can_be_taken_back(calendar: Calendar) -> None:
    said = say_late(calendar, 15, now=BEFORE)
    say_late(calendar, 20, now=BEFORE + minutes(1))

    with pytest.raises(NotAllowed):
        running_late.take_back(said_id=said.pk, now=BEFORE + minutes(2))


def test_on_time_again_takes_back_what_still_waits(calendar: Calendar) -> None:
    visit = book(calendar, 0)
    say_late(calendar, 30, now=BEFORE)

    say_late(calendar, 0, now=BEFORE + minutes(1))

    assert messages(visit) == []


def test_a_late_message_does_not_stand_in_the_way_of_an_undo(calendar: Calendar) -> None:
    visit = book(calendar, 0)
    desk.confirm_by_desk(appointment=visit, actor=STAFF, now=BEFORE)
    say_late(calendar, 30, now=BEFORE)

    desk.undo_last(appointment=visit, actor=STAFF, now=BEFORE + minutes(1))

    visit.refresh_from_db()
    assert visit.status == Status.BOOKED
