"""Nobody learns from signing in whose address is known here."""

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.models import OutboxMessage, User
from tests.factories import PatientFactory, UserFactory
from tests.patients.codes import (
    confirm,
    request_code,
)

pytestmark = pytest.mark.django_db


def plain(page: HttpResponse, email: str) -> str:
    """Return a page without what differs by chance or because it was typed."""
    text = page.content.decode().replace(email, "EMAIL")
    return re.sub(r'(csrfmiddlewaretoken" value=|nonce=)"[^"]+"', "", text)


def test_a_known_and_an_unknown_address_get_the_same_page() -> None:
    PatientFactory.create(email="hannah@example.com")

    known = request_code(Client(), "hannah@example.com")
    unknown = request_code(Client(), "nobody@example.com")

    assert plain(known, "hannah@example.com") == plain(unknown, "nobody@example.com")
    assert known.redirect_chain == unknown.redirect_chain
    assert known.status_code == unknown.status_code


def test_an_unknown_address_is_written_nowhere_and_gets_nothing(client: Client) -> None:
    request_code(client, "nobody@example.com")

    assert OutboxMessage.objects.get().to == ""
    assert "nobody" not in str(OutboxMessage.objects.values())
    assert not User.objects.exists()


def test_a_known_and_an_unknown_address_write_the_same() -> None:
    UserFactory.create(email="hannah@example.com")

    assert writes_for("hannah@example.com") == writes_for("nobody@example.com")


def writes_for(email: str) -> list[str]:
    """Return what asking for a code writes: one line a statement, without values."""
    with CaptureQueriesContext(connection) as queries:
        request_code(Client(), email)
    statements = [query["sql"].strip() for query in queries]
    return [
        " ".join(statement.split()[:3])
        for statement in statements
        if statement.startswith(("INSERT", "UPDATE", "DELETE", "WITH"))
    ]


def test_a_wrong_code_for_an_unknown_address_looks_the_same() -> None:
    PatientFactory.create(email="hannah@example.com")
    pages = []
    for email in ("hannah@example.com", "nobody@example.com"):
        client = Client()
        request_code(client, email)
        pages.append(plain(confirm(client, "not it"), email))

    assert pages[0] == pages[1]


def test_a_closed_account_gets_no_code_and_no_second_account(client: Client) -> None:
    PatientFactory.create(email="hannah@example.com")
    UserFactory.create(email="hannah@example.com", is_active=False)

    request_code(client, "hannah@example.com")

    assert OutboxMessage.objects.get().to == ""
    assert User.objects.count() == 1
