"""The desk's sheets for walk-ins and their queue, as the board and a browser without scripts use them."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bookings.models import Appointment, ExceptionalOpening, WalkIn
from bookings.queries.next_times import list_next_times
from clinic.models import Role, User
from patients.queries.likely import find_likely
from tests.bookings.desk_lists import add_waiting, desk_search, open_around_noon
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory
from tests.patients.health_records import CANARY, send_form, sign_form

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def calendar() -> Calendar:
    """A clinic that is open now, whatever the time."""
    made = make_calendar(practitioners=2, rooms=2, minutes=5, buffer_after_minutes=0)
    open_around_noon(made, timezone.now())
    return made


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


def typed(calendar: Calendar, **changes: Any) -> dict[str, Any]:
    values = {"key": str(uuid.uuid4()), "record": "", "who": "Wanida Sukjai 081 234 5678", "when": "queue"}
    return values | {"visit_type": calendar.visit_type.pk, "practitioner": "", **changes}


def add(client: Client, calendar: Calendar, **changes: Any) -> Any:
    headers = changes.pop("headers", {})
    return client.post(
        f"/desk/walk-in/?site={calendar.site.slug}", typed(calendar, **changes), headers=headers
    )


def test_into_a_free_time_is_a_visit_that_has_arrived(client: Client, calendar: Calendar, nok: User) -> None:
    time = list_next_times(desk_search(calendar), now=timezone.now(), limit=1)[0]

    answer = add(client, calendar, when=time.sent, headers=SCRIPT)

    visit = Appointment.objects.get()
    told = json.loads(answer["HX-Trigger"])["board-done"]
    assert (answer.status_code, told["ref"]) == (204, visit.reference)
    assert (visit.status, visit.starts_at) == ("arrived", time.starts_at)
    assert [event.action for event in visit.events.all()] == ["booked"]
    assert visit.patient is not None
    assert (visit.patient.name, visit.patient.phone) == ("Wanida Sukjai", "+66812345678")


def test_the_queue_is_chosen_by_itself_if_nothing_is_free(
    client: Client, calendar: Calendar, nok: User
) -> None:
    ExceptionalOpening.objects.all().delete()
    calendar.practitioners[0].working_hours.all().delete()
    calendar.practitioners[1].working_hours.all().delete()

    page = client.get("/desk/walk-in/").content.decode()

    assert "Nothing is free today for this visit." in page
    assert 'value="queue" id="id_when_queue" checked' in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"who": ""}, "Enter a name or a phone number"),
        ({"who": "081 234 5678"}, "know this number. Add the name"),
        ({"who": "Wanida 099 999"}, "Add the country code"),
        ({"who": "x" * 300}, "This is too long."),
        ({"when": ""}, "Choose a time, or the queue"),
        ({"when": "nonsense"}, "This is not a time we know"),
        ({"visit_type": "9" * 30}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said(
    client: Client, calendar: Calendar, nok: User, changes: dict[str, str], words: str
) -> None:
    answer = add(client, calendar, **changes)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not WalkIn.objects.exists()


@pytest.mark.parametrize(
    ("who", "name", "phone"),
    [
        ("Wanida", "Wanida", ""),
        ("๐๘๑-๒๓๔-๕๖๗๘ วนิดา", "วนิดา", "+66812345678"),
        ("Tom +44 7700 900318", "Tom", "+447700900318"),
    ],
)
def test_one_field_takes_a_name_a_phone_or_both(
    client: Client, calendar: Calendar, nok: User, who: str, name: str, phone: str
) -> None:
    add(client, calendar, who=who)

    entry = WalkIn.objects.get()
    assert (entry.name, entry.phone or "") == (name, phone)


def test_a_record_is_found_as_they_type_and_used(client: Client, calendar: Calendar, nok: User) -> None:
    record = PatientFactory.create(name="Wanida Sukjai", phone="+66812345678")
    assert find_likely(name="wanida") == [record]

    said = client.post("/desk/book/likely/", {"who": "0812345678"}, headers=SCRIPT).content.decode()
    assert str(record.pk) in said
    for nonsense in ("\x00", "0" * 400, "", "😀"):
        assert client.post("/desk/book/likely/", {"who": nonsense}).status_code == 200

    add(client, calendar, who="", record=str(record.pk))
    assert WalkIn.objects.get().patient == record


def test_the_queue_is_called_left_and_put_back_without_scripts(
    client: Client, calendar: Calendar, nok: User
) -> None:
    entry = add_waiting(calendar, now=timezone.now() - timedelta(seconds=30))
    page = client.get(f"/desk/queue/?site={calendar.site.slug}").content.decode()
    assert f"/desk/queue/{entry.pk}/call/" in page

    client.post(f"/desk/queue/{entry.pk}/left/")
    page = client.get(f"/desk/queue/?site={calendar.site.slug}").content.decode()
    assert "Nobody is waiting." in page
    client.post(f"/desk/queue/{entry.pk}/back/")
    assert client.get(f"/desk/queue/{entry.pk}/call/").context["free"]

    who, key = str(calendar.practitioners[1].pk), str(uuid.uuid4())
    answers = [
        client.post(f"/desk/queue/{entry.pk}/call/", {"practitioner": who, "key": key}) for _press in range(2)
    ]
    visit = Appointment.objects.get()
    assert {answer["Location"].partition("#")[2] for answer in answers} == {f"v-{visit.reference}"}
    assert (visit.status, visit.practitioner) == ("in_room", calendar.practitioners[1])

    late = client.post(f"/desk/queue/{entry.pk}/call/", {"practitioner": who, "key": str(uuid.uuid4())})
    assert late.status_code == 422
    assert "Nok was quicker." in late.content.decode()


@pytest.mark.parametrize("practitioner", ["", "x", "9" * 40, "0", "-1"])
def test_a_call_without_a_practitioner_is_refused(
    client: Client, calendar: Calendar, nok: User, practitioner: str
) -> None:
    entry = add_waiting(calendar, now=timezone.now())

    answer = client.post(f"/desk/queue/{entry.pk}/call/", {"practitioner": practitioner})

    assert answer.status_code == 422
    assert not Appointment.objects.exists()


def test_a_time_instead_takes_them_out_of_the_queue(client: Client, calendar: Calendar, nok: User) -> None:
    entry = add_waiting(calendar, now=timezone.now())
    page = client.get(f"/desk/book/?site={calendar.site.slug}&queue={entry.pk}").content.decode()
    assert 'value="Wanida Sukjai"' in page

    time = list_next_times(desk_search(calendar), now=timezone.now(), limit=1)[0]
    sent = {"key": str(uuid.uuid4()), "name": "Wanida Sukjai", "phone": "0812345678", "language": "th"}
    sent |= {"visit_type": str(calendar.visit_type.pk), "mode": "in_person", "when": time.sent}
    client.post(f"/desk/book/?site={calendar.site.slug}&queue={entry.pk}", sent)

    entry.refresh_from_db()
    assert (entry.outcome, entry.visit) == ("booked", Appointment.objects.get())


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_asks_a_fixed_number_of_queries(
    client: Client, calendar: Calendar, nok: User, count: int
) -> None:
    for _number in range(count):
        add_waiting(calendar, now=timezone.now())
    client.get("/desk/queue/")

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/desk/queue/?site={calendar.site.slug}", headers=SCRIPT)

    assert len(asked) == 9


def test_clinicians_see_the_queue_and_cannot_act_and_nothing_clinical_is_there(
    client: Client, calendar: Calendar
) -> None:
    record = PatientFactory.create(name="Wanida Sukjai")
    sign_form(send_form(record))
    entry = add_waiting(calendar, now=timezone.now())
    WalkIn.objects.update(patient=record)
    client.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))

    page = client.get(f"/desk/queue/?site={calendar.site.slug}").content.decode()

    assert "Wanida Sukjai" in page
    assert str(entry.pk) + "/call" not in page
    assert client.get(f"/desk/queue/{entry.pk}/call/").status_code == 403
    assert CANARY not in page
