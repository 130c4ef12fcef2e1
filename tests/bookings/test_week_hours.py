"""Saving a drawn week: dates, overlaps, two owners, and booked visits, one at a time and all at once."""

import threading
import uuid
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from bookings.models import Appointment, WorkingHours
from bookings.queries import offers
from bookings.queries.stranded import find_stranded
from bookings.queries.week_hours import count_weeks_ahead, list_lines, list_plans
from bookings.services import claims, places, visits
from bookings.services.refusals import NotOffered
from bookings.services.stranding import NothingInUse, Stranding
from bookings.services.week_hours import (
    HoursChangedMeanwhile,
    HoursOverlap,
    PlanInTheWay,
    save_week,
    stamp_lines,
)
from bookings.week_plans import DrawnHours, put_week
from tests.calendars import MONDAY, NOW, PATIENT, Calendar, make_calendar, minutes, person
from tests.factories import ClosureFactory, OpeningFactory
from tests.race.together import Outcome, all_at_once

TODAY = date(2026, 11, 20)
MONDAYS_DATE = date(2026, 11, 23)


@pytest.fixture
def calendar(db: None) -> Calendar:
    return make_calendar()


def week(calendar: Calendar, starts: time, ends: time, days: Iterable[int] = range(1, 6)) -> list[DrawnHours]:
    """Return the same hours on several days."""
    return [DrawnHours(day, starts, ends, calendar.site.pk) for day in days]


def save(calendar: Calendar, drawn: Iterable[DrawnHours], **changes: Any) -> None:
    """Save a week of the first practitioner from today on."""
    who = calendar.practitioners[0].pk
    values: dict[str, Any] = {
        "practitioner_id": who,
        "first_date": TODAY,
        "last_date": None,
        "seen": stamp_lines(list_lines(who)),
        "accepted": "",
        "now": NOW,
    }
    save_week(**{**values, **changes}, week=drawn)


def test_a_new_plan_ends_the_old_one_and_keeps_its_rows(calendar: Calendar) -> None:
    before = set(WorkingHours.objects.values_list("pk", flat=True))

    save(calendar, week(calendar, time(8), time(16)), first_date=MONDAYS_DATE)

    assert WorkingHours.objects.count() == 10
    assert not before & set(WorkingHours.objects.values_list("pk", flat=True))
    old = WorkingHours.objects.filter(starts=time(9))
    assert {row.valid_to_date for row in old} == {MONDAYS_DATE - timedelta(days=1)}
    plan = list_plans()[0]
    assert [period.first_date for period in plan.periods] == [date(2020, 1, 1), MONDAYS_DATE]
    assert plan.now(TODAY) == plan.periods[0]
    assert plan.later(TODAY) == plan.periods[1:]
    assert plan.earlier(MONDAYS_DATE) == plan.periods[:1]


def test_saving_twice_writes_once(calendar: Calendar) -> None:
    seen = stamp_lines(list_lines(calendar.practitioners[0].pk))
    save(calendar, week(calendar, time(8), time(16)), seen=seen)
    rows = set(WorkingHours.objects.values_list("pk", flat=True))

    save(calendar, week(calendar, time(8), time(16)), seen=seen)

    assert set(WorkingHours.objects.values_list("pk", flat=True)) == rows


def test_the_later_of_two_owners_is_told(calendar: Calendar) -> None:
    seen = stamp_lines(list_lines(calendar.practitioners[0].pk))
    save(calendar, week(calendar, time(8), time(16)), seen=seen)

    with pytest.raises(HoursChangedMeanwhile):
        save(calendar, week(calendar, time(10), time(18)), seen=seen)

    assert not WorkingHours.objects.filter(starts=time(10)).exists()


def test_a_later_plan_is_not_overlapped(calendar: Calendar) -> None:
    save(calendar, week(calendar, time(8), time(16)), first_date=date(2027, 1, 1))

    with pytest.raises(PlanInTheWay) as refused:
        save(calendar, week(calendar, time(7), time(15)))
    assert refused.value.period.first_date == date(2027, 1, 1)

    save(calendar, week(calendar, time(7), time(15)), last_date=date(2026, 12, 31))
    assert [p.week[0].starts.hour for p in list_plans()[0].periods] == [9, 7, 8]


def test_hours_that_overlap_are_refused(calendar: Calendar) -> None:
    drawn = [*week(calendar, time(9), time(12)), *week(calendar, time(11), time(15))]

    with pytest.raises(HoursOverlap):
        save(calendar, drawn)


def test_a_site_or_a_person_that_was_archived_takes_no_hours(calendar: Calendar) -> None:
    drawn = week(calendar, time(8), time(16))
    calendar.site.archived_at = NOW
    calendar.site.save()
    with pytest.raises(NothingInUse):
        save(calendar, drawn)

    calendar.practitioners[0].resource.archived_at = NOW
    calendar.practitioners[0].resource.save()
    with pytest.raises(NothingInUse):
        save(calendar, [])


def test_hours_that_strand_a_visit_are_refused_with_the_visit(calendar: Calendar) -> None:
    visit = calendar.book()

    with pytest.raises(Stranding) as refused:
        save(calendar, week(calendar, time(10), time(17)))

    assert (refused.value.visits, refused.value.may_save) == ([visit], True)
    assert not WorkingHours.objects.filter(starts=time(10)).exists()


