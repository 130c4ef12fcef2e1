"""The import in a real browser: without scripts, by the accessibility rules, and in narrow windows."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from clinic.models import Clinic
from patients.models import Patient
from tests.browser.test_shell import AXE_RULES
from tests.calendars import make_calendar
from tests.factories import PatientFactory
from tests.imports.pages import START, owner_in, visits_csv

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ColorScheme = Literal["light", "dark"]


def owner_window(browser: Browser, site: LiveServer, **options: object) -> BrowserContext:
    """Return a window in which the owner is signed in."""
    client = owner_in()
    context = browser.new_context(locale="en-GB", bypass_csp=True, **options)  # type: ignore[arg-type]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
    return context


def open_clinic(tmp_path: Path) -> Path:
    """Make a clinic in which one of the file's people is known, and return the file."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    make_calendar(rooms=2)
    PatientFactory.create(name="สมหญิง ใจดี", phone="+66812345678")
    file = tmp_path / "old.csv"
    file.write_text(visits_csv(), encoding="utf-8")
    return file


def press(page: Page, button: str = "#main button.btn-primary") -> None:
    """Press the page's main button, or another one, and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(button).click()


def choose(page: Page, site: LiveServer, file: Path) -> None:
    """Send the file on the first page."""
    page.goto(site.url + START)
    page.locator("input[type=file]").set_input_files(file)
    press(page)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_no_step_breaks_an_accessibility_rule(
    browser: Browser, live_server: LiveServer, tmp_path: Path, language: str, colours: ColorScheme
) -> None:
    file = open_clinic(tmp_path)
    context = owner_window(browser, live_server, color_scheme=colours, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page = context.new_page()
    found: list[tuple[str, str]] = []

    def look(step: str) -> None:
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.locator("[aria-current=step]").count() == 1
        found.extend((step, rule["id"]) for rule in Axe().run(page, options=AXE_RULES).response["violations"])

    page.goto(live_server.url + START)
    press(page)
    look("no file")
    choose(page, live_server, file)
    look("columns")
    press(page)
    look("check")
    press(page)
    look("done")
    press(page, "form[action$='undo/'] button")
    look("taken back")
    page.goto(live_server.url + START)
    look("start")
    context.close()

    assert found == []


def test_a_clinic_moves_in_without_scripts(browser: Browser, live_server: LiveServer, tmp_path: Path) -> None:
    file = open_clinic(tmp_path)
    context = owner_window(browser, live_server, java_script_enabled=False)
    page = context.new_page()

    choose(page, live_server, file)
    page.get_by_label("E-mail").select_option("")
    press(page)
    page.get_by_label("Leave out their rows").check()
    press(page)

    expect(page.get_by_text("This person is here already.")).to_have_count(1)
    assert [visit.patient for visit in Appointment.objects.all()] == [Patient.objects.get(email="")]
    with page.expect_download() as download:
        page.goto(live_server.url + START)
        page.get_by_role("button", name="Excel All patients").click()
    context.close()

    assert download.value.suggested_filename.endswith(".xlsx")
