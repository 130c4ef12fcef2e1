"""The owner's pages in a real browser: drawing a week by mouse and by keys, and without scripts."""

from collections.abc import Iterator
from typing import Any, Literal
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from bookings.models import WorkingHours
from clinic.models import Clinic, Role
from clinic.services.audit import Action, Reader, record_read
from tests.bookings.pages import book_for
from tests.browser.test_shell import AXE_RULES
from tests.calendars import Calendar, make_calendar
from tests.factories import SiteFactory, StaffFactory, both

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ColorScheme = Literal["light", "dark"]
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
HOUR = 36
FIRST = 6


@pytest.fixture
def calendar(transactional_db: None) -> Calendar:
    """A clinic with one practitioner and two sites."""
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    calendar = make_calendar()
    SiteFactory.create(name=both("Phuket"), order=5)
    return calendar


def owner_in(browser: Browser, site: LiveServer, **options: object) -> BrowserContext:
    """Return a window in which an owner is signed in."""
    client = Client()
    client.force_login(StaffFactory.create(roles=[Role.OWNER], name="Mali"))
    context = browser.new_context(locale="en-GB", base_url=site.url, **options)  # type: ignore[arg-type]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
    return context


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, calendar: Calendar) -> Iterator[Page]:
    """The page that draws the practitioner's week, under the site's own content policy."""
    context = owner_in(browser, live_server, viewport=DESKTOP)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto(f"/setup/hours/{calendar.practitioners[0].pk}/", wait_until="networkidle")
    yield page
    context.close()
    assert faults == []


def drag(page: Page, day: int, start: float, end: float, *, to_day: int | None = None) -> None:
    """Drag in the drawing from one hour to another, perhaps to another day."""

    def at(day: int, hour: float) -> tuple[float, float]:
        box = page.locator("[data-col]").nth(day - 1).bounding_box()
        assert box
        return box["x"] + box["width"] / 3, box["y"] + (hour - FIRST) * HOUR

    page.mouse.move(*at(day, start))
    page.mouse.down()
    page.mouse.move(*at(to_day or day, (start + end) / 2), steps=4)
    page.mouse.move(*at(to_day or day, end), steps=4)
    page.mouse.up()


def drawn(page: Page, day: int) -> list[str]:
    """Return the blocks of a day as they read."""
    return [
        words.replace("\u2013", "-")
        for words in page.locator("[data-col]").nth(day - 1).locator(".wb-in > span").all_inner_texts()
    ]


def save(page: Page) -> list[tuple[int, str, str]]:
    """Press Save; return what holds from then on."""
    page.get_by_role("button", name="Save these hours").click()
    expect(page.locator(".notes")).to_contain_text("Saved")
    rows = WorkingHours.objects.filter(valid_to_date=None).order_by("weekday", "starts")
    return [(row.weekday, f"{row.starts:%H:%M}", f"{row.ends:%H:%M}") for row in rows]


def test_a_week_is_drawn_with_the_mouse(page: Page) -> None:
    drag(page, 6, 10, 12.2)  # drawn, and snapped to a quarter
    drag(page, 1, 16.95, 12)  # the lower edge of Monday, upwards
    drag(page, 1, 13, 18)  # and an afternoon after lunch
    drag(page, 2, 11, 9, to_day=7)  # Tuesday becomes Sunday, two hours earlier
    page.get_by_role("button", name="Remove: Wednesday, 09:00 to 17:00").click()

    assert (drawn(page, 6), drawn(page, 1), drawn(page, 7)) == (
        ["10:00-12:15"],
        ["09:00-12:00", "13:00-18:00"],
        ["07:00-15:00"],
    )
    expect(page.locator("#ahead")).to_contain_text("now")
    assert save(page) == [
        (1, "09:00", "12:00"),
        (1, "13:00", "18:00"),
        (4, "09:00", "17:00"),
        (5, "09:00", "17:00"),
        (6, "10:00", "12:15"),
        (7, "07:00", "15:00"),
    ]


def test_hours_in_the_way_stop_a_drag(page: Page) -> None:
    drag(page, 1, 18, 15)
    assert drawn(page, 1) == ["09:00-17:00", "17:00-18:00"]

    drag(page, 2, 10, 10, to_day=1)  # there is no room: it goes back
    assert drawn(page, 2) == ["09:00-17:00"]


