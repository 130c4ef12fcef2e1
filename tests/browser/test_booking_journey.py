"""From a free time to the proof, in a real browser: by keys, without scripts, on a narrow phone, in Thai."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from patients.models import Patient
from tests.bookings.pages import book_for
from tests.browser.devices import wait_until
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: ViewportSize = {"width": 390, "height": 844}
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A phone in London."""
    return {
        **browser_context_args,
        "viewport": PHONE,
        "timezone_id": "Europe/London",
        "locale": "en-GB",
    }


@pytest.fixture
def calendar() -> Calendar:
    return make_calendar(practitioners=2, rooms=2)


def go_to_details(page: Page, url: str, prefix: str = "") -> None:
    """Choose the first free time; the details page follows."""
    page.goto(f"{url}{prefix}/book/?home=Europe/London")
    page.locator("input[name=start]").first.check(force=True)
    page.locator("#continue, button.btn-primary").last.click()
    page.wait_for_url("**/book/details/")


def fill_in(page: Page, **typed: str) -> None:
    """Type into the details form."""
    values = {"name": "Hannah Whitfield", "phone": "081 234 5678", "email": "hannah.w@example.com"}
    for field, text in (values | typed).items():
        page.fill(f"#id_{field}", text)


def kept_typed() -> dict[str, str]:
    """Return what the one journey there is keeps of what was typed."""
    kept: dict[str, str] = Session.objects.get().get_decoded()["booking"].get("details", {})
    return kept


