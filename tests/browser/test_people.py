"""The desk's pages about people in a real browser: as one types, by keyboard, and by accessibility rules."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Clinic
from patients.models import Patient
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for
from tests.browser.test_desk import desk_in
from tests.browser.test_shell import AXE_RULES
from tests.calendars import make_calendar
from tests.factories import PatientFactory
from tests.patients.health_records import send_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ColorScheme = Literal["light", "dark"]


@pytest.fixture
def hannah(transactional_db: None) -> Patient:
    """A clinic in which Hannah has a visit, and H. may be the same person."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    patient = patient_of(book_for(make_calendar(), email="h@example.com"))
    send_form(patient)
    PatientFactory.create(name="H. Whitfield", email="h@example.com", phone="")
    PatientFactory.create(name="James White", email="")
    return patient


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, hannah: Patient) -> Iterator[Page]:
    context = desk_in(browser, live_server, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/patients/", wait_until="networkidle")
    yield page
    context.close()


def test_results_come_as_one_types_and_open_by_keyboard(page: Page, hannah: Patient) -> None:
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("whit", delay=30)
    expect(page.get_by_role("status").first).to_have_text("3 people match “whit”")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-result]").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=2).first).to_have_text("H. Whitfield")
    expect(page.locator("[data-result]")).to_have_count(3)


def test_enter_waits_for_the_answer_to_what_was_typed_last(page: Page) -> None:
    page.get_by_role("searchbox").fill("whit")
    expect(page.locator("[data-result]")).to_have_count(3)

    page.get_by_role("searchbox").fill("james")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=2).first).to_have_text("James White")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_pages_break_no_accessibility_rule_and_fit_a_phone(
    browser: Browser, live_server: LiveServer, hannah: Patient, language: str, colours: ColorScheme
) -> None:
    other = Patient.objects.get(name="H. Whitfield")
    here = "/desk/patients/"
    pages = [f"{here}?q=whit", f"{here}{hannah.pk}/?q=whit", f"{here}{hannah.pk}/edit/", f"{here}new/"]
    pages += [f"{here}duplicates/", f"{here}{hannah.pk}/compare/{other.pk}/"]
    width = 390 if colours == "light" else 1024
    context = desk_in(browser, live_server, color_scheme=colours, viewport={"width": width, "height": 800})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page, found, too_wide = context.new_page(), [], []

    for path in pages:
        page.goto(live_server.url + path, wait_until="networkidle")
        too_wide += [path] if page.evaluate("document.documentElement.scrollWidth") > width else []
        found += [(path, rule["id"]) for rule in Axe().run(page, options=AXE_RULES).response["violations"]]
    context.close()

    assert (found, too_wide) == ([], [])


def test_a_message_is_written_and_taken_back_without_scripts(
    browser: Browser, live_server: LiveServer, hannah: Patient
) -> None:
    context = desk_in(browser, live_server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/patients/")
    page.get_by_role("searchbox").fill("hann")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Hannah Whitfield").click()

    page.get_by_role("link", name="Directions").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg").last).to_contain_text("This is how you find us")

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back. It was not sent.")).to_be_visible()
    context.close()
