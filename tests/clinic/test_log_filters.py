"""No key of a link stands in logs or in the history."""

import pytest
from django.db import connection
from django.test import Client

from tests.bookings.pages import book_for, token_for
from tests.calendars import make_calendar
from tests.clinic.log_capture import handled


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "move/", "cancel/", "calendar.ics"])
def test_key_of_a_visit_is_not_logged(caplog: pytest.LogCaptureFixture, page: str) -> None:
    token = token_for(book_for(make_calendar()))

    Client(enforce_csrf_checks=True).post(f"/visit/{token}/{page}")
    Client().post(f"/th/visit/{token}/move/")

    logged = handled(caplog)
    assert '"route": "bookings:move-visit"' in logged
    assert token not in logged


@pytest.mark.django_db
def test_key_of_a_visit_stands_in_no_table() -> None:
    token = token_for(book_for(make_calendar()))

    Client().post(f"/visit/{token}/confirm/")

    with connection.cursor() as cursor:
        cursor.execute("SELECT metadata->>'url' FROM pghistory_context")
        assert cursor.fetchall() == [("/visit/…/confirm/",)]


@pytest.mark.django_db
def test_key_of_a_new_password_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    Client(enforce_csrf_checks=True).post("/account/password/reset/key/1-abc123-secret/")

    assert "secret" not in handled(caplog)
