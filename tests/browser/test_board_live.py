"""The board stays live without moving what somebody looks at, and says when it is not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment, TimeOff
from tests.browser.board_desk import ASK_NOW, Day, Desk, desk_at, make_day, place_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(transactional_db: None) -> Day:
    return make_day()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, day: Day) -> Iterator[Desk]:
    with desk_at(browser, live_server, day) as desk:
        yield desk


def test_others_move_a_visit_and_focus_scroll_and_typed_text_stay(
    browser: Browser, live_server: LiveServer, desk: Desk, day: Day
) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1440, "height": 420})
    desk.block(day.ann).click()
    expect(page.locator("#panel h2")).to_be_focused()  # the panel takes the focus once, when it comes
    page.keyboard.press("b")
    page.get_by_role("dialog").get_by_label("Name").fill("Wanida")
    page.evaluate("document.getElementById('sheet').close()")
    desk.focus(day.ann)
    before = page.evaluate(WHERE)

    with desk_at(browser, live_server, day) as other:
        other.drag(day.ann, minutes=60, columns=1)
        other.drop()
    desk.ask_now()
    expect(desk.block(day.ann)).to_have_attribute("data-start", str(11 * 60))

    expect(page.locator(".bcol[data-column]").nth(1).locator(".vb")).to_have_count(2)
    expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()
    assert page.evaluate(WHERE) == before


def test_dragging_is_not_disturbed_and_the_news_comes_after_it(
    browser: Browser, live_server: LiveServer, desk: Desk, day: Day
) -> None:
    desk.drag(day.ann, minutes=60)
    with desk_at(browser, live_server, day) as other:
        other.drag(day.ben, minutes=60)
        other.drop()
    desk.ask_now()
    expect(desk.page.locator(".vghost.is-on")).to_be_visible()
    expect(desk.block(day.ben)).to_have_attribute("data-start", str(13 * 60))

    desk.drop()
    expect(desk.block(day.ben)).to_have_attribute("data-start", str(14 * 60))
    assert place_of(day.ann, day)[1] == "11:00"


def test_who_comes_second_is_told_and_nothing_is_lost(
    browser: Browser, live_server: LiveServer, desk: Desk, day: Day
) -> None:
    desk.drag(day.ann, minutes=120)
    Appointment.objects.filter(pk=day.ann.pk).update(
        starts_at=F("starts_at") + timedelta(minutes=30),
        ends_at=F("ends_at") + timedelta(minutes=30),
        sequence=F("sequence") + 1,
    )
    desk.drop()

    expect(desk.page.get_by_role("alert").filter(has_text="just changed this visit")).to_be_visible()
    expect(desk.block(day.ann)).to_have_attribute("data-start", str(10 * 60 + 30))
    assert place_of(day.ann, day) == ("Dr A", "10:30", 40)


def test_time_off_comes_into_the_grid_by_itself_and_the_focus_stays(desk: Desk, day: Day) -> None:
    desk.focus(day.ann)
    off = DateTimeTZRange(day.at("15:00"), day.at("16:00"))
    TimeOff.objects.create(resource=day.calendar.practitioners[0].resource, span=off, note="Staff meeting")

    expect(desk.page.locator(".voff", has_text="Staff meeting")).to_be_visible()
    expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()
    desk.drag(day.ann, minutes=60)
    desk.drop()
    assert place_of(day.ann, day) == ("Dr A", "11:00", 40)


def test_board_says_since_when_it_is_not_live_and_recovers(desk: Desk) -> None:
    bar = desk.page.locator("#not-live")
    desk.page.context.set_offline(True)
    expect(bar).to_contain_text("Not live since")
    assert desk.page.evaluate(
        "/Not live since \\d\\d:\\d\\d/.test(document.getElementById('not-live').textContent)"
    )

    desk.page.context.set_offline(False)
    expect(bar).to_be_hidden()


def test_board_says_that_the_session_is_over_and_offers_to_sign_in(desk: Desk) -> None:
    desk.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    desk.page.evaluate(ASK_NOW)

    expect(desk.page.locator("#not-live")).to_contain_text("You are signed out")
    expect(desk.page.locator("#not-live").get_by_role("link", name="Sign in")).to_be_visible()


WHERE = """() => [...document.querySelectorAll("*")]
  .map(each => each.scrollTop + each.scrollLeft).filter(Boolean)
  .concat(window.scrollY, document.querySelector("#sheet-body input")?.value || "")"""
