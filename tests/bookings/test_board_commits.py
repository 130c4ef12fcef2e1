"""The board and transactions that are open while somebody looks: on two connections, nothing is missed."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from bookings.models import Appointment
from tests.bookings.board_pages import poll, version_at
from tests.bookings.pages import book_for
from tests.calendars import make_calendar
from tests.factories import StaffFactory


def open_change(visit: Appointment, has_written: threading.Event, may_commit: threading.Event) -> None:
    """Change a visit on a connection of its own, and commit when told."""
    try:
        with transaction.atomic():
            Appointment.objects.filter(pk=visit.pk).update(status="confirmed")
            has_written.set()
            assert may_commit.wait(20)
    finally:
        connection.close()


@pytest.fixture
def open_change_of(transactional_db: None) -> Iterator[Callable[[Appointment], Callable[[], None]]]:
    """Begin a change that stays open until the function that this returns is called."""
    finish: list[Callable[[], None]] = []

    def begin(visit: Appointment) -> Callable[[], None]:
        has_written, may_commit = threading.Event(), threading.Event()
        thread = threading.Thread(target=open_change, args=(visit, has_written, may_commit))
        thread.start()
        assert has_written.wait(20)

        def end() -> None:
            may_commit.set()
            thread.join(20)

        finish.append(end)
        return end

    yield begin
    for end in finish:
        end()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_open_at_the_last_look_is_never_missed(
    client: Client,
    open_change_of: Callable[[Appointment], Callable[[], None]],
) -> None:
    """The later transaction commits first; the earlier one must still be seen."""
    client.force_login(StaffFactory.create())
    calendar = make_calendar(practitioners=2, rooms=2)
    visit, other = book_for(calendar, name="Ann"), book_for(calendar, name="Ben")
    version = version_at(client, visit)

    end = open_change_of(visit)
    Appointment.objects.filter(pk=other.pk).update(status="confirmed")
    first = poll(client, visit, version)
    end()
    second = poll(client, visit, first["version"])

    assert 'data-status="confirmed"' in first["visits"][other.reference]["html"]
    assert 'data-status="confirmed"' not in str(first["visits"].get(visit.reference))
    assert 'data-status="confirmed"' in second["visits"][visit.reference]["html"]
