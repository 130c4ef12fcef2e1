"""A browser on its way through the site asks nobody else, keeps nothing, and obeys no markup in a name."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request
from pytest_django.live_server_helper import LiveServer

from clinic.models import Role
from tests.everybody import Everybody, routes
from tests.patients import whole_records
from tests.poison import PAYLOAD, poison_everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VISITED = {
    "patient": ("bookings:home", "bookings:choose-time", "bookings:my-visits", "patients:health-form",
                "patients:form-page", "patients:photos"),
    Role.FRONT_DESK: ("board:day", "desk:day-list", "people:search", "people:record", "bookings:move-visit"),
    Role.CLINICIAN: ("queue:queue", "review:form", "review:alerts", "review:rules"),
    Role.OWNER: ("setup:home", "setup:sites", "setup:people", "offering:visit-types"),
}  # fmt: skip
KEPT = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0}


class Watch:
    """What a page asked for and complained of."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self.note_request)
        page.on("console", self.note_words)
        page.on("dialog", self.note_dialog)

    def note_request(self, request: Request) -> None:
        """Keep the address of a request."""
        self.asked.append(request.url)

    def note_dialog(self, dialog: Dialog) -> None:
        """Keep that a page opened one, as markup that is obeyed would."""
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def note_words(self, said: ConsoleMessage) -> None:
        """Keep what the policy refused."""
        if "Content Security Policy" in said.text or "Content-Security-Policy" in said.text:
            self.complaints.append(said.text)


@pytest.fixture
def everybody(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Everybody:
    settings.PHOTOS_ROOT = tmp_path
    monkeypatch.setattr(whole_records, "CANARY", PAYLOAD)
    made = Everybody()
    poison_everything()
    return made


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB", base_url=live_server.url)
    yield made
    made.close()


def sign_in(context: BrowserContext, client: Client, address: str) -> None:
    """Give a browser the session of a client."""
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])


@pytest.mark.parametrize("who", VISITED)
def test_a_browser_asks_nobody_else_and_keeps_nothing(
    context: BrowserContext, live_server: LiveServer, everybody: Everybody, who: str
) -> None:
    sign_in(context, everybody.browsers[who], live_server.url)
    page = context.new_page()
    watch = Watch(page)
    known = {route.name: everybody.path_of(route) for route in routes()}
    names = [name for name in VISITED[who] if name in known]

    for name in names:
        page.goto(known[name])
        page.wait_for_load_state("load" if name == "board:day" else "networkidle")

    page.goto("/privacy/")  # without htmx and what comes with it: nothing hides what was kept
    page.wait_for_load_state("networkidle")
    others = [url for url in watch.asked if not url.startswith((f"{live_server.url}/", "data:"))]
    assert (others, watch.complaints) == ([], [])
    assert page.evaluate(KEPT) == NOTHING
    assert len(names) >= 3


def test_the_watch_sees_who_else_is_asked(context: BrowserContext, live_server: LiveServer) -> None:
    page = context.new_page()
    watch = Watch(page)
    page.goto("/privacy/")

    page.evaluate("fetch('http://127.0.0.1:9/x').catch(() => 0)")
    page.goto("/evidence/")
    page.evaluate("localStorage.setItem('a', 'b')")

    assert any("Content Security Policy" in each for each in watch.complaints)
    assert page.evaluate(KEPT) == NOTHING | {"local": 1}
