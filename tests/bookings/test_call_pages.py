"""The desk's sheets for callers: what they offer, keep and refuse, and what they never show."""

import uuid
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Appointment
from bookings.queries.next_times import list_next_times
from bookings.services import visits
from clinic.models import OutboxMessage, User
from tests.bookings.desk_lists import STAFF, desk_search
from tests.bookings.pages import book_for, list_starts
from tests.calendars import Calendar, make_calendar, person
from tests.factories import PatientFactory, StaffFactory

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def first_time(calendar: Calendar) -> str:
    return list_next_times(desk_search(calendar), now=timezone.now(), limit=1)[0].sent


def typed(calendar: Calendar, **changes: Any) -> dict[str, Any]:
    """Return what the sheet sends for a caller; `changes` replace some of it."""
    return {
        "key": str(uuid.uuid4()),
        "record": "",
        "name": "Wanida Sukjai",
        "phone": "081 234 5678",
        "email": "",
        "visit_type": calendar.visit_type.pk,
        "mode": "in_person",
        "practitioner": "",
        "language": "th",
        "when": first_time(calendar),
        **changes,
    }


def book(client: Client, calendar: Calendar, query: str = "", **changes: Any) -> Any:
    return client.post(f"/desk/book/?site={calendar.site.slug}{query}", typed(calendar, **changes))


def test_the_sheet_offers_the_next_times_and_chooses_the_first(
    client: Client, calendar: Calendar, nok: User
) -> None:
    page = client.get(f"/desk/book/?site={calendar.site.slug}").content.decode()

    assert page.count('name="when"') == 6
    assert f'value="{first_time(calendar)}" id="id_when_0" checked' in page
    assert "Dr A, Room 1" in page


def test_a_pressed_time_comes_first_with_its_practitioner(
    client: Client, calendar: Calendar, nok: User
) -> None:
    start = list_starts(calendar)[0].astimezone(calendar.site.tz)
    column = calendar.practitioners[1].resource_id

    page = client.get(
        f"/desk/book/?site={calendar.site.slug}&date={start:%Y-%m-%d}&time={start:%H:%M}&column={column}"
    ).content.decode()

    sent = f"{list_starts(calendar)[0]:%Y-%m-%dT%H:%MZ}/{calendar.practitioners[1].pk}"
    assert f'value="{sent}" id="id_when_0" checked' in page


def test_a_pressed_time_that_is_taken_says_why(client: Client, calendar: Calendar, nok: User) -> None:
    visit = book_for(calendar)
    start = visit.starts_at.astimezone(calendar.site.tz)
    column = visit.practitioner.resource_id

    page = client.get(
        f"/desk/book/?site={calendar.site.slug}&date={start:%Y-%m-%d}&time={start:%H:%M}&column={column}"
    ).content.decode()

    assert "Not free." in page
    assert "Dr A: busy" in page


def test_booking_leads_to_what_is_read_out(client: Client, calendar: Calendar, nok: User) -> None:
    answer = book(client, calendar, email="wanida@example.com")

    visit = Appointment.objects.get()
    assert answer["Location"] == f"/desk/book/{visit.reference}/read-out/"
    page = client.get(answer["Location"]).content.decode()
    assert f"<span>{visit.reference[:3]}</span>" in page
    assert f'aria-label="{" ".join(visit.reference[:3])}, ' in page
    assert "wanida@example.com leaves at" in page
    assert visit.patient is not None
    assert (visit.patient.name, visit.patient.language) == ("Wanida Sukjai", "th")
    assert OutboxMessage.objects.get().send_after_at > timezone.now()


