"""Running late: the desk's sheet with its preview, and what the patient finds behind the link."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from bookings.models import Allocation, Appointment, RunningLate
from bookings.queries.late_offers import find_late_offers
from bookings.services import claims
from clinic.models import OutboxMessage, User
from tests.bookings.desk_lists import open_around_noon, say_late
from tests.bookings.pages import token_for
from tests.calendars import MONDAY, NOW, Calendar, make_calendar, minutes
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2, grid_minutes=10, buffer_after_minutes=0)


@pytest.fixture
def nok(client: Client) -> User:
    user = StaffFactory.create(name="Nok")
    client.force_login(user)
    return user


@pytest.fixture
def soon(calendar: Calendar) -> Appointment:
    """A visit of Dr A in two minutes, of a clinic that is open all day."""
    now, visit = timezone.now(), calendar.book()
    open_around_noon(calendar, now)  # after: MONDAY is within the usual hours in the usual zone only
    start = now.replace(second=0, microsecond=0) + timedelta(minutes=3)
    Appointment.objects.filter(pk=visit.pk).update(starts_at=start, ends_at=start + timedelta(minutes=40))
    for claim in visit.allocations.all():
        claim.span = (start, start + timedelta(minutes=40))
        claim.save()
    visit.refresh_from_db()
    return visit


def press(client: Client, **sent: Any) -> Any:
    return client.post("/desk/late/", sent)


def test_who_is_affected_is_shown_before_anything_is_said(
    client: Client, nok: User, soon: Appointment
) -> None:
    page = press(client, practitioner=soon.practitioner_id, minutes="30").content.decode()

    assert "Gets a message" in page
    assert "write to 1 person" in page
    assert not RunningLate.objects.exists()
    assert not OutboxMessage.objects.filter(kind__startswith="late").exists()


def test_it_is_said_once_and_taken_back(client: Client, nok: User, soon: Appointment) -> None:
    sent = {"practitioner": soon.practitioner_id, "minutes": "30", "say": "1", "tells": "1"}
    sent |= {"key": str(uuid.uuid4())}
    for _press in range(2):
        assert press(client, **sent).status_code == 302
    said = RunningLate.objects.get()
    assert (said.said_by, said.minutes) == (nok, 30)
    assert OutboxMessage.objects.filter(kind="late:30", status="waiting").count() == 1

    page = client.get("/desk/late/").content.decode()
    assert f"/desk/late/{said.pk}/undo/" in page
    client.post(f"/desk/late/{said.pk}/undo/")

    assert OutboxMessage.objects.filter(kind="late:30", status="dropped").count() == 1
    assert client.post(f"/desk/late/{uuid.uuid4()}/undo/").status_code == 404


@pytest.mark.parametrize("minutes", ["", "-1", "241", "x", "9" * 40, "1e3", "\x00"])
def test_minutes_that_make_no_sense_are_refused(
    client: Client, nok: User, soon: Appointment, minutes: str
) -> None:
    answer = press(client, practitioner=soon.practitioner_id, minutes=minutes, say="1")

    assert answer.status_code == 422
    assert "Enter minutes, from 0 to 240" in answer.content.decode()


def test_a_day_without_visits_says_so(client: Client, calendar: Calendar, nok: User) -> None:
    assert "No visits today" in client.get("/desk/late/").content.decode()


def late_page(client: Client, visit: Appointment) -> tuple[str, str]:
    """Return the address of a visit's link and its page."""
    address = f"/visit/{token_for(visit)}/"
    return address, client.get(address).content.decode()


def test_the_link_offers_other_doctors_video_and_another_day(
    client: Client, calendar: Calendar, soon: Appointment
) -> None:
    assert "We are running late" not in late_page(client, soon)[1]  # the control
    say_late(calendar, 60, now=timezone.now())

    address, page = late_page(client, soon)

    assert "We are running late" in page
    assert "See Dr B at" in page
    assert "See Dr A" not in page
    assert f"{address}by-video/" in page
    assert f"{address}move/" in page


