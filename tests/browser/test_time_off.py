"""Blocking time over the board, moving what stands in it, and handing out a tablet, in a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import TimeOff
from clinic.models import Role
from patients.models import TabletPass
from patients.services.tablets import open_pass
from tests.bookings.longer_visits import patient_of
from tests.browser.board_desk import Day, Desk, desk_at, make_day
from tests.browser.test_review import sign_in
from tests.browser.test_tablet import look
from tests.factories import ClosureFactory, StaffFactory
from tests.patients.tablets import wait_in_line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day(transactional_db: None) -> Day:
    return make_day()


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, day: Day) -> Iterator[Desk]:
    with desk_at(browser, live_server, day) as desk:
        yield desk


def test_a_column_is_blocked_and_its_visit_moved_by_one_press(desk: Desk, day: Day) -> None:
    page = desk.page
    page.get_by_role("link", name="Block time: Dr A").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("Dr A")).to_be_checked()
    sheet.get_by_label("From").fill("09:30")
    sheet.locator("#id_ends").fill("12:00")
    sheet.get_by_role("button", name="Block the time").last.click()

    expect(sheet.get_by_text("1 visit stands in this time.")).to_be_visible()
    assert not TimeOff.objects.exists()
    sheet.get_by_role("button", name="Ann Early").first.click()
    expect(sheet.get_by_text("No visit stands in this time.")).to_be_visible()
    sheet.get_by_role("button", name="Block the time").last.click()

    expect(sheet).to_be_hidden()
    row = TimeOff.objects.get()
    assert (row.span.lower, row.span.upper) == (day.at("09:30"), day.at("12:00"))
    day.ann.refresh_from_db()
    assert (
        not (day.at("09:30") <= day.ann.starts_at < day.at("12:00"))
        or day.ann.practitioner.pk != row.resource.pk
    )
    expect(page.locator(".voff", has_text="Off").or_(page.locator(".voff.off")).first).to_be_attached()


def test_time_with_visits_in_it_leads_to_the_list_of_what_must_move(desk: Desk, day: Day) -> None:
    page = desk.page
    page.get_by_role("link", name="Block time: Dr A").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("All day").check()
    sheet.get_by_role("button", name="Block the time").last.click()
    sheet.get_by_role("button", name="Block it, move afterwards").click()

    page.wait_for_url("**/desk/to-move/")
    expect(page.get_by_role("link", name="Call")).to_be_visible()
    page.get_by_role("button", name="Ann Early").first.click()
    expect(page.get_by_text("No visit has to move.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/desk/?**")
    page.goto(page.url.split("/desk/")[0] + "/desk/to-move/")
    expect(page.get_by_role("heading", name="Ann Early")).to_be_visible()


def test_the_desk_hands_out_a_tablet_from_the_panel_and_sees_it_opened(desk: Desk, day: Day) -> None:
    wait_in_line(patient_of(day.ann))
    page = desk.page
    desk.block(day.ann).click()
    page.locator("#panel").get_by_role("link", name="Tablet").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Show the code").click()
    expect(sheet.get_by_role("img", name="QR code for the tablet")).to_be_visible()
    found = TabletPass.objects.get(patient=patient_of(day.ann))

    open_pass(pass_id=found.pk, now=found.made_at)

    expect(sheet.get_by_text("Being filled in.")).to_be_visible()
    sheet.get_by_role("button", name="Lock the tablet now").click()
    expect(sheet.get_by_text("Ended.")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "th"])
def test_pages_break_no_accessibility_rule_and_fit_every_screen(
    browser: Browser, live_server: LiveServer, day: Day, language: str
) -> None:
    row = TimeOff.objects.create(
        resource=day.ann.practitioner.resource, span=(day.at("09:00"), day.at("17:00")), note="Course"
    )
    ClosureFactory.create(site=day.calendar.site, first_date=day.date, last_date=day.date)
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = sign_in(context, live_server, StaffFactory.create(roles=[Role.FRONT_DESK]), language)
    faults: list[Any] = []
    for path in ("block/", "", f"{row.pk}/", "../to-move/"):
        faults += look(page, f"{live_server.url}/desk/time-off/{path}")
    context.close()
    assert faults == []
