"""The day's views in a real browser: accessibility rules, every width, and what stays in place."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from tests.bookings.board_pages import put_today
from tests.browser.board_desk import Day, UnderWay, desk_at, make_day, settle
from tests.browser.test_desk import desk_in
from tests.browser.test_shell import AXE_RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ColorScheme = Literal["light", "dark"]


@pytest.fixture
def day(transactional_db: None) -> Day:
    return make_day()


def faults_of(page: Page) -> list[str]:
    """Return which accessibility rules a page breaks, and where."""
    rules = Axe().run(page, options=AXE_RULES).response["violations"]
    return [f"{page.url} {rule['id']} {node['target']}" for rule in rules for node in rule["nodes"]]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "th"])
def test_views_of_the_day_break_no_accessibility_rule(
    browser: Browser, live_server: LiveServer, day: Day, language: str, colours: ColorScheme
) -> None:
    put_today(day.ann, minutes=20)
    context = desk_in(browser, live_server, color_scheme=colours, viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page, found = context.new_page(), []
    under_way = UnderWay(page)
    asked = f"?site={day.calendar.site.slug}"

    for path in ("", "week/", "print/", "list/"):
        page.goto(f"{live_server.url}/desk/{path}{asked}", wait_until="networkidle")
        assert page.locator("html").get_attribute("lang") == language
        found += faults_of(page)
    page.goto(f"{live_server.url}/desk/{asked}", wait_until="networkidle")
    page.locator(f"#v-{day.ann.reference} .vb-in").click()
    expect(page.locator("#panel h2")).to_be_focused()
    found += faults_of(page)
    page.locator("#panel form[action$='/arrive/'] button").click()
    expect(page.locator("#toast .toast2")).to_be_visible()
    settle(page, under_way)  # what still loads is paler
    found += faults_of(page)
    context.close()

    assert found == []


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (1024, "th"), (390, "th"), (320, "en")])
def test_the_page_never_scrolls_sideways_and_its_bar_is_one_row_on_a_desk(
    browser: Browser, live_server: LiveServer, day: Day, width: int, language: str
) -> None:
    context = desk_in(browser, live_server, viewport={"width": width, "height": 900})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{day.address}&visit={day.ann.reference}", wait_until="networkidle")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] == width
    if width == 1440:
        assert page.evaluate("document.querySelector('.bar2').offsetHeight") < 62
    context.close()


def test_the_clock_of_the_now_line_is_not_hidden_and_comes_into_view(
    browser: Browser, live_server: LiveServer, day: Day
) -> None:
    put_today(day.ann, minutes=20)
    context = desk_in(browser, live_server, viewport={"width": 1024, "height": 500})
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/?site={day.calendar.site.slug}", wait_until="networkidle")

    label = page.locator(".nowline b")
    expect(label).to_be_in_viewport()
    # The line lets the pointer through, so it must be asked for what is painted at its label.
    page.add_style_tag(content=".nowline{pointer-events:auto!important}")
    is_on_top = label.evaluate(
        "(b) => { const r = b.getBoundingClientRect();"
        " return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2) === b; }"
    )
    context.close()
    assert is_on_top


def test_a_cancelled_visit_opens_from_its_address_without_a_fault(
    browser: Browser, live_server: LiveServer, day: Day
) -> None:
    Appointment.objects.filter(pk=day.ann.pk).update(status="cancelled")
    with desk_at(browser, live_server, day) as desk:
        desk.page.goto(f"{live_server.url}{day.address}&visit={day.ann.reference}", wait_until="networkidle")
        expect(desk.page.locator("#panel")).to_contain_text(day.ann.reference)
        desk.page.evaluate("nuanBoard.poll()")
        desk.page.locator("#panel [data-close]").click()
        expect(desk.page.locator("#panel")).to_be_hidden()
        expect(desk.block(day.ben)).to_be_visible()


def test_time_off_and_counts_follow_without_a_new_page(
    browser: Browser, live_server: LiveServer, day: Day
) -> None:
    with desk_at(browser, live_server, day) as desk:
        desk.page.evaluate("document.body.dataset.same = '1'")
        day.book(day.calendar.practitioners[0], "15:00", "Cat Third")
        desk.page.evaluate("nuanBoard.poll()")

        expect(desk.page.locator(".bhead")).to_contain_text("2 visits")
        expect(desk.page.locator("body")).to_have_attribute("data-same", "1")
