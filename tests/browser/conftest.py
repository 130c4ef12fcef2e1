"""A patient who is signed in on as many devices as a test asks for."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from patients.models import Patient
from tests.browser.devices import PHONE, Device
from tests.patients.form_pages import AGREED, keep_answers, sign_in

# How long a page may take to show something. No test measures a time by this, and three processes beside
# browsers on two processors make five seconds, Playwright's own patience, too few now and then.
expect.set_options(timeout=15_000)


@pytest.fixture
def web() -> Client:
    return Client()


@pytest.fixture
def patient(web: Client) -> Patient:
    return sign_in(web)


@pytest.fixture
def agreed(patient: Patient) -> Patient:
    keep_answers(patient, **AGREED)
    return patient


@pytest.fixture
def new_device(browser: Browser, live_server: LiveServer, web: Client, patient: Patient) -> Iterator[Device]:
    """Return a function that gives one more device on which the patient is signed in."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(
            viewport=PHONE, locale="en-GB", base_url=live_server.url, **options
        )  # fmt: skip
        key = web.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
