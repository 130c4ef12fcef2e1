"""The desk's sheets in a real browser: by keyboard alone, as they type, without scripts, and accessible."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import Appointment, WalkIn
from clinic.models import Clinic
from patients.models import VisitRequest
from tests.bookings.desk_lists import add_waiting, open_around_noon, say_late
from tests.bookings.longer_visits import patient_of
from tests.bookings.pages import book_for, token_for
from tests.browser.test_shell import AXE_RULES
from tests.calendars import Calendar, make_calendar
from tests.factories import PatientFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ColorScheme = Literal["light", "dark"]


@pytest.fixture
def calendar(transactional_db: None) -> Calendar:
    """A clinic that is open now, whatever the time."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    made = make_calendar(practitioners=2, rooms=2)
    open_around_noon(made, timezone.now())
    PatientFactory.create(name="Wanida Sukjai", phone="+66812345677")
    return made


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = desk_in(browser, live_server)
    yield context.new_page()
    context.close()


def desk_in(browser: Browser, site: LiveServer, **options: object) -> BrowserContext:
    """Return a window in which somebody of the front desk is signed in."""
    client = Client()
    client.force_login(StaffFactory.create())
    context = browser.new_context(locale="en-GB", base_url=site.url, **options)  # type: ignore[arg-type]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
    return context


def test_a_caller_is_booked_by_keyboard_with_two_keys_beside_what_is_said(
    desk: Page, calendar: Calendar
) -> None:
    desk.goto("/desk/book/")
    expect(desk.locator("#id_name")).to_be_focused()

    desk.keyboard.type("Tom Becker")
    desk.keyboard.press("Tab")
    desk.keyboard.type("+44 7700 900318")
    desk.keyboard.press("Enter")  # the next free time is chosen already

    expect(desk.locator(".bigref")).to_be_visible()
    visit = Appointment.objects.select_related("patient").get()
    assert visit.patient is not None
    assert (visit.patient.name, visit.status) == ("Tom Becker", "booked")
    assert desk.locator(".bigref").inner_text().replace("\n", "").replace(" ", "") == visit.reference


def test_a_record_is_found_while_they_type_and_times_follow_the_visit(desk: Page, calendar: Calendar) -> None:
    desk.goto("/desk/book/")
    desk.keyboard.type("Wanida")

    desk.get_by_role("button", name="Use this record Wanida Sukjai").click()
    expect(desk.locator("#id_phone")).to_have_value("+66 81 234 5677")
    first = desk.locator("#when input").first.get_attribute("value")
    desk.get_by_label("With").select_option(label="Dr B")
    expect(desk.locator("#when input").first).not_to_have_attribute("value", first or "")
    expect(desk.locator(".slotbtn").first).to_contain_text("Dr B")
    desk.get_by_role("button", name="More times").click()
    expect(desk.locator("#when input")).to_have_count(12)
    assert not Appointment.objects.exists()


def test_a_walk_in_is_queued_called_and_put_back_without_scripts(
    browser: Browser, live_server: LiveServer, calendar: Calendar
) -> None:
    context = desk_in(browser, live_server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/desk/walk-in/")
    page.get_by_label("Name or phone").fill("Wanida")
    page.get_by_role("button", name="Look for a record").click()
    page.get_by_role("button", name="Use this record Wanida Sukjai").click()
    page.get_by_label("Put in the queue").check()
    page.locator(".callf .btn-primary").click()
    expect(page.locator(".queue")).to_contain_text("Wanida Sukjai")

    page.get_by_role("link", name="Call in Wanida Sukjai").click()
    page.get_by_role("button", name="Dr A").click()
    page.wait_for_url(re.compile("^(?!.*/call/)"))
    visit = Appointment.objects.get()
    assert visit.status == "in_room"
    page.goto("/desk/queue/")
    page.get_by_role("button", name="Undo Wanida Sukjai").click()
    expect(page.locator(".queue")).to_contain_text("Wanida Sukjai")
    context.close()
    assert WalkIn.objects.get().closed_at is None


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("th", "dark")])
def test_the_sheets_break_no_accessibility_rule_and_fit_a_narrow_window(
    browser: Browser, live_server: LiveServer, calendar: Calendar, language: str, colours: ColorScheme
) -> None:
    visit, entry = book_for(calendar), add_waiting(calendar, now=timezone.now())
    VisitRequest.objects.create(patient=patient_of(visit), kind="next", asked_at=timezone.now())
    soon = timezone.now() + timedelta(minutes=10)
    Appointment.objects.filter(pk=visit.pk).update(starts_at=soon, ends_at=soon + timedelta(minutes=40))
    say_late(calendar, 40, now=timezone.now())
    context = desk_in(
        browser, live_server, color_scheme=colours, viewport={"width": 390, "height": 844}, bypass_csp=True
    )
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page, found = context.new_page(), []
    prefix = "/th" if language == "th" else ""

    for path in (
        *("/desk/book/", "/desk/walk-in/", "/desk/queue/", "/desk/requests/", "/desk/late/"),
        *(f"/desk/queue/{entry.pk}/call/", f"/desk/book/{visit.reference}/read-out/"),
        f"{prefix}/visit/{token_for(visit)}/",
    ):
        page.goto(path, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        found += [(path, rule["id"]) for rule in Axe().run(page, options=AXE_RULES).response["violations"]]
    page.goto("/desk/late/")
    with page.expect_navigation():
        page.locator(".callf form .btn-primary").last.click()
    found += [("preview", rule["id"]) for rule in Axe().run(page, options=AXE_RULES).response["violations"]]
    context.close()

    assert found == []
