"""What stands in the way of a visit, in which words, and what it would claim all the same."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from psycopg.types.range import TimestamptzRange

from bookings.models import Appointment, TimeOff
from bookings.queries.fitting import find_fit
from bookings.services.placing import Target, place_of
from clinic.models import Resource, ResourceKind
from tests import factories
from tests.bookings.fits import against, names_of, place_in, told
from tests.bookings.steps import move
from tests.bookings.test_overrides import claims_of, over
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SATURDAY = MONDAY + 5 * DAY
EVENING = MONDAY + minutes(500)
NOT_THAT_DAY = ("weekday", "This visit is not done on this day of the week.")
OUTSIDE = ("hours", "Outside Dr A’s hours (09:00 to 17:00).")


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2, notice_hours=0)


def off(resource: Resource, first: int, last: int) -> TimeOff:
    """Take a resource off the calendar, from and to minutes after Monday's opening."""
    return TimeOff.objects.create(
        resource=resource, span=TimestamptzRange(MONDAY + minutes(first), MONDAY + minutes(last))
    )


def book_first(calendar: Calendar, starts_at: datetime = MONDAY) -> Appointment:
    """Book a visit, and see that it is with the first doctor in the first room."""
    visit = calendar.book(starts_at)
    wanted = {calendar.practitioners[0].resource_id, calendar.rooms[0].pk}
    for column in wanted - set(visit.allocations.values_list("resource", flat=True)):
        move(visit, column=column, now=NOW)
    return Appointment.objects.get(pk=visit.pk)


def test_nothing_is_in_the_way_of_a_free_place(calendar: Calendar) -> None:
    fit = find_fit(place_in(calendar), now=NOW)
    assert (told(fit), names_of(fit), fit.may_override) == ([], ["Dr A", "Room 1"], False)
    assert (fit.span, fit.despite) == ((MONDAY, MONDAY + minutes(50)), ())


def test_a_visit_is_done_on_its_weekdays_only(calendar: Calendar) -> None:
    calendar.visit_type.weekdays = [1, 2]
    assert [against(calendar, MONDAY + n * DAY) for n in range(3)] == [[], [], [NOT_THAT_DAY]]


@pytest.mark.parametrize("shift", [-150, 0, 870], ids=["06:30", "09:00", "23:30"])
def test_a_visit_may_stay_on_its_day_whatever_the_weekdays_are_now(calendar: Calendar, shift: int) -> None:
    there = MONDAY + minutes(shift)
    visit = move(calendar.book(), there, over=over("hours"), now=NOW)
    visit.visit_type.weekdays = [3]
    stays = find_fit(place_of(visit, Target(there + minutes(5))), now=NOW)
    tuesday = find_fit(place_of(visit, Target(there + DAY)), now=NOW)
    assert NOT_THAT_DAY not in told(stays)
    assert NOT_THAT_DAY in told(tuesday)


def test_notice_ends_at_the_minute_and_only_bookings_need_it(calendar: Calendar) -> None:
    calendar.visit_type.notice_hours = 72
    assert against(calendar, NOW + timedelta(hours=72), needs_notice=True) == []
    calendar.visit_type.notice_hours = 73
    words = "This visit needs 73 hours' notice."
    assert against(calendar, NOW + timedelta(hours=72), needs_notice=True) == [("notice", words)]
    assert against(calendar, NOW + timedelta(hours=72)) == []


def test_the_only_room_says_who_else_has_it_and_several_say_of_which_kind_none_is_free() -> None:
    calendar = make_calendar(practitioners=3, rooms=1, notice_hours=0)
    book_first(calendar)
    third = frozenset({calendar.practitioners[2].resource_id})
    assert against(calendar, wanted=third) == [("busy", "Room 1 is busy 09:00 to 09:40.")]
    factories.ResourceFactory.create(site=calendar.site, name="Room 2")
    assert against(calendar, wanted=third) == []
    move(calendar.book(), column=calendar.practitioners[1].resource_id, now=NOW)
    fit = find_fit(place_in(calendar, wanted=third), now=NOW)
    words = "No room or device of the kind needed is free: Consultation room."
    assert (told(fit), fit.may_override) == ([("room", words)], False)


