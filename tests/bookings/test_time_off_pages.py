"""Blocking time at the desk: sheets, what stands in the time, and taking it back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment, TimeOff
from clinic.models import Role, User
from tests.bookings.blocks import BLOCK, LIST, TO_MOVE, asked, at, count_queries, in_the_way, later, spans
from tests.calendars import Calendar, make_calendar
from tests.factories import ClosureFactory, StaffFactory
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

SCRIPT = {"hx-request": "true"}


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def nok(client: Client) -> User:
    user: User = StaffFactory.create(roles=[Role.FRONT_DESK])
    client.force_login(user)
    return user


def test_sheet_begins_with_the_column_that_was_pressed(client: Client, nok: User, calendar: Calendar) -> None:
    column, day = calendar.practitioners[1].resource_id, later()

    where = {"site": calendar.site.slug, "date": str(day), "column": str(column), "time": "13:20"}
    page = client.get(BLOCK, where, headers=SCRIPT)

    form = page.context["form"]
    assert [form[name].value() for name in ("who", "first")] == [[column], day]
    assert 'value="13:20"' in page.content.decode()
    assert "<html" not in page.content.decode()


def test_a_whole_day_without_visits_is_blocked_at_once(client: Client, nok: User, calendar: Calendar) -> None:
    day = later()

    answer = client.post(BLOCK, asked(calendar, day), headers=SCRIPT)

    assert (answer.status_code, "board-done" in answer["HX-Trigger"]) == (204, True)
    assert spans() == [(at(calendar, day, "00:00"), at(calendar, day + timedelta(days=1), "00:00"))]
    row = TimeOff.objects.get()
    assert (row.created_by, row.note) == (nok, "Course")


def test_whole_days_are_one_entry_for_each_and_hours_one_a_day(
    client: Client, nok: User, calendar: Calendar
) -> None:
    day = later()
    both = [who.resource_id for who in calendar.practitioners]
    days = {"first": day.isoformat(), "last": (day + timedelta(days=2)).isoformat()}

    client.post(BLOCK, asked(calendar, day, who=both, **days))
    assert TimeOff.objects.count() == 2
    client.post(BLOCK, asked(calendar, day, who=both[:1], whole="", starts="13:00", ends="1430", **days))

    assert TimeOff.objects.count() == 5
    first = TimeOff.objects.order_by("pk")[2]
    assert (first.span.lower, first.span.upper) == (at(calendar, day, "13:00"), at(calendar, day, "14:30"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"who": []}, "who"),
        ({"who": ["0"]}, "who"),
        ({"who": ["x\x00"]}, "who"),
        ({"first": ""}, "first"),
        ({"first": "9999-12-31"}, "first"),
        ({"first": "2569-11-26"}, "first"),
        ({"last": "2000-01-01"}, "last"),
        ({"last": "2099-01-01"}, "last"),
        ({"whole": ""}, "starts"),
        ({"whole": "", "starts": "25:00"}, "starts"),
        ({"whole": "", "starts": "14:00", "ends": "13:00"}, "ends"),
        ({"note": "x" * 121}, "note"),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(
    client: Client, nok: User, calendar: Calendar, changes: dict[str, Any], field: str
) -> None:
    with nothing_written():
        answer = client.post(BLOCK, asked(calendar, later(), **changes))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_a_room_of_another_site_is_not_blocked_from_here(
    client: Client, nok: User, calendar: Calendar
) -> None:
    other = make_calendar()

    answer = client.post(BLOCK, asked(calendar, later(), who=[other.rooms[0].pk]))

    assert answer.status_code == 422


def test_visits_in_the_time_are_shown_before_it_is_blocked_and_after(
    client: Client, nok: User, calendar: Calendar
) -> None:
    visit, fields = in_the_way(calendar)

    shown = client.post(BLOCK, fields)
    assert "1 visit stands in this time." in shown.content.decode()
    assert visit.reference in shown.content.decode()
    assert not TimeOff.objects.exists()

    saved = client.post(BLOCK, fields | {"sure": shown.context["sure"]}, headers=SCRIPT)

    assert (saved.status_code, saved["HX-Redirect"]) == (204, TO_MOVE)
    visit.refresh_from_db()
    assert visit.status == "booked"
    listed = client.get(TO_MOVE).content.decode()
    assert all(word in listed for word in (visit.reference, "tel:+447700900318", "Course", "Move to, with"))


def test_a_visit_that_came_meanwhile_is_shown_before_it_counts(
    client: Client, nok: User, calendar: Calendar
) -> None:
    visit, fields = in_the_way(calendar)
    sure = client.post(BLOCK, fields).context["sure"]
    Appointment.objects.filter(pk=visit.pk).update(reference="XYZ2345")  # another one stands there now

    again = client.post(BLOCK, fields | {"sure": sure})

    assert again.status_code == 200
    assert "XYZ2345" in again.content.decode()
    assert not TimeOff.objects.exists()


def test_one_press_moves_a_visit_away_before_the_time_is_blocked(
    client: Client, nok: User, calendar: Calendar
) -> None:
    visit, fields = in_the_way(calendar)
    shown = client.post(BLOCK, fields)
    sent, place = shown.context["lines"][0].others[0]

    after = client.post(BLOCK, fields | {"move": sent, "key": str(shown.context["key"])})

    visit.refresh_from_db()
    assert (visit.starts_at, visit.practitioner_id) == (place.starts_at, place.practitioner_id)
    assert "No visit stands in this time." in after.content.decode()
    assert client.post(BLOCK, fields).status_code == 302
    assert TimeOff.objects.count() == 1


def test_an_entry_is_changed_ended_removed_and_brought_back(
    client: Client, nok: User, calendar: Calendar
) -> None:
    now = timezone.now().replace(microsecond=0)
    doctor = calendar.practitioners[0].resource
    row = TimeOff.objects.create(resource=doctor, span=(now - timedelta(hours=1), now + timedelta(hours=2)))
    sheet = f"{LIST}{row.pk}/"
    page = client.get(sheet)
    form = page.context["form"]
    shown = {name: form[name].value() or "" for name in ("first", "last")}
    hours = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
        for name in ("starts", "ends")
    }
    fields = shown | {name: found[1] if found else "" for name, found in hours.items()}

    client.post(sheet, fields | {"note": "Dentist", "seen": page.context["stamp"], "sure": ""})
    row.refresh_from_db()
    assert row.note == "Dentist"
    stale = client.post(sheet, fields | {"note": "Later", "seen": page.context["stamp"], "sure": ""})
    assert stale.status_code == 422

    client.post(f"{sheet}end/", {"seen": client.get(sheet).context["stamp"]})
    row.refresh_from_db()
    assert row.span.upper <= timezone.now()

    kept = TimeOff.objects.create(
        resource=doctor, span=(now + timedelta(days=1), now + timedelta(days=2)), note="Trip", created_by=nok
    )
    listed = client.post(f"{LIST}{kept.pk}/remove/", follow=True).content.decode()
    assert "Removed: " in listed
    assert not TimeOff.objects.filter(note="Trip").exists()
    for _press in range(2):
        client.post(f"{LIST}restore/")
    back = TimeOff.objects.get(note="Trip")
    assert (back.span.lower, back.created_by) == (now + timedelta(days=1), nok)


def test_list_shows_what_is_to_come_with_a_constant_number_of_queries(
    client: Client, nok: User, calendar: Calendar
) -> None:
    now, day, counts = timezone.now(), later(), []
    ClosureFactory.create(site=calendar.site, first_date=day, last_date=day)
    TimeOff.objects.create(
        resource=calendar.rooms[0], span=(now - timedelta(days=9), now - timedelta(days=8))
    )
    for number in range(3):
        for who in calendar.practitioners:
            start = now + timedelta(days=number + 1)
            TimeOff.objects.create(resource=who.resource, span=(start, start + timedelta(hours=1)))
        counts.append(count_queries(client, LIST))

    page = client.get(LIST)
    assert len(page.context["lines"]) == 6
    assert "Holiday" in page.content.decode()
    assert counts[0] == counts[2]


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999999"])
def test_an_entry_that_is_gone_is_not_found(client: Client, nok: User, pk: str) -> None:
    assert client.get(f"{LIST}{pk}/").status_code == 404
    assert client.post(f"{LIST}{pk}/end/").status_code == 404


def test_nurses_see_the_lists_and_change_nothing(client: Client, calendar: Calendar) -> None:
    client.force_login(StaffFactory.create(roles=[Role.NURSE]))
    visit, fields = in_the_way(calendar)
    TimeOff.objects.create(resource=visit.practitioner.resource, span=(visit.starts_at, visit.ends_at))

    for path in (LIST, TO_MOVE):
        page = client.get(path)
        assert page.status_code == 200
        assert "<button" not in page.content.decode().split("<main")[1]
    assert client.post(BLOCK, fields).status_code == 403
