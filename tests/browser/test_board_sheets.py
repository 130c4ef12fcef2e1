"""Sheets and the panel: the button path of every drag, typed text that stays, accessibility."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.board_desk import Day, Desk, desk_at, make_day, place_of
from tests.browser.test_desk import ColorScheme
from tests.browser.test_shell import AXE_RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(transactional_db: None) -> Day:
    return make_day()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, day: Day) -> Iterator[Desk]:
    with desk_at(browser, live_server, day) as desk:
        yield desk


def test_buttons_move_in_time_and_to_a_colleague_and_make_longer(desk: Desk, day: Day) -> None:
    page = desk.page
    desk.block(day.ann).click()
    page.locator("#panel").get_by_role("link", name="Move").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Start").fill("11:20")
    sheet.get_by_label("Practitioner").select_option(label=day.calendar.practitioners[1].name_text)
    sheet.get_by_role("button", name="Move", exact=True).click()

    expect(sheet).to_be_hidden()
    desk.settle()
    expect(desk.block(day.ann)).to_have_attribute("data-start", str(11 * 60 + 20))
    expect(page.locator("#panel")).to_contain_text("Ann Early")
    assert place_of(day.ann, day) == ("Dr B", "11:20", 40)

    page.locator("#panel").get_by_role("link", name="Longer or shorter").click()
    sheet.get_by_label("Minutes").fill("60")
    sheet.get_by_label("Minutes").press("Enter")

    expect(sheet).to_be_hidden()
    expect(desk.block(day.ann)).to_have_attribute("data-minutes", "60")
    assert place_of(day.ann, day) == ("Dr B", "11:20", 60)


def test_typed_text_stays_after_an_error_and_is_not_thrown_away_unasked(desk: Desk, day: Day) -> None:
    page = desk.page
    desk.focus(day.ann)
    desk.press("m")
    sheet, start = page.locator("#sheet"), page.locator("#sheet").get_by_label("Start")
    start.fill("half past")
    start.press("Enter")
    expect(sheet.locator(".errors")).to_be_focused()
    expect(start).to_have_value("half past")
    assert page.url.endswith(day.address)  # a sheet is no page

    start.fill("half past ten")
    desk.press("Escape")
    expect(sheet.get_by_role("button", name="Keep typing")).to_be_focused()
    desk.press("Enter")
    expect(start).to_be_focused()
    expect(start).to_have_value("half past ten")
    desk.press("Escape")
    sheet.get_by_role("button", name="Throw it away").click()

    expect(sheet).to_be_hidden()
    expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()


def test_step_in_the_panel_keeps_it_open_and_says_what_came_out(desk: Desk, day: Day) -> None:
    page = desk.page
    desk.block(day.ann).click()
    page.locator("#panel").get_by_role("button", name="Say they are coming").click()

    expect(page.locator("#panel")).to_contain_text("Confirmed")
    expect(page.locator("#live")).to_contain_text("Confirmed")
    expect(desk.block(day.ann)).to_have_attribute("data-status", "confirmed")


def test_empty_time_opens_the_booking_sheet_at_that_time(desk: Desk, day: Day) -> None:
    column = desk.page.locator(".bcol[data-column]").first
    first = int(desk.page.locator("#board").get_attribute("data-first") or 0)
    with desk.page.expect_request(lambda request: "/desk/book/" in request.url) as asked:
        column.click(position={"x": 60, "y": desk.pixels(12 * 60 + 34 - first)})

    assert "time=12%3A30" in asked.value.url
    assert f"column={day.calendar.practitioners[0].resource_id}" in asked.value.url


def test_finger_drags_after_a_long_press_and_scrolls_without(
    browser: Browser, live_server: LiveServer, day: Day
) -> None:
    with desk_at(browser, live_server, day, has_touch=True) as desk:
        finger = desk.page.context.new_cdp_session(desk.page)
        box = desk.block(day.ann).bounding_box()
        assert box is not None
        x, y = box["x"] + 40, box["y"] + 12
        hour = desk.pixels(60)

        def touch(kind: str, down: float | None = None) -> None:
            points = [] if down is None else [{"x": x, "y": y + down}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        clock = desk.page.clock
        clock.install()
        clock.pause_at(timezone.now() + timedelta(seconds=2))  # between two touches no time passes
        touch("touchStart", 0)
        for step in range(1, 6):
            touch("touchMove", hour * step / 5)
        clock.run_for(450)  # longer than a long press: a finger that has moved scrolls
        expect(desk.page.locator(".vghost.is-on")).to_have_count(0)
        touch("touchEnd")
        assert place_of(day.ann, day) == ("Dr A", "10:00", 40)

        clock.resume()
        desk.page.reload(wait_until="networkidle")
        touch("touchStart", 0)
        expect(desk.page.locator(".vghost.is-on")).to_be_visible()
        for step in range(1, 6):
            touch("touchMove", hour * step / 5)
        touch("touchEnd")
        desk.settle()
    assert place_of(day.ann, day) == ("Dr A", "11:00", 40)


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("th", "dark")])
def test_panel_sheet_help_and_alert_break_no_accessibility_rule(
    browser: Browser, live_server: LiveServer, day: Day, language: str, colours: ColorScheme
) -> None:
    with desk_at(browser, live_server, day, color_scheme=colours) as desk:
        page = desk.page
        page.context.add_cookies(
            [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
        )
        page.reload()
        desk.drag(day.ann, minutes=180, columns=1)
        desk.drop()
        desk.block(day.ann).click()
        expect(page.locator("#panel")).to_contain_text("Ann Early")
        expect(page.locator("#board-alert")).to_be_visible()
        assert faults_of(page) == []
        desk.focus(day.ann)
        desk.press("m")
        expect(page.locator("#sheet form").first).to_be_visible()
        assert faults_of(page) == []
        desk.press("Escape", "?")
        expect(page.locator("#keys")).to_be_visible()
        assert faults_of(page) == []


def faults_of(page: Page) -> list[str]:
    """Return what breaks an accessibility rule on the page as it stands."""
    found = Axe().run(page, options=AXE_RULES).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found]
