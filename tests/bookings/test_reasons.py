"""Why not this time? Every rule has its name, and the engine and its explanation never disagree."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.models import Allocation, Appointment, TimeOff, WorkingHours
from bookings.queries.offers import Search, get_choice, get_offers
from bookings.queries.reasons import explain, find_calendar_reason, find_rule_reason
from clinic.models import VisitOffer
from tests import factories
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes

pytestmark = pytest.mark.django_db

Change = Callable[[Calendar], object]


def code_of(search: Search, starts_at: datetime = MONDAY) -> str | None:
    reason = find_rule_reason(search, starts_at=starts_at, now=NOW) or find_calendar_reason(
        search, starts_at=starts_at
    )
    return reason.code if reason else None


def save(thing: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save()


def off(calendar: Calendar) -> None:
    span = TimestamptzRange(MONDAY + minutes(20), MONDAY + minutes(25))
    TimeOff.objects.create(resource=calendar.practitioners[0].resource, span=span)


def close(calendar: Calendar) -> None:
    day = date(2026, 11, 23)
    factories.ClosureFactory(site=calendar.site, first_date=day, last_date=day)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        (None, lambda calendar: None),
        ("archived", lambda calendar: save(calendar.visit_type, archived_at=NOW)),
        ("archived", lambda calendar: save(calendar.site, archived_at=NOW)),
        ("gated", lambda calendar: save(calendar.visit_type, bookable_by="gated")),
        ("staff", lambda calendar: save(calendar.visit_type, bookable_by="staff")),
        ("mode", lambda calendar: save(calendar.visit_type, modes=["video"])),
        ("site", lambda calendar: VisitOffer.objects.all().delete()),
        ("notice", lambda calendar: save(calendar.visit_type, notice_hours=73)),
        ("horizon", lambda calendar: save(calendar.visit_type, horizon_days=2)),
        ("weekday", lambda calendar: save(calendar.visit_type, weekdays=[2, 3])),
        ("grid", lambda calendar: save(calendar.visit_type, grid_minutes=70)),
        ("closed", close),
        ("hours", lambda calendar: WorkingHours.objects.update(starts=time(10))),
        ("buffer", lambda calendar: save(calendar.visit_type, buffer_before_minutes=5)),
        ("time_off", off),
        ("busy", lambda calendar: calendar.hold()),
        ("busy", lambda calendar: calendar.hold(MONDAY + minutes(30))),
        ("room", lambda calendar: save(calendar.rooms[0], archived_at=NOW)),
    ],
)
def test_each_rule_is_named(code: str | None, change: Change) -> None:
    calendar = make_calendar()
    change(calendar)
    assert code_of(calendar.search) == code


def test_a_past_time_and_times_outside_the_asked_dates_are_named() -> None:
    search = make_calendar().search
    assert code_of(search, NOW) == "past"
    assert code_of(replace(search, first_date=date(2026, 11, 24))) == "dates"
    assert code_of(replace(search, last_date=date(2026, 11, 22))) == "dates"


def test_the_room_is_named_when_a_person_is_free() -> None:
    calendar = make_calendar(practitioners=2, rooms=1)
    calendar.hold()
    assert code_of(calendar.search) == "room"
    assert code_of(replace(calendar.search, mode="video")) is None


def test_who_is_busy_and_until_when_is_said_in_the_sites_time() -> None:
    calendar = make_calendar()
    calendar.hold()
    assert explain(calendar.search, starts_at=MONDAY, now=NOW) == "Dr A: busy 09:00 to 09:50."


def test_hours_that_meet_are_one_stretch() -> None:
    calendar = make_calendar()
    WorkingHours.objects.update(ends=time(9, 25))
    for weekday in range(1, 6):
        factories.HoursFactory(
            practitioner=calendar.practitioners[0], site=calendar.site, weekday=weekday, starts=time(9, 25)
        )
    assert code_of(calendar.search) is None
    calendar.hold()
    assert code_of(calendar.search) == "busy"


def test_a_named_person_stands_for_their_kind_only() -> None:
    calendar = make_calendar(practitioners=2, rooms=1, needs=["doctor", "nurse", "consult_room"])
    named = replace(calendar.search, practitioner_id=calendar.practitioners[0].pk)
    assert code_of(named) == "hours"
    nurse = factories.PractitionerFactory.create(kind="nurse", visit_types=[calendar.visit_type])
    factories.HoursFactory(practitioner=nurse, site=calendar.site)
    choice = get_choice(named, starts_at=MONDAY, now=NOW)
    assert [[who.practitioner_id for who in need] for need in choice.needs] == [
        [calendar.practitioners[0].pk],
        [nurse.pk],
        [None],
    ]
    assert code_of(named) is None
    assert not get_offers(replace(named, practitioner_id=-1), now=NOW).epochs


def test_a_person_of_another_kind_is_never_replaced_by_anyone() -> None:
    calendar = make_calendar()
    nurse = factories.PractitionerFactory.create(kind="nurse", visit_types=[calendar.visit_type])
    assert get_offers(replace(calendar.search, practitioner_id=nurse.pk), now=NOW).epochs == ()


def visit_at(calendar: Calendar, starts_at: datetime) -> Appointment:
    """Return a visit that claims nothing by itself."""
    return Appointment.objects.create(
        reference=f"R{Appointment.objects.count()}",
        status="booked",
        visit_type=calendar.visit_type,
        site=calendar.site,
        practitioner=calendar.practitioners[0],
        patient=factories.PatientFactory.create(),
        starts_at=starts_at,
        ends_at=starts_at + minutes(5),
    )


def random_calendar(seed: int) -> Calendar:
    """Return three people and two rooms with random hours, buffers, time off, closures and claims."""
    chance = random.Random(seed)
    calendar = make_calendar(
        practitioners=3,
        rooms=2,
        minutes=chance.choice([20, 40, 90]),
        buffer_before_minutes=chance.choice([0, 5, 15]),
        buffer_after_minutes=chance.choice([0, 10]),
        grid_minutes=chance.choice([10, 15, 30, 50]),
        notice_hours=chance.choice([0, 24, 70]),
        horizon_days=9,
        weekdays=chance.choice([None, [1, 3, 4], [6, 7]]),
    )
    calendar.site.zone = chance.choice(["Asia/Bangkok", "America/New_York", "Asia/Kathmandu"])
    calendar.site.save()
    for hours in WorkingHours.objects.all():
        hour = chance.randrange(0, 18)
        hours.starts, hours.ends = (
            time(hour, chance.choice([0, 30])),
            time(hour + chance.randrange(1, 6), 59),
        )
        hours.weekday = chance.randrange(1, 8)
        hours.save()
    if chance.random() < 0.5:
        day = NOW.date() + timedelta(days=chance.randrange(1, 9))
        factories.ClosureFactory(site=calendar.site, first_date=day, last_date=day)
    resources = [who.resource for who in calendar.practitioners] + calendar.rooms
    for number in range(24):
        resource = chance.choice(resources)
        start = NOW + timedelta(
            days=number % 8, minutes=10 * chance.randrange(140), seconds=chance.choice([0, 1])
        )
        span = TimestamptzRange(start, start + timedelta(minutes=chance.choice([30, 50, 200])))
        if chance.random() < 0.3:
            TimeOff.objects.create(resource=resource, span=span)
        elif not Allocation.objects.filter(resource=resource, span__overlap=span).exists():
            Allocation.objects.create(appointment=visit_at(calendar, start), resource=resource, span=span)
    return calendar


@pytest.mark.parametrize("seed", range(12))
def test_offer_choice_and_reason_agree_on_random_calendars(seed: int) -> None:
    search = random_calendar(seed).search
    offered = set(get_offers(search, now=NOW).starts)
    chance = random.Random(seed)
    tried = sorted(offered)[:: max(1, len(offered) // 8)]
    tried += [NOW + timedelta(minutes=10 * chance.randrange(-5, 1_500)) for _time in range(25)]
    for starts_at in tried:
        is_offered = starts_at in offered
        assert (code_of(search, starts_at) is None) == is_offered
        assert get_choice(search, starts_at=starts_at, now=NOW).is_offered == is_offered
