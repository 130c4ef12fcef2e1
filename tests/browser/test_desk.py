"""The front desk's pages in a real browser: accessibility rules, narrow windows, and without scripts."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from clinic.models import Clinic
from patients.models import VisitRequest
from tests.bookings.board_pages import address
from tests.bookings.longer_visits import add_longer_type, ask_longer, patient_of
from tests.bookings.pages import book_for, day_address
from tests.browser.test_shell import AXE_RULES
from tests.calendars import make_calendar, minutes
from tests.factories import StaffFactory
from tests.patients.health_records import raise_alert, send_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ColorScheme = Literal["light", "dark"]


@pytest.fixture
def request_(transactional_db: None) -> VisitRequest:
    """A clinic in which a longer visit is asked for, and a doctor must be called."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    calendar = make_calendar(practitioners=2, rooms=2)
    visit = book_for(calendar)
    send_form(patient_of(visit), needs_longer_visit=True)
    raise_alert(patient_of(visit), passed_on_at=timezone.now())
    ask_longer(visit, None, kind="next", mode="video")
    return ask_longer(visit, add_longer_type(calendar))


def desk_in(browser: Browser, site: LiveServer, **options: object) -> BrowserContext:
    """Return a window in which somebody of the front desk is signed in."""
    client = Client()
    client.force_login(StaffFactory.create())
    context = browser.new_context(locale="en-GB", bypass_csp=True, **options)  # type: ignore[arg-type]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
    return context


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_desk_pages_break_no_accessibility_rule_and_fit_a_narrow_window(
    browser: Browser, live_server: LiveServer, request_: VisitRequest, language: str, colours: ColorScheme
) -> None:
    visit = Appointment.objects.get()
    viewport = {"width": 1024, "height": 768}
    context = desk_in(browser, live_server, color_scheme=colours, viewport=viewport)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page, found = context.new_page(), []

    for path in (day_address(visit), "/desk/requests/", f"/desk/requests/{request_.pk}/change/"):
        page.goto(live_server.url + path, wait_until="networkidle")
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") == 1024
        found += [(path, rule["id"]) for rule in Axe().run(page, options=AXE_RULES).response["violations"]]
    context.close()

    assert found == []


def test_a_visit_is_made_longer_and_taken_back_without_scripts(
    browser: Browser, live_server: LiveServer, request_: VisitRequest
) -> None:
    visit = Appointment.objects.get()
    context = desk_in(browser, live_server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/requests/")

    page.get_by_role("link", name="Change the visit Hannah Whitfield").click()
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#toast .toast2")).to_be_visible()
    visit.refresh_from_db()
    assert visit.ends_at - visit.starts_at == minutes(60)

    page.locator(".toast2").get_by_role("button", name="Undo").click()
    expect(page.locator("#toast .toast2")).to_have_count(0)
    visit.refresh_from_db()
    context.close()
    assert visit.ends_at - visit.starts_at == minutes(40)
    assert VisitRequest.objects.get(pk=request_.pk).closed_at is None


def test_no_page_of_a_day_scrolls_sideways_on_a_phone(
    browser: Browser, live_server: LiveServer, request_: VisitRequest
) -> None:
    visit = Appointment.objects.get()
    context = desk_in(browser, live_server, viewport={"width": 390, "height": 844})
    page, found = context.new_page(), []
    paths = [address(visit, path) for path in ("", "list/", "week/", "print/")]
    for path in [*paths, "/desk/requests/"]:
        page.goto(live_server.url + path, wait_until="networkidle")
        found.append((path.partition("?")[0], page.evaluate("document.documentElement.scrollWidth")))
    context.close()

    assert [each for each in found if each[1] > 390] == []