def test_a_room_somebody_overrides_is_the_first_that_no_visit_has(calendar: Calendar) -> None:
    book_first(calendar)
    off(calendar.rooms[1], 0, 60)
    fit = find_fit(place_in(calendar, wanted=frozenset({calendar.practitioners[1].resource_id})), now=NOW)
    assert (told(fit), names_of(fit)) == ([("time_off", "Room 2 is off 09:00 to 10:00.")], ["Dr B", "Room 2"])
    assert fit.may_override


def test_a_visit_with_a_device_keeps_both_its_room_and_its_device(calendar: Calendar) -> None:
    needs = [ResourceKind.DOCTOR, ResourceKind.CONSULT_ROOM, ResourceKind.NEEDLING_DEVICE]
    type(calendar.visit_type).objects.update(needs=needs)
    calendar.visit_type.refresh_from_db()
    factories.ResourceFactory.create(
        site=calendar.site, name="A needling device", kind=ResourceKind.NEEDLING_DEVICE
    )
    visit = book_first(calendar)
    fit = find_fit(place_of(visit, Target(MONDAY + minutes(5))), now=NOW)
    assert (told(fit), names_of(fit)) == ([], ["A needling device", "Dr A", "Room 1"])
    second = place_in(calendar, kinds=tuple(needs), wanted=frozenset({calendar.practitioners[1].resource_id}))
    assert told(find_fit(second, now=NOW)) == [("busy", "A needling device is busy 09:00 to 09:40.")]


def test_somebody_who_left_is_never_overridden_and_is_said_first(calendar: Calendar) -> None:
    visit = book_first(calendar)
    calendar.practitioners[0].resource.archived_at = NOW
    calendar.practitioners[0].resource.save()
    fit = find_fit(place_of(visit, Target(EVENING)), now=NOW)
    assert told(fit) == [("archived", "Dr A is not here any more."), OUTSIDE]
    assert not fit.may_override


def test_the_patients_other_visit_is_never_overridden_and_is_said_first(calendar: Calendar) -> None:
    visit = calendar.book()
    place = place_in(calendar, EVENING, patient_id=visit.patient_id)
    assert told(find_fit(place, now=NOW)) == [OUTSIDE]
    move(
        visit,
        EVENING - minutes(10),
        column=calendar.practitioners[1].resource_id,
        over=over("hours"),
        now=NOW,
    )
    fit = find_fit(place, now=NOW)
    assert told(fit) == [("patient", "The patient has another visit 17:10 to 17:50."), OUTSIDE]
    assert not fit.may_override
    again = replace(place, moving_id=visit.pk)
    assert told(find_fit(again, now=NOW)) == [OUTSIDE]


BUSY = "Dr A is busy 10:00 to 10:40."
KEPT = "10 minutes are kept free around this visit."


@pytest.mark.parametrize(
    ("shift", "wanted"),
    [
        (10, []),
        (15, [("buffer", f"{BUSY} {KEPT}")]),
        (20, [("buffer", f"{BUSY} {KEPT}")]),
        (25, [("busy", BUSY)]),
        (95, [("busy", BUSY)]),
        (100, [("busy", "Dr A is busy 10:00 to 10:50, the minutes kept free included.")]),
        (105, [("busy", "Dr A is busy 10:00 to 10:50, the minutes kept free included.")]),
        (110, []),
    ],
)
def test_another_visit_is_in_the_way_to_the_minute(
    calendar: Calendar, shift: int, wanted: list[tuple[str, str]]
) -> None:
    book_first(calendar, MONDAY + minutes(60))
    fit = find_fit(place_in(calendar, MONDAY + minutes(shift)), now=NOW)
    assert (told(fit), names_of(fit)) == (wanted, ["Dr A", "Room 1" if not wanted else "Room 2"])
    assert fit.span[0] <= MONDAY + minutes(shift)
    assert fit.span[1] >= MONDAY + minutes(shift + 40)  # the visit itself is always claimed whole


IN_TIME_OFF = "Dr A is off {} to {}."