def test_a_week_is_drawn_with_keys_only(page: Page) -> None:
    page.get_by_role("button", name="Saturday: Add hours").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("Added: Saturday, 09:00 to 17:00, Mali Skin Clinic")
    for _quarter in range(8):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_contain_text("Sunday, 08:45 to 14:45")
    assert drawn(page, 7) == ["08:45-14:45"]
    page.get_by_role("button", name="Monday, 09:00 to 17:00").first.focus()
    page.keyboard.press("Delete")
    expect(page.locator("#live")).to_contain_text("Removed")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Monday: Add hours"

    assert save(page)[0] == (2, "09:00", "17:00")
    assert WorkingHours.objects.filter(weekday=7).exists()


def test_a_day_is_copied_and_rows_and_drawing_stay_one(page: Page) -> None:
    page.get_by_text("The week as a list").click()
    page.locator('[data-field="starts"]').first.fill("8:30")
    page.locator('[data-field="starts"]').first.blur()
    assert drawn(page, 1) == ["08:30-17:00"]

    page.get_by_role("group", name="to", exact=True).get_by_text("Sat").click()
    page.get_by_role("button", name="Copy", exact=True).click()

    assert drawn(page, 6) == ["08:30-17:00"]
    page.locator("[data-draw-site]").last.check()
    page.get_by_role("button", name="Sunday: Add hours").click()
    assert page.locator("[data-col]").last.locator(".wb-in small").inner_text() == "Phuket"
    save(page)
    assert WorkingHours.objects.get(weekday=7).site.name["en"] == "Phuket"


def test_hours_are_saved_all_the_same_without_scripts(
    browser: Browser, live_server: LiveServer, calendar: Calendar
) -> None:
    visit = book_for(calendar)
    context = owner_in(browser, live_server, java_script_enabled=False, viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"/setup/hours/{calendar.practitioners[0].pk}/")
    expect(page.locator("#week")).to_be_hidden()
    for row in range(5):
        page.locator('[data-field="DELETE"]').nth(row).check()

    page.get_by_role("button", name="Save these hours").click()
    expect(page.locator(".errors")).to_contain_text(visit.reference)
    page.get_by_role("button", name="Save all the same").click()
    expect(page.locator(".notes")).to_contain_text("Saved")
    context.close()

    assert not WorkingHours.objects.filter(valid_to_date=None).exists()


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("th", "dark")])
def test_the_pages_break_no_accessibility_rule_and_fit_a_phone(
    browser: Browser, live_server: LiveServer, calendar: Calendar, language: str, colours: ColorScheme
) -> None:
    context = owner_in(browser, live_server, color_scheme=colours, bypass_csp=True, viewport=DESKTOP)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page, found = context.new_page(), []
    person, site = calendar.practitioners[0].pk, calendar.site.pk
    paths = [
        "",
        "sites/",
        f"sites/{site}/",
        "rooms/",
        f"rooms/{calendar.rooms[0].pk}/",
        "people/",
        "people/invite/",
    ]
    paths += [
        f"practitioners/{person}/",
        "hours/",
        f"hours/{person}/",
        "holidays/",
        f"holidays/site/{site}/",
        f"holidays/site/{site}/extra/",
        "audit/",
        "audit/sign-ins/",
        "audit/changes/",
    ]
    facts: dict[str, Any] = {"subject_type": "draft", "subject_ids": [uuid4()], "patient_ids": [uuid4()]}
    nurse = Reader(StaffFactory.create(roles=[Role.NURSE]), "10.0.0.1")
    record_read(reader=nurse, action=Action.OPENED, now=timezone.now(), **facts)

    for path in paths:
        page.set_viewport_size(DESKTOP)
        page.goto(f"/setup/{path}", wait_until="networkidle")
        assert page.locator("html").get_attribute("lang") == language
        found += [
            (path, rule["id"], rule["nodes"][0]["html"][:90])
            for rule in Axe().run(page, options=AXE_RULES).response["violations"]
        ]
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            found.append((path, "too wide", str(page.evaluate("document.documentElement.scrollWidth"))))
    context.close()

    assert found == []
