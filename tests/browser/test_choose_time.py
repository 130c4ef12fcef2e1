"""Choosing a time in a real browser: by finger, by keys, without scripts, in another city."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment, Closure
from tests.bookings.pages import book_for, token_for
from tests.calendars import Calendar, make_calendar

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""


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
    """A clinic whose first free day is whole, whatever time it is: today and tomorrow it is closed."""
    calendar = make_calendar(practitioners=2, rooms=2)
    today = timezone.now().astimezone(calendar.site.tz).date()
    closed = {"en": "Closed", "th": "ปิด"}
    Closure.objects.create(
        site=calendar.site, first_date=today, last_date=today + timedelta(days=1), name=closed
    )
    return calendar


@pytest.fixture
def book(page: Page, live_server: LiveServer, calendar: Calendar) -> Page:
    """The page as it stands once it has found out where the person is."""
    page.goto(f"{live_server.url}/book/")
    expect(page.locator("#times-page")).to_have_attribute("data-home", "Europe/London")
    return page


def times(page: Page) -> Any:
    return page.locator("input[name=start]")


def test_choose_time_in_three_taps(book: Page) -> None:
    times(book).nth(1).check()
    expect(book.locator("#choice-when")).to_contain_text(", 09:30")
    expect(book.locator("#choice-where")).to_have_text("Bangkok time. 02:30 in London")

    book.get_by_role("button", name="Continue").click()

    book.wait_for_url("**/book/details/")
    assert Appointment.objects.get().patient_zone == "Europe/London"


def test_choose_time_finds_the_city_without_a_jump_or_another_address(book: Page) -> None:
    expect(book.locator("#live")).to_have_text("")
    assert book.evaluate("window.location.search") == ""
    assert book.evaluate(SHIFTS) < 0.01


def test_choose_time_in_another_city_keeps_the_instant(book: Page) -> None:
    times(book).first.check()
    instant = times(book).first.get_attribute("value")

    book.get_by_label("Times shown in").focus()
    book.get_by_label("Times shown in").select_option("Europe/London")

    expect(book.locator(".dayh")).to_contain_text("London time")
    expect(book.locator("label.time", has=book.locator(":checked"))).to_have_text("02:00")
    assert book.locator("input[name=start]:checked").get_attribute("value") == instant
    expect(book.get_by_label("Times shown in")).to_be_focused()


def test_choose_time_day_keeps_the_focus_and_says_how_many(book: Page) -> None:
    day = book.locator("a.day").nth(1)
    name = day.get_attribute("aria-label") or ""

    day.focus()
    book.keyboard.press("Enter")

    expect(day).to_have_attribute("aria-current", "date")
    expect(day).to_be_focused()
    expect(book.locator("#live")).to_have_text(f"15 times on {name.split(',')[0]}")
    expect(book).to_have_url(re.compile("day="))


def test_choose_time_arrow_keys_move_in_the_group(book: Page) -> None:
    times(book).first.focus()
    book.keyboard.press("Space")
    book.keyboard.press("ArrowRight")

    expect(times(book).nth(1)).to_be_checked()
    expect(book.locator("#choice-when")).to_contain_text("09:30")


def test_choose_time_by_video_leads_with_ones_own_city(book: Page) -> None:
    book.get_by_label("Video call").check()

    expect(book.locator(".dayh")).to_contain_text("London time")
    expect(book.get_by_label("Video call")).to_be_focused()
    times(book).first.check()
    expect(book.locator("#choice-where")).to_have_text("London time. 09:00 in Bangkok")


def test_choose_time_chosen_while_the_page_still_draws_stays_chosen(
    page: Page, live_server: LiveServer, calendar: Calendar
) -> None:
    def answer_late(route: Any) -> None:
        times(page).first.check()
        route.continue_()

    page.route("**/book/?*home=*", answer_late)
    page.goto(f"{live_server.url}/book/")

    expect(page.locator("#times-page")).to_have_attribute("data-home", "Europe/London")
    expect(times(page).first).to_be_checked()
    expect(page.locator("#choice-where")).to_have_text("Bangkok time. 02:00 in London")


def test_choose_time_back_and_forth_in_history(book: Page) -> None:
    first = book.locator(".dayh").inner_text()
    book.locator("a.day").nth(1).click()
    expect(book.locator(".dayh")).not_to_have_text(first)

    book.go_back()

    expect(book.locator(".dayh")).to_contain_text(first.split("\n")[0].split(" 15")[0])
    times(book).first.check()
    expect(book.locator("#choice-when")).to_contain_text("09:00")


def test_choose_time_offline_says_so_and_keeps_the_choice(book: Page) -> None:
    times(book).first.check()
    book.context.set_offline(True)

    book.locator("a.day").nth(1).click()

    expect(book.get_by_text("We couldn’t load the times.")).to_be_visible()
    expect(times(book).first).to_be_checked()


def test_choose_time_without_a_time_focuses_the_reason(book: Page) -> None:
    book.get_by_role("button", name="Continue").click()

    expect(book.get_by_role("alert").filter(has_text="Choose a time")).to_be_focused()
    expect(book).to_have_title(re.compile("^Error: "))


def test_choose_time_taken_meanwhile_focuses_what_is_free(book: Page, calendar: Calendar) -> None:
    times(book).first.check()
    start = book.locator("input[name=start]:checked").get_attribute("value")
    other = book.context.browser
    assert other is not None
    for _doctor in range(2):
        rival = other.new_context(timezone_id="Asia/Bangkok").new_page()
        rival.goto(f"{book.url.split('/book')[0]}/book/?start={start}")
        rival.get_by_role("button", name="Continue").click()
        rival.wait_for_url("**/book/details/")

    book.get_by_role("button", name="Continue").click()

    taken = book.get_by_role("alert").filter(has_text="Someone just took 09:00. These are still free")
    expect(taken).to_be_focused()
    times(book).first.check()
    book.get_by_role("button", name="Continue").click()
    book.wait_for_url("**/book/details/")


def test_choose_time_works_without_scripts(
    browser: Browser, live_server: LiveServer, calendar: Calendar
) -> None:
    page = browser.new_context(java_script_enabled=False, viewport=PHONE).new_page()  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/book/")

    page.get_by_label("Video call").check()
    page.get_by_label("Times shown in").select_option("Europe/London")
    page.get_by_role("button", name="Show").first.click()
    page.locator("a.day").nth(1).click()
    times(page).nth(2).check()
    page.get_by_role("button", name="Continue").click()

    page.wait_for_url("**/book/details/")
    held = Appointment.objects.get()
    assert (held.mode, held.patient_zone) == ("video", "Europe/London")


def test_choose_time_fits_320_pixels(book: Page) -> None:
    book.set_viewport_size({"width": 320, "height": 640})

    assert book.evaluate("document.documentElement.scrollWidth") == 320


def test_choose_time_targets_are_large_enough_for_a_finger(book: Page) -> None:
    small = book.evaluate(
        """() => [...document.querySelectorAll("main :is(a[href], button, label:has(input))")]
            .concat([...document.querySelectorAll("main :is(select, summary)")])
            .filter(e => e.offsetParent && !e.closest("p"))
            .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"""
    )

    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?month=2027-01", "?from=2030-01-01", "?zone=Mars"])
def test_choose_time_has_no_fault_axe_can_see(book: Page, scheme: Any, query: str) -> None:
    book.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    book.goto(book.url.split("?")[0] + query)
    book.wait_for_load_state("networkidle")

    found = Axe().run(book)

    assert found.violations_count == 0, found.generate_report()


def test_choose_time_by_language_stays_unfolded(book: Page) -> None:
    book.get_by_text("Choose by language or dates").click()
    book.get_by_label("Language spoken").select_option("th")
    expect(book.locator("#language option[selected]")).to_have_attribute("value", "th")

    book.get_by_label("Language spoken").select_option("")

    expect(book).not_to_have_url("**language=th**")
    expect(book.get_by_label("Language spoken")).to_be_visible()


def test_move_visit_from_the_link_to_the_new_time(
    page: Page, live_server: LiveServer, calendar: Calendar
) -> None:
    visit = book_for(calendar)
    page.goto(f"{live_server.url}/visit/{token_for(visit)}/move/")
    expect(page.locator("#times-page")).to_have_attribute("data-home", "Europe/London")
    times(page).nth(2).check()
    new = page.locator("#choice-when").inner_text()

    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check your new time")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name=f"Move to {new}").click()

    page.wait_for_url(re.compile(r"/visit/[^/]+/$"))
    expect(page.get_by_text(new).first).to_be_visible()
