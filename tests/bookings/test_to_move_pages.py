"""The list of visits that must move: one press moves, undo puts back, and a constant number of queries."""

from datetime import timedelta

import pytest
from django.test import Client

from bookings.models import TimeOff
from clinic.models import Role, User
from tests.bookings.blocks import BLOCK, TO_MOVE, count_queries, in_the_way
from tests.bookings.pages import book_for
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


@pytest.fixture
def nok(client: Client) -> User:
    user: User = StaffFactory.create(roles=[Role.FRONT_DESK])
    client.force_login(user)
    return user


def test_one_press_moves_a_visit_from_the_list_and_undo_puts_it_back(
    client: Client, nok: User, calendar: Calendar
) -> None:
    visit, fields = in_the_way(calendar)
    client.post(BLOCK, fields | {"sure": client.post(BLOCK, fields).context["sure"]})
    page = client.get(TO_MOVE)
    sent, place = page.context["lines"][0].others[0]
    pressed = {"move": sent, "key": str(page.context["key"])}

    moved = client.post(f"{TO_MOVE}move/", pressed, follow=True)
    twice = client.post(f"{TO_MOVE}move/", pressed, follow=True)

    assert "No visit has to move." in moved.content.decode()
    assert "You have 3 minutes to take it back." in twice.content.decode()
    visit.refresh_from_db()
    assert (visit.sequence, visit.starts_at) == (1, place.starts_at)
    client.post(f"/desk/visits/{visit.reference}/undo/", {"seen": str(visit.sequence)})
    assert [line.visit for line in client.get(TO_MOVE).context["lines"]] == [visit]


@pytest.mark.parametrize(
    "sent", ["", "\x00", "A,1,2026-11-26T03:30Z,1", "NOBODY2,0,2026-99-99T03:30Z,1", "a,b,c,d"]
)
def test_a_press_that_makes_no_sense_changes_nothing(
    client: Client, nok: User, calendar: Calendar, sent: str
) -> None:
    key = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

    answer = client.post(f"{TO_MOVE}move/", {"move": sent, "key": key})

    assert (answer.status_code, answer["Location"]) == (302, TO_MOVE)


def test_a_place_that_was_taken_meanwhile_is_refused_in_words(
    client: Client, nok: User, calendar: Calendar
) -> None:
    visit, fields = in_the_way(calendar)
    client.post(BLOCK, fields | {"sure": client.post(BLOCK, fields).context["sure"]})
    page = client.get(TO_MOVE)
    sent, place = page.context["lines"][0].others[0]
    TimeOff.objects.create(
        resource_id=place.resource_id, span=(place.starts_at, place.starts_at + timedelta(hours=1))
    )

    refused = client.post(f"{TO_MOVE}move/", {"move": sent, "key": str(page.context["key"])}, follow=True)

    assert "Not moved" in refused.content.decode()
    visit.refresh_from_db()
    assert visit.sequence == 0


def test_to_move_page_has_a_constant_number_of_queries(client: Client, nok: User, calendar: Calendar) -> None:
    visits, counts = [book_for(calendar) for _number in range(3)], []
    for visit in visits:
        span = visit.starts_at, visit.starts_at + timedelta(minutes=5)
        TimeOff.objects.create(resource=visit.practitioner.resource, span=span)
        counts.append(count_queries(client, TO_MOVE))

    assert client.get(TO_MOVE).context["count"] == 3
    assert counts[0] == counts[2]
