"""No address of ours leads away from the site, whatever a link or a form says."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.everybody import Everybody, routes, swept
from tests.routes import Route

pytestmark = pytest.mark.django_db

AWAY = [
    "//evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    r"\\evil.example",
    r"/\evil.example",
    r"\/evil.example",
    "/\t/evil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\r\nLocation: https://evil.example",
    "%0d%0aLocation:%20https://evil.example",
    "/%2f%2fevil.example",
    "//evil.example\x00",
]
NAMES = [
    "next",
    "back",
    "return",
    "to",
    "url",
    "redirect",
    "redirect_to",
    "continue",
    "from",
    "page",
    "theme",
]
EVERYTHING = {"language": "th", "theme": "dark"}


def leads_away(answer: Any) -> bool:
    """Say whether a browser would leave the site; it takes a backslash for a slash, and drops tabs."""
    where = (
        answer.get("Location", answer.get("HX-Redirect", "")).replace("\\", "/").translate(CONTROLS).strip()
    )
    asked = urlsplit(urljoin("http://testserver/", where))
    return bool(where) and (asked.hostname != "testserver" or asked.scheme not in ("http", "https"))


CONTROLS = {ord(sign): None for sign in "\t\r\n\x00"}


def follow(client: Client, route: Route, address: str, values: Iterator[str] | list[str]) -> Iterator[str]:
    """Yield the values that lead somebody away from a page, in its address or in its form."""
    for value in values:
        sent = dict.fromkeys(NAMES, value) | EVERYTHING
        asked = {name: text.replace("\x00", "") for name, text in sent.items()}
        for answer in (client.get(address, asked), client.post(address, sent)):
            if leads_away(answer):
                yield f"{route.name} {value!r}: {answer['Location']}"


MADE_TO_LEAD = ("clinic:set-language", "clinic:set-theme", "account_login", "account_reauthenticate")
"""Pages that lead back to another; the others of signing in get some of the values, the rest one."""


@pytest.mark.parametrize("who", swept("stranger"))
def test_nobody_is_led_away(settings: Any, tmp_path: Path, who: str) -> None:
    settings.PHOTOS_ROOT = tmp_path
    everybody, turn = Everybody(), cycle(AWAY)
    wrong: list[str] = []
    for route in routes():
        if route.namespace != "admin" and "logout" not in route.name:
            some = 3 if route.name.startswith(("account_", "mfa", "session", "clinic:")) else 1
            values = AWAY if route.name in MADE_TO_LEAD else [next(turn) for _ in range(some)]
            wrong += follow(everybody.browsers[who], route, everybody.path_of(route), values)

    assert wrong == []


@pytest.mark.parametrize("value", [value for value in AWAY if "%" not in value and "\r" not in value])
def test_the_walk_sees_a_careless_page(value: str) -> None:
    assert leads_away(HttpResponse(status=302, headers={"Location": value}))


def test_signing_in_first_leads_back_into_the_site() -> None:
    answer = Client().get("//evil.example/desk/")
    led = Client().get("/desk/", {"q": "//evil.example"})

    assert not leads_away(answer)
    assert not leads_away(led)
    assert settings.LOGIN_REDIRECT_URL
