"""The shell in a real browser: colours, the waiting button, narrow screens, accessibility rules."""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Treatment, TreatmentCard
from tests.factories import OfferFactory, PractitionerFactory, SiteFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
PAGES = ["/", "/th/", "/sensitive-skin/", "/evidence/", "/th/privacy/", "/nope/"]
ColorScheme = Literal["light", "dark"]
DARK, LIGHT = "rgb(14, 21, 19)", "rgb(245, 247, 243)"
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(autouse=True)
def clinic_with_a_card(transactional_db: None) -> None:
    """A clinic with one public card in each language."""
    OfferFactory.create(site=SiteFactory.create())
    treatment = Treatment.objects.create(
        slug="needling", method="MN_SERUM", drawing="needling", evidence_steps=1
    )
    for language in ("en", "th"):
        TreatmentCard.objects.create(
            treatment=treatment,
            language=language,
            visibility="public",
            name="Needling",
            where="Into the upper skin",
            drawing_alt="Drawing of needles",
            how="Very fine needles. " * 20,
            evidence_text="Early evidence only",
            known="A modest gain. " * 30,
            unknown="Whether it lasts. " * 30,
            harms=["Dark marks."],
            tell_doctor_first=["you have a cold sore"],
            reviewer=PractitionerFactory.create(),
            reviewed_date=date(2026, 11, 2),
        )


@pytest.fixture
def open_page(page: Page, live_server: LiveServer) -> Callable[[str], Page]:
    """Return what opens a page of the running site."""

    def opened(path: str) -> Page:
        page.goto(live_server.url + path, wait_until="networkidle")
        return page

    return opened


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_page_breaks_no_accessibility_rule_and_fits_a_narrow_screen(
    browser: Browser, live_server: LiveServer, path: str, colours: ColorScheme
) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme=colours, locale="en-GB", bypass_csp=True
    )
    page = context.new_page()
    page.goto(live_server.url + path, wait_until="networkidle")
    found = Axe().run(page, options=AXE_RULES).response["violations"]
    width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert width <= 320


@pytest.mark.parametrize("path", PAGES[:-1])
def test_page_is_refused_nothing_by_its_own_policy(page: Page, live_server: LiveServer, path: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(live_server.url + path, wait_until="networkidle")
    assert said == []


@pytest.mark.parametrize(("prefers", "ground"), [("light", LIGHT), ("dark", DARK)])
def test_colours_follow_the_device(
    open_page: Callable[[str], Page], page: Page, prefers: ColorScheme, ground: str
) -> None:
    page.emulate_media(color_scheme=prefers)
    assert open_page("/privacy/").evaluate(GROUND) == ground


def test_colours_follow_the_persons_choice_and_come_back(
    open_page: Callable[[str], Page], page: Page
) -> None:
    page.emulate_media(color_scheme="light")
    open_page("/privacy/").get_by_role("button", name="Dark").click()
    expect(page.locator("body")).to_have_css("background-color", DARK)
    page.get_by_role("button", name="As my device").click()
    expect(page.locator("body")).to_have_css("background-color", LIGHT)


def test_waiting_button_comes_when_the_first_one_leaves(open_page: Callable[[str], Page], page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    sticky = open_page("/").locator("#sticky-book")
    expect(sticky).to_be_hidden()
    page.mouse.wheel(0, 1500)
    expect(sticky).to_be_visible()
    page.mouse.wheel(0, -1500)
    expect(sticky).to_be_hidden()


def test_waiting_button_is_simply_there_without_javascript(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(live_server.url + "/")
    expect(page.locator("#sticky-book")).to_be_visible()
    context.close()


def test_keyboard_reaches_the_content_first(open_page: Callable[[str], Page], page: Page) -> None:
    open_page("/privacy/").keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    skip.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_language_switch_is_kept_for_the_next_visit(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(locale="th-TH")
    page = context.new_page()
    page.goto(live_server.url + "/")
    expect(page).to_have_url(re.compile("/th/$"))
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("about:blank")
    page.goto(live_server.url + "/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()