def test_they_are_saved_all_the_same_for_just_the_visits_that_were_shown(calendar: Calendar) -> None:
    first = calendar.book()
    with pytest.raises(Stranding) as refused:
        save(calendar, week(calendar, time(12), time(17)))
    second = calendar.book(MONDAY + minutes(60))

    with pytest.raises(Stranding) as again:
        save(calendar, week(calendar, time(12), time(17)), accepted=refused.value.token)
    assert again.value.visits == [first, second]

    save(calendar, week(calendar, time(12), time(17)), accepted=again.value.token)
    assert find_stranded(now=NOW) == [first, second]


def test_a_visit_that_stood_outside_before_stands_in_nobodys_way(calendar: Calendar) -> None:
    visit = calendar.book()
    WorkingHours.objects.update(starts=time(10))

    save(calendar, week(calendar, time(11), time(17)))

    assert find_stranded(now=NOW) == [visit]


def test_the_weeks_ahead_count_what_is_offered_with_closures_and_openings(calendar: Calendar) -> None:
    who = calendar.practitioners[0]
    ClosureFactory.create(
        site=calendar.site, first_date=MONDAYS_DATE, last_date=MONDAYS_DATE + timedelta(days=1)
    )
    saturday = MONDAYS_DATE + timedelta(days=12)
    OpeningFactory.create(practitioner=who, site=calendar.site, date=saturday, starts=time(9), ends=time(10))
    wanted = put_week(list_lines(who.pk), week(calendar, time(9), time(13)), MONDAYS_DATE, None)

    ahead = count_weeks_ahead(who, wanted, today=TODAY)

    assert [(w.monday.day, w.minutes // 60, w.was_minutes // 60) for w in ahead] == [
        (16, 8, 8),
        (23, 12, 24),
        (30, 21, 41),
        (7, 20, 40),
    ]


def book_and_change(calendar: Calendar, day: int) -> list[Outcome]:
    """Book a Monday morning at the moment at which its hours are taken away."""
    start = MONDAY + timedelta(days=7 * day)
    book = partial(
        visits.book_visit,
        search=calendar.search,
        starts_at=start,
        person=person(),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )
    first = start.date()
    change = partial(save, calendar, [], first_date=first, last_date=first)
    return all_at_once([book, change])


def slow_choice(monkeypatch: pytest.MonkeyPatch, read: threading.Event, changed: threading.Event) -> None:
    """Let a booking that has read the plan wait until the plan was changed, or for three seconds."""
    really = offers.get_choice

    def get_choice(*args: Any, **kwargs: Any) -> Any:
        choice = really(*args, **kwargs)
        read.set()
        changed.wait(3)  # in vain, with the lock; without it, what comes beside ends by then
        return choice

    monkeypatch.setattr(offers, "get_choice", get_choice)


def race(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch, step: Callable[[Calendar], None]
) -> tuple[list[Appointment], list[Any]]:
    """Change the plan between a booking's question and its claim; return who is stranded, and errors."""
    read, changed = threading.Event(), threading.Event()
    slow_choice(monkeypatch, read, changed)

    def change() -> None:
        read.wait(20)
        step(calendar)
        changed.set()

    outcomes = all_at_once([partial(calendar_book, calendar), change])
    return find_stranded(now=NOW), [type(outcome.error) for outcome in outcomes]


def calendar_book(calendar: Calendar) -> Appointment:
    return visits.book_visit(
        search=calendar.search,
        starts_at=MONDAY,
        person=person(),
        key=uuid.uuid4(),
        actor=PATIENT,
        now=NOW,
    )


def take_hours_away(calendar: Calendar) -> None:
    save(calendar, [])


def archive_room(calendar: Calendar) -> None:
    places.archive_resource(resource_id=calendar.rooms[0].pk, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [take_hours_away, archive_room])
def test_a_booking_made_meanwhile_is_not_missed(
    monkeypatch: pytest.MonkeyPatch, step: Callable[[Calendar], None]
) -> None:
    stranded, errors = race(make_calendar(), monkeypatch, step)

    assert (stranded, errors) == ([], [type(None), Stranding])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("step", "outside"), [(take_hours_away, 1), (archive_room, 0)])
def test_without_the_lock_on_the_plan_it_is_missed(
    monkeypatch: pytest.MonkeyPatch, step: Callable[[Calendar], None], outside: int
) -> None:
    monkeypatch.setattr(claims, "share_plan", lambda: None)

    stranded, errors = race(make_calendar(), monkeypatch, step)

    assert (len(stranded), errors) == (outside, [type(None), type(None)])  # booked, and changed all the same


@pytest.mark.django_db(transaction=True)
def test_whoever_books_and_whoever_changes_never_both_win() -> None:
    calendar = make_calendar()
    for day in range(6):
        booked, changed = book_and_change(calendar, day)
        assert find_stranded(now=NOW) == []
        assert booked.won != changed.won
        assert isinstance(booked.error or changed.error, NotOffered | Stranding)
    assert connection.is_usable()
