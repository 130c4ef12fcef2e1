"""Logs hold no key of a link."""

import logging

import pytest
from django.db import connection
from django.test import Client

from tests.bookings.pages import book_for, token_for
from tests.calendars import make_calendar


def handled(caplog: pytest.LogCaptureFixture) -> str:
    """Return what was logged, as the site's own handler writes it."""
    own = next(handler for handler in logging.getLogger().handlers if handler.filters)
    return "\n".join(own.format(record) for record in caplog.records if own.filter(record))


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "move/", "cancel/", "calendar.ics"])
def test_key_of_a_visit_is_not_logged(caplog: pytest.LogCaptureFixture, page: str) -> None:
    token = token_for(book_for(make_calendar()))

    Client(enforce_csrf_checks=True).post(f"/visit/{token}/{page}")
    Client().post(f"/th/visit/{token}/move/")

    logged = handled(caplog)
    assert "/visit/…/" in logged
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
