"""Sheets of steps: opened as sheets and as pages, sent, refused with what was typed, and sent again."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from bookings.queries.desk_words import open_cancel_reason, open_note
from clinic.models import User
from tests.bookings.pages import list_starts
from tests.bookings.step_pages import SCRIPT, drop, fresh, heard, hidden, local, path
from tests.bookings.steps import STAFF, move
from tests.calendars import Calendar, make_calendar, minutes
from tests.factories import PractitionerFactory, StaffFactory
from tests.rows import nothing_written

pytestmark = pytest.mark.django_db

SHEETS = ["move", "length", "cancel", "note"]


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def visit(calendar: Calendar) -> Appointment:
    return calendar.book(list_starts(calendar)[0], now=timezone.now())


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("sheet", SHEETS)
def test_sheets_open_as_sheets_and_as_pages(
    client: Client, visit: Appointment, nok: User, sheet: str, script: bool
) -> None:
    with nothing_written():
        answer = client.get(path(visit, sheet), headers=SCRIPT if script else {})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("<html" in page, 'id="sheet-title"' in page) == (not script, script)
    assert visit.reference in page


def test_the_move_sheet_moves_by_date_and_time(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    sent = hidden(client.get(path(visit, "move")).content.decode())
    there = visit.starts_at + minutes(25)
    here = there.astimezone(visit.site.tz)
    other = next(who for who in calendar.practitioners if who.pk != visit.practitioner_id)
    typed = {"date": f"{here:%Y-%m-%d}", "time": f"{here:%H.%M}", "practitioner": other.pk, "minutes": "30"}
    answer = client.post(path(visit, "move"), sent | typed)
    assert answer.status_code == 302
    assert visit.reference in answer["Location"]
    moved = fresh(visit)
    assert (moved.starts_at, moved.ends_at, moved.practitioner) == (there, there + minutes(30), other)


def test_a_free_time_that_is_suggested_is_one_press(client: Client, visit: Appointment, nok: User) -> None:
    page = client.get(path(visit, "move")).content.decode()
    places = re.findall(r'name="at" value="([^"]+)"', page)
    assert 6 <= len(places) <= 12
    answer = client.post(path(visit, "move"), hidden(page) | {"at": places[-1]}, headers=SCRIPT)
    assert answer.status_code == 204
    assert f"{fresh(visit).starts_at:%Y-%m-%dT%H:%MZ}" == places[-1].split(",")[0]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"date": "2026-99-99"}, "Enter a date like"),
        ({"date": ""}, "Enter a date"),
        ({"date": "9999-12-31"}, "There are no visits so far away"),
        ({"time": "25:00"}, "Enter a time like"),
        ({"time": ""}, "Enter a time"),
        ({"minutes": "7"}, "Minutes go in steps of five"),
        ({"minutes": "100000000000000000000"}, "A visit lasts at most"),
        ({"practitioner": "99999999999999999999"}, "Select a valid choice"),
        ({"at": "2026-11-26T10:00Z,"}, "This is not a time we know"),
        ({"at": "nonsense\x00"}, "Null characters"),
        ({"time": "18:00"}, "hours (09:00 to 17:00). Not moved"),
    ],
)
def test_the_move_sheet_keeps_what_was_typed_and_says_what_is_wrong(
    client: Client, visit: Appointment, nok: User, typed: dict[str, str], words: str
) -> None:
    here = visit.starts_at.astimezone(visit.site.tz)
    right = {
        "date": f"{here:%Y-%m-%d}",
        "time": "10:05",
        "practitioner": visit.practitioner_id,
        "minutes": "45",
    }
    sent = hidden(client.get(path(visit, "move")).content.decode()) | right | typed
    with nothing_written():
        answer = client.post(path(visit, "move"), sent, headers=SCRIPT)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.replace("&#x27;", "'")
    assert 'value="45"' in page or typed.keys() & {"minutes", "at"}
    assert "autofocus" in page


def test_a_sheet_that_was_refused_can_be_sent_again(client: Client, visit: Appointment, nok: User) -> None:
    old = hidden(client.get(path(visit, "length")).content.decode())
    move(visit, visit.starts_at + minutes(30), actor=STAFF, now=timezone.now())
    answer = client.post(path(visit, "length"), old | {"minutes": "50"})
    assert answer.status_code == 422
    assert "just changed this visit" in answer.content.decode()
    again = hidden(answer.content.decode()) | {"minutes": "50"}
    assert client.post(path(visit, "length"), again).status_code == 302
    assert fresh(visit).ends_at == fresh(visit).starts_at + minutes(50)


@pytest.mark.parametrize(("by", "length"), [("10", 50), ("-10", 30)])
def test_ten_minutes_more_or_less_are_one_press(
    client: Client, visit: Appointment, nok: User, by: str, length: int
) -> None:
    sent = {"by": by, "seen": "0", "key": str(uuid.uuid4())}
    assert client.post(path(visit, "length"), sent, headers=SCRIPT).status_code == 204
    assert client.post(path(visit, "length"), sent, headers=SCRIPT).status_code == 409  # a page that is old
    assert fresh(visit).ends_at - fresh(visit).starts_at == minutes(length)


def test_a_length_of_nothing_is_refused(client: Client, visit: Appointment, nok: User) -> None:
    move(visit, minutes=10, now=timezone.now())
    sent = {"by": "-10", "seen": "1", "key": str(uuid.uuid4())}
    answer = client.post(path(visit, "length"), sent, headers=SCRIPT)
    assert heard(answer)["board-refused"]["words"] == "A visit lasts at least 5 minutes. Not changed"
    assert client.post(path(visit, "length"), {"minutes": "x", "seen": "1"}).status_code == 422


def test_an_override_lists_the_rules_and_needs_a_reason(
    client: Client, visit: Appointment, nok: User
) -> None:
    evening = visit.starts_at.astimezone(visit.site.tz).replace(hour=18, minute=0)
    page = client.get(path(visit, "override"), {"start": local(visit, evening)}).content.decode()
    sent = hidden(page)
    assert sent["codes"] == "hours"
    with nothing_written():
        answer = client.post(path(visit, "override"), sent | {"reason": " "})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    again = hidden(answer.content.decode())
    assert client.post(path(visit, "override"), again | {"reason": "She flies\u202e home"}).status_code == 302
    assert fresh(visit).starts_at == evening
    assert visit.events.latest("pk").facts["over"] == {"codes": ["hours"], "reason": "She flies home"}


def test_an_override_onto_a_visit_is_barred(
    client: Client, calendar: Calendar, visit: Appointment, nok: User
) -> None:
    other = calendar.book(visit.starts_at + minutes(60), now=timezone.now())
    asked = {"start": local(visit, other.starts_at), "column": str(other.practitioner.resource_id)}
    page = client.get(path(visit, "override"), asked).content.decode()
    assert "Another visit is never overridden." in page
    assert "<textarea" not in page
    assert 'name="reason"' not in page


@pytest.mark.parametrize(
    "query", ["", "?start=x", "?start=9999-12-31T10:00", "?start=2026-11-26T10:00&column=1e9"]
)
def test_an_override_of_nothing_goes_back(client: Client, visit: Appointment, nok: User, query: str) -> None:
    assert client.get(path(visit, "override") + query).status_code in {200, 302}


def test_the_desks_note_is_kept_and_the_later_of_two_is_shown_the_other(
    client: Client, visit: Appointment, nok: User
) -> None:
    assert client.post(path(visit, "note"), {"note": "Rings first", "was": ""}).status_code == 302
    assert open_note(fresh(visit)) == "Rings first"
    with nothing_written():
        answer = client.post(path(visit, "note"), {"note": "Brings a sister", "was": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<q>Rings first</q>" in page
    assert "Brings a sister" in page
    assert client.post(path(visit, "note"), hidden(page) | {"note": "Both"}).status_code == 302
    assert open_note(fresh(visit)) == "Both"
    assert client.post(path(visit, "note"), {"note": "x" * 501, "was": "Both"}).status_code == 422
    history = apps.get_model("bookings", "AppointmentEvent")
    assert "sealed_desk_note" not in {field.name for field in history._meta.get_fields()}


def test_cancelling_from_the_sheet_keeps_the_reason(client: Client, visit: Appointment, nok: User) -> None:
    sent = hidden(client.get(path(visit, "cancel")).content.decode())
    assert client.post(path(visit, "cancel"), sent | {"reason": "y" * 201}).status_code == 422
    answer = client.post(path(visit, "cancel"), sent | {"reason": "Doctor is ill"}, headers=SCRIPT)
    assert (answer.status_code, open_cancel_reason(fresh(visit))) == (204, "Doctor is ill")


def test_a_sheet_asks_the_database_a_constant_number_of_times(
    client: Client, calendar: Calendar, visit: Appointment, nok: User, django_assert_max_num_queries: Any
) -> None:
    for _more in range(3):
        PractitionerFactory.create(visit_types=[calendar.visit_type])
    with django_assert_max_num_queries(15):
        client.get(path(visit, "move"))
    with django_assert_max_num_queries(45):
        drop(client, visit, local(visit, visit.starts_at + timedelta(minutes=30)))