@pytest.mark.parametrize(
    ("first", "last", "code", "words", "span"),
    [
        (0, 45, "", "", (45, 110)),
        (0, 50, "buffer", "Dr A is off 09:00 to 09:50.", (50, 110)),
        (0, 60, "buffer", "Dr A is off 09:00 to 10:00.", (60, 110)),
        (0, 65, "time_off", "Dr A is off 09:00 to 10:05.", (45, 110)),
        (95, 200, "time_off", "Dr A is off 10:35 to 12:20.", (45, 110)),
        (100, 200, "buffer", "Dr A is off 10:40 to 12:20.", (45, 100)),
        (105, 200, "buffer", "Dr A is off 10:45 to 12:20.", (45, 105)),
        (110, 200, "", "", (45, 110)),
    ],
)
def test_time_off_is_in_the_way_to_the_minute_and_leaves_what_is_free_before_and_after(
    calendar: Calendar, first: int, last: int, code: str, words: str, span: tuple[int, int]
) -> None:
    row = off(calendar.practitioners[0].resource, first, last)
    fit = find_fit(place_in(calendar, MONDAY + minutes(60), before=minutes(15)), now=NOW)
    if code == "buffer":
        words += " 15 minutes are kept free around this visit."
    assert told(fit) == ([(code, words)] if code else [])
    assert fit.span == (MONDAY + minutes(span[0]), MONDAY + minutes(span[1]))
    assert fit.despite == ((row.pk,) if code == "time_off" else ())


def test_of_several_that_stand_close_the_nearest_says_what_is_kept_free(calendar: Calendar) -> None:
    doctor, room = calendar.practitioners[0].resource, calendar.rooms[0]
    for resource, first, last in ((doctor, 0, 52), (doctor, 0, 48), (room, 0, 55)):
        off(resource, first, last)
    for resource, first, last in ((doctor, 108, 200), (doctor, 107, 150), (room, 105, 200)):
        off(resource, first, last)
    calendar.rooms[1].delete()
    fit = find_fit(place_in(calendar, MONDAY + minutes(60), before=minutes(15)), now=NOW)
    assert fit.span == (MONDAY + minutes(55), MONDAY + minutes(105))
    assert {code for code, _words in told(fit)} == {"buffer"}


def test_somebody_works_in_the_morning_and_in_the_afternoon(calendar: Calendar) -> None:
    for starts, ends in ((time(13), time(17)), (time(9), time(12))):
        factories.HoursFactory.create(
            practitioner=calendar.practitioners[0], site=calendar.site, weekday=6, starts=starts, ends=ends
        )
    words = "Outside Dr A’s hours (09:00 to 12:00, 13:00 to 17:00)."
    assert against(calendar, SATURDAY + minutes(150)) == [("hours", words)]
    assert against(calendar, SATURDAY + minutes(240)) == []


@pytest.mark.parametrize(
    ("shift", "before", "wanted"),
    [
        (430, 0, []),
        (435, 0, ["buffer"]),
        (440, 0, ["buffer"]),
        (445, 0, ["hours"]),
        (0, 0, []),
        (5, 5, []),
        (0, 5, ["buffer"]),
        (-5, 0, ["hours"]),
    ],
)
def test_the_minutes_kept_free_lie_within_hours_too(
    calendar: Calendar, shift: int, before: int, wanted: list[str]
) -> None:
    words = {
        "buffer": "The visit and the minutes kept free around it don't fit into working hours.",
        "hours": OUTSIDE[1],
    }
    found = against(calendar, MONDAY + minutes(shift), before=minutes(before))
    assert found == [(code, words[code]) for code in wanted]


def test_what_somebody_does_and_speaks_counts_unless_the_visit_is_theirs(calendar: Calendar) -> None:
    doctor = calendar.practitioners[0]
    assert against(calendar, language="th") == []
    assert against(calendar, language="de") == [("language", "Dr A does not speak the language asked for.")]
    doctor.visit_types.clear()
    assert against(calendar) == [("type", "Dr A does not normally do this visit.")]
    assert against(calendar, language="de", own=frozenset({doctor.resource_id})) == []


def test_a_visit_keeps_its_doctor_in_time_off_and_after_hours_when_only_the_room_changes(
    calendar: Calendar,
) -> None:
    visit = book_first(calendar)
    row = off(calendar.practitioners[0].resource, 0, 60)
    calendar.practitioners[0].working_hours.all().delete()
    fit = find_fit(place_of(visit, Target(MONDAY, calendar.rooms[1].pk)), now=NOW)
    assert (told(fit), fit.despite) == ([], (row.pk,))
    move(visit, column=calendar.rooms[1].pk, now=NOW)
    assert claims_of(visit) == {(MONDAY, MONDAY + minutes(50))}
    assert set(visit.allocations.values_list("resource__name", flat=True)) == {"Dr A", "Room 2"}
