"""Keys of the board, their help, and their off-switch."""

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from tests.browser.board_desk import Day, Desk, desk_at, make_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(transactional_db: None) -> Day:
    return make_day()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, day: Day) -> Iterator[Desk]:
    with desk_at(browser, live_server, day) as desk:
        yield desk


def test_arrows_go_from_visit_to_visit_and_enter_opens_the_panel_which_a_reload_keeps(
    desk: Desk, day: Day
) -> None:
    expect(desk.page.locator('.vb-in[tabindex="0"]')).to_have_count(1)
    desk.focus(day.ann)
    desk.press("ArrowRight")
    expect(desk.block(day.ben).locator(".vb-in")).to_be_focused()
    desk.press("ArrowLeft", "Enter")

    expect(desk.page.locator("#panel")).to_contain_text("Ann Early")
    desk.page.reload()
    expect(desk.page.locator("#panel")).to_contain_text("Ann Early")
    desk.press("Escape")
    expect(desk.page.locator("#panel")).to_be_hidden()
    expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()
    assert "visit=" not in desk.page.url


def test_steps_have_keys(browser: Browser, live_server: LiveServer, day: Day) -> None:
    noon = timezone.now().astimezone(day.calendar.site.tz).replace(hour=12, minute=0, second=0, microsecond=0)
    Appointment.objects.filter(pk=day.ann.pk).update(
        starts_at=noon, ends_at=noon + (day.ann.ends_at - day.ann.starts_at)
    )
    with desk_at(browser, live_server, Day(day.calendar, noon.date(), day.ann, day.ben)) as desk:
        desk.focus(day.ann)
        for key, status in (("a", "arrived"), ("r", "in_room"), ("d", "done")):
            desk.press(key)
            expect(desk.block(day.ann)).to_have_attribute("data-status", status)
            expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()
    day.ann.refresh_from_db()
    assert day.ann.status == "done"


def test_move_opens_by_key_also_on_a_thai_keyboard_and_gives_the_focus_back(desk: Desk, day: Day) -> None:
    desk.focus(day.ann)
    desk.press("m")
    sheet = desk.page.get_by_role("dialog")
    expect(sheet.get_by_label("Date")).to_be_visible()
    desk.press("Escape")

    expect(sheet).to_be_hidden()
    expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()
    desk.page.evaluate(THAI_M)
    expect(sheet).to_be_visible()


def test_single_keys_can_be_switched_off_for_good(desk: Desk, day: Day) -> None:
    desk.focus(day.ann)
    desk.press("?")
    keys = desk.page.get_by_role("dialog", name="Keys")
    keys.get_by_label("Use single keys").uncheck()
    desk.press("Escape")
    expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()
    desk.press("m")
    expect(desk.page.locator("#sheet")).to_be_hidden()

    desk.page.reload()
    desk.focus(day.ann)
    desk.press("g")
    expect(desk.page.locator(".vghost.is-on")).to_have_count(0)
    desk.press("Alt+ArrowDown")  # no single key: it stays
    expect(desk.page.locator(".vghost.is-on")).to_have_count(1)


def test_keys_are_letters_while_somebody_types(desk: Desk) -> None:
    desk.press("/")
    desk.page.keyboard.type("bwt?")
    expect(desk.page.get_by_role("searchbox")).to_have_value("bwt?")
    expect(desk.page.locator("dialog[open]")).to_have_count(0)

    desk.page.locator("#board").focus()
    desk.press("?")
    expect(desk.page.locator("dialog[open]")).to_have_count(1)


THAI_M = """document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", {key: "ท", code: "KeyM", bubbles: true, cancelable: true}))"""
