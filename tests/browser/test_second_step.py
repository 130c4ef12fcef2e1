"""The second step in a real browser: a passkey, or an app, from the password to the board."""

from collections.abc import Iterator
from typing import Literal

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Clinic, User
from tests.browser.devices import PHONE
from tests.browser.test_shell import AXE_RULES
from tests.clinic import factors
from tests.signing_in import without_second_factor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ColorScheme = Literal["light", "dark"]


@pytest.fixture
def staff(transactional_db: None) -> User:
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    return factors.make_staff(roles=["owner"])


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, staff: User) -> Iterator[Page]:
    """A phone with a passkey keeper, on which nothing may fail against the policy or leave the site."""
    context = browser.new_context(viewport=PHONE, locale="en-GB", base_url=live_server.url)
    page, faults = context.new_page(), []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if is_ours(asked.url, live_server) else faults.append(asked.url))
    add_passkey_keeper(page)
    yield page
    assert faults == []
    context.close()


def is_ours(url: str, site: LiveServer) -> bool:
    return url.startswith((site.url, "data:"))


def add_passkey_keeper(page: Page) -> None:
    """Let Chromium play a phone that keeps passkeys and checks the finger."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def type_password(page: Page) -> None:
    page.goto(factors.LOGIN)
    page.get_by_label("Email").fill("nok@example.com")
    page.get_by_label("Password").fill(factors.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_set_up_and_then_signs_in_by_itself(page: Page, staff: User) -> None:
    type_password(page)
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert saved.value.path().read_text().count("\n") == 10
    page.get_by_role("link", name="I have saved them. Go on").click()
    page.wait_for_url("**/desk/")

    page.context.clear_cookies()
    page.goto(factors.LOGIN)
    page.get_by_role("button", name="Sign in with a passkey").click()

    page.wait_for_url("**/desk/")
    assert Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).wrap().is_passwordless


def test_a_passkey_is_the_second_step_after_the_password(page: Page, staff: User) -> None:
    type_password(page)
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.context.clear_cookies()

    type_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url("**/desk/")


def test_a_passkey_that_does_not_answer_is_said_so(page: Page, staff: User) -> None:
    page.goto(factors.LOGIN)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_have_text(
        "The passkey did not answer. Try again, or use another way."
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_an_app_is_set_up_with_and_without_scripts(
    browser: Browser, live_server: LiveServer, staff: User, scripts: bool
) -> None:
    context = browser.new_context(
        locale="en-GB", base_url=live_server.url, java_script_enabled=scripts, viewport=PHONE
    )
    page = context.new_page()
    type_password(page)
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_text("I can’t scan it").click()
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("Code").fill(factors.code_of(secret, seconds=10))
    page.get_by_role("button", name="Use this app").click()
    page.get_by_role("link", name="I have saved them. Go on").click()

    page.wait_for_url("**/desk/")
    context.close()


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("th", "dark")])
def test_pages_break_no_accessibility_rule_and_fit_a_phone(
    browser: Browser, live_server: LiveServer, staff: User, language: str, colours: ColorScheme
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=colours, bypass_csp=True)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    prefix = "/th" if language == "th" else ""
    found = [*look_at(context, live_server, [f"{prefix}{factors.LOGIN}"])]
    client = Client()
    factors.type_password(client)
    found += look_at(context, live_server, [f"{prefix}{path}" for path in NEW], client)
    factors.give_app(staff)
    factors.give_passkey(staff)
    without_second_factor(client, staff)
    found += look_at(context, live_server, [f"{prefix}{factors.AGAIN}"], client)
    client.force_login(staff)
    found += look_at(context, live_server, [f"{prefix}{factors.INDEX}"], client)
    context.close()
    assert found == []


NEW = [factors.INDEX, factors.ACTIVATE, "/account/2fa/webauthn/add/"]


def look_at(
    context: BrowserContext, site: LiveServer, paths: list[str], client: Client | None = None
) -> list[str]:
    """Return what axe finds on each page, and which are wider than the window."""
    if client is not None:
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
    page, found = context.new_page(), []
    for path in paths:
        page.goto(site.url + path)
        assert page.url == site.url + path
        found += [
            f"{path}: {fault['id']}" for fault in Axe().run(page, options=AXE_RULES).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path}: too wide")
    page.close()
    return found
