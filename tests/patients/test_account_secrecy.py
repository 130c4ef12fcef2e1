"""Nobody learns from signing in whose address is known here."""

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic.models import OutboxMessage, User
from clinic.services import outbox
from tests.factories import PatientFactory, UserFactory
from tests.patients.codes import (
    confirm,
    request_code,
)
from tests.patients.identities import ASKED, KINDS, fields_with

OF_EACH_ANSWER = {"Content-Length", "X-Request-ID", "Expires"}
"""Headers that differ from answer to answer, whoever asked: length by the token, number, the second."""

pytestmark = pytest.mark.django_db


def plain(page: Any, email: str) -> str:
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


@pytest.mark.parametrize("kind", KINDS)
def test_a_known_and_an_unknown_address_write_the_same(kind: str) -> None:
    KINDS[kind]("hannah@example.com")

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


@pytest.fixture
def quick_hash(settings: Any) -> None:
    """What is compared here is not how long a hash takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def all_that_shows(kind: str, way: str) -> tuple[object, ...]:
    """Return what somebody sees who tries an address, and how many messages wait."""
    email = f"{kind.replace(' ', '')}@example.com"
    KINDS[kind](email)
    path, fields = fields_with(email, way)
    before = OutboxMessage.objects.count()
    answer = Client().post(path, fields)
    page = Client().post(path, fields, follow=True)
    headers = {name: value for name, value in answer.headers.items() if name not in OF_EACH_ANSWER}
    posted = OutboxMessage.objects.count() - before
    cookies = [(cookie.key, cookie["max-age"], cookie["path"]) for cookie in answer.cookies.values()]
    return answer.status_code, headers, cookies, plain(page, email), page.redirect_chain, posted


@pytest.mark.usefixtures("quick_hash")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nobody"])
@pytest.mark.parametrize("way", ASKED)
def test_nothing_that_shows_tells_who_is_known(kind: str, way: str) -> None:
    assert all_that_shows(kind, way) == all_that_shows("nobody", way)


@pytest.mark.usefixtures("quick_hash")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nobody"])
@pytest.mark.parametrize("way", ["code", "link"])
def test_nothing_tells_when_no_message_can_be_written(
    kind: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise OperationalError("no space left")

    monkeypatch.setattr(outbox, "post", refuse)
    statuses: list[int] = []
    for who in (kind, "nobody"):
        KINDS[who](f"{len(statuses)}@example.com")
        path, fields = fields_with(f"{len(statuses)}@example.com", way)
        statuses.append(Client(raise_request_exception=False).post(path, fields).status_code)

    assert statuses == [503, 503]


@pytest.mark.parametrize("way", ["code", "link"])
def test_no_page_waits_for_a_mail_server(way: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = "there.is.none"
    KINDS["staff" if way == "link" else "patient"]("hannah@example.com")
    path, fields = fields_with("hannah@example.com", way)

    assert Client().post(path, fields).status_code == 302
    assert OutboxMessage.objects.get().to == "hannah@example.com"


@pytest.mark.parametrize("kind", KINDS)
def test_every_password_costs_one_hash(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    KINDS[kind]("hannah@example.com")
    User.objects.filter(email="hannah@example.com").update(password=make_password("the right one, of course"))
    counted: list[int] = []

    def encode(hasher: PBKDF2PasswordHasher, password: str, salt: str, iterations: int | None = None) -> str:
        counted.append(iterations or hasher.iterations)
        return str(encode_slowly(hasher, password, salt, 1))

    encode_slowly = PBKDF2PasswordHasher.encode
    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)

    path, fields = fields_with("hannah@example.com", "password")
    Client().post(path, fields)

    assert counted == [PBKDF2PasswordHasher.iterations]
