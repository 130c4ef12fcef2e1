"""The sheets of steps in a real browser: accessibility rules, narrow windows, and without scripts."""

import re
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from clinic.models import Clinic
from tests.bookings.pages import book_for
from tests.browser.test_desk import desk_in
from tests.browser.test_shell import AXE_RULES
from tests.calendars import make_calendar, minutes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(transactional_db: None) -> Appointment:
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    return book_for(make_calendar(practitioners=2, rooms=2))


def sheets_of(visit: Appointment) -> list[str]:
    """Return the addresses of the sheets about a visit."""
    here = f"/desk/visits/{visit.reference}"
    evening = f"{visit.starts_at.astimezone(visit.site.tz):%Y-%m-%d}T18:00"
    names = [*("move/", "length/", "cancel/", "note/"), f"override/?start={evening}"]
    return [f"{here}/{name}" for name in names]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_sheets_break_no_accessibility_rule_and_fit_a_phone(
    browser: Browser,
    live_server: LiveServer,
    visit: Appointment,
    language: str,
    colours: Literal["light", "dark"],
) -> None:
    context = desk_in(browser, live_server, color_scheme=colours, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page, found = context.new_page(), []

    for path in sheets_of(visit):
        page.goto(live_server.url + path, wait_until="networkidle")
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        found += rules_broken(page, path)
        if "move" in path:  # what is refused is a page of its own
            page.locator("#id_minutes").fill("7")
            with page.expect_navigation():
                page.locator("form[action*='/move/'] button.btn-primary").click()
            found += rules_broken(page, f"{path} refused")
    context.close()

    assert found == []


def rules_broken(page: Any, path: str) -> list[tuple[str, str]]:
    """Return the accessibility rules that a page breaks."""
    return [(path, rule["id"]) for rule in Axe().run(page, options=AXE_RULES).response["violations"]]


def test_a_visit_is_moved_from_its_page_without_scripts(
    browser: Browser, live_server: LiveServer, visit: Appointment
) -> None:
    context = desk_in(browser, live_server, java_script_enabled=False)
    page = context.new_page()
    here = visit.starts_at.astimezone(visit.site.tz)

    page.goto(live_server.url + sheets_of(visit)[0])
    page.get_by_label("Start, by the site’s clock").fill("18:00")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("link", name="Put it there all the same").click()
    page.get_by_label("Why").fill("She flies home tonight")
    page.get_by_role("button", name="Move it all the same").click()
    page.wait_for_url(re.compile("^(?!.*/override/)"))
    context.close()

    visit.refresh_from_db()
    assert visit.starts_at.astimezone(here.tzinfo).hour == 18
    assert visit.ends_at - visit.starts_at == minutes(40)