def check_page(page: Page) -> None:
    """Expect no accessibility fault and no sideways scroll on the page as it stands."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(SCROLLS_SIDEWAYS) is False


@pytest.fixture
def details(page: Page, live_server: LiveServer, calendar: Calendar) -> Page:
    go_to_details(page, live_server.url)
    return page


def test_booking_ends_with_the_proof(details: Page) -> None:
    fill_in(details)
    details.get_by_role("button", name="Continue").click()
    details.get_by_role("button", name="Book this time").click()

    details.wait_for_url("**/book/done/")

    visit = Appointment.objects.get()
    assert visit.status == "booked"
    expect(details).to_have_title("You’re booked · Nuan")
    expect(details.get_by_role("heading", name="You’re booked, Hannah")).to_be_focused()
    expect(details.locator(".done")).to_contain_text(visit.reference)


def test_booking_by_keys_alone(details: Page) -> None:
    details.locator("#id_name").focus()
    for text in ("Hannah Whitfield", "+44 7700 900318", "hannah.w@example.com"):
        details.keyboard.type(text)
        details.keyboard.press("Tab")
    details.keyboard.press("Enter")
    details.wait_for_url("**/book/check/")

    button = details.get_by_role("button", name="Book this time")
    button.focus()
    details.keyboard.press("Enter")

    details.wait_for_url("**/book/done/")


def test_enter_in_a_field_presses_continue_and_no_other_button(details: Page) -> None:
    fill_in(details)

    details.locator("#id_email").press("Enter")

    details.wait_for_url("**/book/check/")
    assert Appointment.objects.get().hold_extensions == 0


def test_booking_without_scripts(browser: Browser, live_server: LiveServer, calendar: Calendar) -> None:
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()
    go_to_details(page, live_server.url)
    fill_in(page, name="Lily", email="wrong")

    page.get_by_role("button", name="More time").click()
    expect(page.locator("[data-hold-text]")).to_have_text("Held. About 20 minutes left")
    page.get_by_role("button", name="ไทย").click()
    expect(page.locator("#id_name")).to_have_value("Lily")
    fill_in(page)
    page.locator("main form button.btn-primary").click()
    page.locator("main form button.btn-primary").click()

    page.wait_for_url("**/th/book/done/")
    assert Patient.objects.get().language == "th"


def test_errors_take_the_focus_and_lead_to_their_field(details: Page) -> None:
    fill_in(details, phone="07700 900 318")
    details.get_by_role("button", name="Continue").click()

    expect(details.locator(".errors")).to_be_focused()
    details.get_by_role("link", name="Add the country code to your mobile number, like +44").click()
    expect(details.locator("#id_phone")).to_be_focused()
    expect(details.locator("#id_phone")).to_have_value("07700 900 318")


def test_a_childs_questions_appear_with_the_choice(details: Page) -> None:
    day, own_name = details.locator("#id_birth_day"), details.locator("#id_contact_name")
    expect(day).to_be_hidden()

    details.get_by_label("My child").check(force=True)
    expect(day).to_be_visible()
    expect(own_name).to_be_visible()

    details.get_by_label("Someone else").check(force=True)
    expect(day).to_be_hidden()
    expect(own_name).to_be_visible()


def test_a_buddhist_year_is_accepted_with_one_press(details: Page) -> None:
    details.get_by_label("My child").check(force=True)
    fill_in(details, birth_day="27", birth_month="มี.ค.", birth_year="2557", contact_name="Hannah")
    details.get_by_role("button", name="Continue").click()

    details.get_by_role("button", name="Yes, 2014").click()

    details.wait_for_url("**/book/check/")
    expect(details.get_by_text("27 March 2014")).to_be_visible()


def test_the_held_time_counts_down(page: Page, live_server: LiveServer, calendar: Calendar) -> None:
    page.clock.install()
    go_to_details(page, live_server.url)
    text, live = page.locator("[data-hold-text]"), page.locator("#live")

    page.clock.run_for(5 * 60_000)
    expect(text).to_have_text("Held. About 5 minutes left")
    expect(live).to_have_text("")
    page.clock.run_for(3 * 60_000)
    expect(live).to_contain_text("2 minutes left to book this time")
    page.clock.run_for(2 * 60_000)
    expect(text).to_contain_text("We stopped holding this time")


def test_what_was_typed_survives_going_back(details: Page) -> None:
    fill_in(details, name="Ann")

    details.get_by_role("link", name="Back").click()
    expect(details.locator("#times-page")).to_be_visible()
    wait_until(details, lambda: kept_typed().get("name") == "Ann")
    details.goto(details.url.partition("/book/")[0] + "/book/details/")

    expect(details.locator("#id_name")).to_have_value("Ann")


def test_the_back_button_after_booking_books_nothing_more(details: Page) -> None:
    fill_in(details)
    details.get_by_role("button", name="Continue").click()
    details.get_by_role("button", name="Book this time").click()
    details.wait_for_url("**/book/done/")

    details.go_back()

    expect(details.get_by_text("Nothing was booked twice")).to_be_visible()
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("prefix", ["", "/th"])
def test_every_page_of_the_journey_is_accessible_on_a_narrow_phone(
    browser: Browser, live_server: LiveServer, calendar: Calendar, theme: Any, prefix: str
) -> None:
    narrow: ViewportSize = {"width": 320, "height": 640}
    page = browser.new_context(viewport=narrow, color_scheme=theme, locale="en-GB").new_page()
    go_to_details(page, live_server.url, prefix)
    page.locator("input[name=who][value=child]").check(force=True)
    page.locator("main form button.btn-primary").click()
    expect(page.locator(".errors")).to_be_focused()
    check_page(page)
    page.locator("input[name=who][value=self]").check(force=True)
    fill_in(page)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/book/check/")
    check_page(page)
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/book/done/")
    check_page(page)
    visit = Appointment.objects.get()
    for path in (f"/visit/{visit.reference}/", f"/visit/{visit.reference}/cancel/", "/visit/unknown/"):
        page.goto(live_server.url + prefix + path)
        check_page(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_desks_pages_are_accessible(
    browser: Browser, live_server: LiveServer, calendar: Calendar, client: Any, theme: Any
) -> None:
    visit = book_for(calendar)
    client.force_login(StaffFactory.create())
    context = browser.new_context(viewport={"width": 1024, "height": 768}, color_scheme=theme)
    context.add_cookies([{"name": "nuan", "value": client.cookies["nuan"].value, "url": live_server.url}])
    page = context.new_page()

    day = visit.starts_at.astimezone(visit.site.tz).date()
    for path in (f"/desk/?date={day}", f"/desk/list/?date={day}", "/desk/", "/desk/why-not/"):
        page.goto(live_server.url + path)
        check_page(page)