def test_without_a_mail_the_sheet_says_that_no_message_goes_out(
    client: Client, calendar: Calendar, nok: User
) -> None:
    page = client.get(book(client, calendar)["Location"]).content.decode()

    assert "no message goes out" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter the name"),
        ("phone", "", "Enter the phone number"),
        ("phone", "123", "Enter a phone number, like"),
        ("email", "nobody", "Enter an email in the format"),
        ("when", "", "Choose a time"),
        ("when", "2026-11-26T03:30Z", "This is not a time we know"),
        ("when", "9999-12-31T23:59Z/1", "This is not a time we know"),
        ("visit_type", "0", "Select a valid choice"),
        ("mode", "x", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, calendar: Calendar, nok: User, field: str, value: str, words: str
) -> None:
    answer = book(client, calendar, **{field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert field == "name" or 'value="Wanida Sukjai"' in page
    assert not Appointment.objects.exists()


def test_a_time_that_was_just_taken_is_refused_and_no_other_is_chosen(
    client: Client, calendar: Calendar, nok: User
) -> None:
    sent = typed(calendar)
    instant, _slash, who = str(sent["when"]).partition("/")
    visits.book_visit(
        search=desk_search(calendar, practitioner_id=int(who)),
        starts_at=datetime.fromisoformat(instant),
        person=person(),
        key=uuid.uuid4(),
        actor=STAFF,
        now=timezone.now(),
    )

    answer = client.post(f"/desk/book/?site={calendar.site.slug}", sent)

    assert answer.status_code == 422
    assert "Someone just took this time." in answer.content.decode()
    assert " checked" not in answer.content.decode().partition('id="when"')[2].partition("</fieldset>")[0]


def test_a_double_click_books_once(client: Client, calendar: Calendar, nok: User) -> None:
    sent = typed(calendar)

    first, second = (client.post(f"/desk/book/?site={calendar.site.slug}", sent) for _press in range(2))

    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == 1


def test_a_likely_record_is_named_with_a_masked_phone_and_used(
    client: Client, calendar: Calendar, nok: User
) -> None:
    record = PatientFactory.create(name="Wanida Sukjai", phone="+66812345678", email="w@example.com")

    said = client.post("/desk/book/likely/", {"name": "Wanida"}, headers=SCRIPT).content.decode()
    assert "Wanida Sukjai" in said
    assert "+66 •••• 78" in said
    assert "81 234" not in said

    page = book(client, calendar, use=str(record.pk)).content.decode()
    assert f'name="record" value="{record.pk}"' in page
    book(client, calendar, record=str(record.pk), name="", phone="")
    assert Appointment.objects.get().patient == record


def test_somebody_else_gives_the_record_up(client: Client, calendar: Calendar, nok: User) -> None:
    record = PatientFactory.create()

    page = book(client, calendar, record=str(record.pk), use="").content.decode()

    assert 'id="id_name"' in page
    assert str(record.pk) not in page


def test_more_times_and_redraws_book_nothing(client: Client, calendar: Calendar, nok: User) -> None:
    assert book(client, calendar, more="12").content.decode().count('name="when"') == 12
    for press in ({"show": "1"}, {"look": "1"}, {"more": "9" * 50}, {"use": "\x00"}):
        assert book(client, calendar, **press).status_code == 200
    assert not Appointment.objects.exists()


def test_a_sheet_is_a_fragment_for_the_board_and_a_page_without_scripts(
    client: Client, calendar: Calendar, nok: User
) -> None:
    for path in ("book/", "walk-in/", "queue/", "late/"):
        fragment = client.get(f"/desk/{path}", headers=SCRIPT).content.decode()
        assert "<!doctype" not in fragment
        assert 'id="sheet-title"' in fragment
        assert "<!doctype html>" in client.get(f"/desk/{path}").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "site=x",
        "date=9999-99-99",
        "time=99:99",
        "column=x",
        "request=1",
        "missed=BCDF234",
        "queue=0",
        "column=" + "9" * 30,
    ],
)
def test_an_address_that_makes_no_sense_is_as_if_it_were_not_sent(
    client: Client, calendar: Calendar, nok: User, query: str
) -> None:
    assert client.get(f"/desk/book/?{query}").status_code == 200