def test_a_short_delay_offers_nothing(client: Client, calendar: Calendar, soon: Appointment) -> None:
    say_late(calendar, 10, now=timezone.now())

    assert "We are running late" not in late_page(client, soon)[1]


def test_a_video_call_keeps_the_time_and_frees_the_room(
    client: Client, calendar: Calendar, soon: Appointment
) -> None:
    say_late(calendar, 60, now=timezone.now())
    address, _page = late_page(client, soon)
    start = soon.starts_at

    for _press in range(2):
        client.post(f"{address}by-video/", {"key": str(uuid.UUID(int=7))})

    soon.refresh_from_db()
    assert (soon.mode, soon.starts_at, soon.practitioner) == ("video", start, calendar.practitioners[0])
    assert claims.list_claimed(soon.pk) == [calendar.practitioners[0].resource_id]
    assert OutboxMessage.objects.filter(kind="changed").count() == 1


def test_another_doctor_takes_the_visit_at_an_offered_time_only(
    client: Client, calendar: Calendar, soon: Appointment
) -> None:
    say_late(calendar, 60, now=timezone.now())
    address, _page = late_page(client, soon)
    offers = find_late_offers(soon, now=timezone.now())
    assert offers is not None
    (time,) = offers.others

    for wrong in ("", "x", "9999-12-31T23:59Z/1", time.sent.replace("Z", "+01:00"), f"{time.sent}9"):
        client.post(f"{address}other-doctor/", {"when": wrong})
    soon.refresh_from_db()
    assert soon.practitioner == calendar.practitioners[0]

    client.post(f"{address}other-doctor/", {"when": time.sent, "key": str(uuid.uuid4())})

    soon.refresh_from_db()
    assert (soon.practitioner, soon.starts_at) == (calendar.practitioners[1], time.starts_at)
    assert Allocation.objects.filter(appointment=soon).count() == 2


def test_nothing_can_be_taken_that_is_not_offered(
    client: Client, calendar: Calendar, soon: Appointment
) -> None:
    address = f"/visit/{token_for(soon)}/"

    client.post(f"{address}by-video/")
    client.post(f"{address}other-doctor/", {"when": f"2026-11-26T03:30Z/{calendar.practitioners[1].pk}"})

    soon.refresh_from_db()
    assert (soon.mode, soon.practitioner) == ("in_person", calendar.practitioners[0])
    assert client.post(f"/visit/{'A' * 43}/by-video/").status_code == 404
    assert client.post(f"/visit/{'A' * 43}/other-doctor/").status_code == 404


def test_other_doctors_are_offered_from_the_own_time_until_the_expected_one(calendar: Calendar) -> None:
    visit = calendar.book(MONDAY + minutes(60))
    say_late(calendar, 20, now=MONDAY)
    before = MONDAY + minutes(30)

    offers = find_late_offers(visit, now=before)

    assert offers is not None
    assert [time.starts_at for time in offers.others] == [MONDAY + minutes(60)]
    assert offers.expected_at == MONDAY + minutes(80)


def test_a_visit_that_only_staff_book_offers_no_other_doctor(calendar: Calendar) -> None:
    visit = calendar.book(MONDAY + minutes(60))
    say_late(calendar, 20, now=MONDAY)
    visit.visit_type.bookable_by = "staff"

    offers = find_late_offers(visit, now=MONDAY + minutes(30))

    assert offers is not None
    assert offers.others == ()


def test_nothing_is_offered_once_its_time_has_come(calendar: Calendar) -> None:
    visit = calendar.book(MONDAY, now=NOW)
    say_late(calendar, 30, now=MONDAY - minutes(10))

    assert find_late_offers(visit, now=MONDAY) is None
    assert find_late_offers(visit, now=MONDAY - minutes(1)) is not None
