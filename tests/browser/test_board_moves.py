"""Moving visits on the board: every drag, and the keys and buttons that do the same."""

from collections.abc import Iterator

import pytest
from django.db.models import F
from playwright.sync_api import Browser, Route, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment
from tests.browser.board_desk import Day, Desk, desk_at, make_day, place_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(transactional_db: None) -> Day:
    return make_day()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, day: Day) -> Iterator[Desk]:
    with desk_at(browser, live_server, day) as desk:
        yield desk


def test_visit_is_dragged_in_time_and_to_a_colleague(desk: Desk, day: Day) -> None:
    desk.drag(day.ann, minutes=63)
    expect(desk.page.locator(".vghost.is-on")).to_contain_text("11:00 – 11:40")
    desk.drop()
    assert place_of(day.ann, day) == ("Dr A", "11:00", 40)

    desk.drag(day.ann, columns=1)
    desk.drop()
    assert place_of(day.ann, day) == ("Dr B", "11:00", 40)
    expect(desk.block(day.ann)).to_have_attribute("data-start", str(11 * 60))
    expect(desk.page.locator("#live")).to_contain_text("Moved: 11:00 to 11:40, Dr B")
    expect(desk.page.locator(".bh small")).to_contain_text(["0 visits", "2 visits"])


def test_lower_edge_makes_a_visit_longer_and_with_shift_shorter_by_five(desk: Desk, day: Day) -> None:
    desk.drag(day.ann, minutes=20, by_edge=True)
    desk.drop()
    assert place_of(day.ann, day) == ("Dr A", "10:00", 60)

    desk.page.keyboard.down("Shift")
    desk.drag(day.ann, minutes=-26, by_edge=True)
    desk.drop()
    desk.page.keyboard.up("Shift")
    assert place_of(day.ann, day) == ("Dr A", "10:00", 35)


def test_keys_move_in_time_across_columns_and_change_the_length(desk: Desk, day: Day) -> None:
    desk.focus(day.ann)
    desk.press("g", "ArrowDown", "ArrowDown", "ArrowRight", "Shift+ArrowDown")
    expect(desk.page.locator("#live")).to_have_text("10:20 to 11:10, Dr B")
    desk.put_down()

    expect(desk.page.locator("#live")).to_have_text("Moved: 10:20 to 11:10, Dr B")
    expect(desk.block(day.ann).locator(".vb-in")).to_be_focused()
    assert place_of(day.ann, day) == ("Dr B", "10:20", 50)

    desk.press("Alt+ArrowUp", "Shift+ArrowUp")
    desk.put_down()
    expect(desk.page.locator("#live")).to_have_text("Moved: 10:10 to 10:50, Dr B")
    assert place_of(day.ann, day) == ("Dr B", "10:10", 40)


def test_escape_leaves_a_visit_where_it_is_and_a_press_opens_it(desk: Desk, day: Day) -> None:
    desk.focus(day.ann)
    desk.press("g", "ArrowDown", "Escape")
    expect(desk.page.locator(".vghost.is-on")).to_have_count(0)
    desk.drag(day.ann, minutes=60)
    desk.press("Escape")
    desk.page.mouse.up()

    expect(desk.page.locator(".vghost.is-on")).to_have_count(0)
    expect(desk.page.locator("#panel")).to_be_hidden()
    desk.block(day.ann).click()

    expect(desk.page.locator("#panel")).to_contain_text("Ann Early")
    assert place_of(day.ann, day) == ("Dr A", "10:00", 40)


def test_clash_snaps_back_and_says_who_is_busy(desk: Desk, day: Day) -> None:
    desk.drag(day.ann, minutes=180, columns=1)
    desk.drop()

    expect(desk.page.get_by_role("alert").filter(has_text="Dr B is busy 13:00 to 13:40")).to_be_visible()
    expect(desk.block(day.ann)).to_have_attribute("data-start", str(10 * 60))
    first = desk.page.locator(".bcol[data-column]").first.locator(".vb")
    expect(first).to_have_attribute("data-ref", day.ann.reference)
    assert place_of(day.ann, day) == ("Dr A", "10:00", 40)


def test_undo_takes_a_drop_back(desk: Desk, day: Day) -> None:
    desk.drag(day.ann, minutes=60)
    desk.drop()
    desk.page.locator("#toast").get_by_role("button", name="Undo").click()

    expect(desk.block(day.ann)).to_have_attribute("data-start", str(10 * 60))
    assert place_of(day.ann, day) == ("Dr A", "10:00", 40)


def test_what_was_sent_on_its_way_is_not_offered_again(desk: Desk, day: Day) -> None:
    desk.drag(day.ann, minutes=63)
    desk.drop()
    expect(desk.page.locator("#toast")).to_contain_text("Send now")

    desk.page.route("**/changes/**", lambda route: route.abort())  # the board may not have asked yet
    desk.page.get_by_role("button", name="Send now").click()
    expect(desk.page.locator("#toast")).to_be_empty()


def test_a_visit_that_changes_between_press_and_drag_stays_where_it_is(desk: Desk, day: Day) -> None:
    box, mouse = desk.block(day.ann).bounding_box(), desk.page.mouse
    assert box is not None
    mouse.move(box["x"] + 40, box["y"] + 12)
    mouse.down()
    Appointment.objects.filter(pk=day.ann.pk).update(sequence=F("sequence") + 1)
    desk.ask_now()
    mouse.move(box["x"] + 40, box["y"] + 12 + desk.pixels(60), steps=6)
    expect(desk.page.locator(".vghost.is-on")).to_have_count(0)
    mouse.up()
    desk.settle()
    assert place_of(day.ann, day) == ("Dr A", "10:00", 40)

    desk.drag(day.ann, minutes=60)
    desk.drop()
    assert place_of(day.ann, day) == ("Dr A", "11:00", 40)


def test_a_visit_is_taken_hold_of_again_once_the_board_has_drawn_its_last_move(desk: Desk, day: Day) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.page.route("**/changes/**", hold)
    desk.drag(day.ann, minutes=60)
    desk.page.mouse.up()
    expect(desk.page.locator("#live")).to_contain_text("Moved")
    desk.focus(day.ann)
    desk.press("g")
    expect(desk.page.locator("#live")).to_have_text("This visit can’t be moved.")

    for route in held:
        route.continue_()
    desk.page.unroute("**/changes/**")
    desk.settle()
    desk.press("g", "ArrowDown")
    desk.put_down()
    expect(desk.page.get_by_role("alert").filter(has_text="changed")).to_have_count(0)
    assert place_of(day.ann, day) == ("Dr A", "11:10", 40)
