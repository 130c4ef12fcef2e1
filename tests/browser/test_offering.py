"""The owner's pages of what the clinic offers in a real browser: accessibility, live previews, no scripts."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Clinic, Role, Treatment, TreatmentCard, VisitType
from clinic.services.catalogue import load_catalogue
from tests.browser.test_shell import AXE_RULES
from tests.calendars import Calendar, make_calendar
from tests.factories import StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ColorScheme = Literal["light", "dark"]


@pytest.fixture
def calendar(transactional_db: None) -> Calendar:
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    load_catalogue()
    calendar = make_calendar(practitioners=2, rooms=2)
    TreatmentCard.objects.filter(language="en").update(reviewer=calendar.practitioners[0])
    return calendar


def owner_in(browser: Browser, site: LiveServer, **options: object) -> BrowserContext:
    """Return a window in which an owner is signed in."""
    client = Client()
    client.force_login(StaffFactory.create(roles=[Role.OWNER]))
    context = browser.new_context(locale="en-GB", bypass_csp=True, base_url=site.url, **options)  # type: ignore[arg-type]
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
    return context


@pytest.mark.parametrize(("colours", "language"), [("light", "en"), ("dark", "th")])
def test_pages_break_no_accessibility_rule_and_fit_a_phone(
    browser: Browser, live_server: LiveServer, calendar: Calendar, language: str, colours: ColorScheme
) -> None:
    kind, treatment = calendar.visit_type.pk, Treatment.objects.order_by("order")[0].pk
    paths = [
        *("visit-types/", f"visit-types/{kind}/", "visit-types/new/", "treatments/"),
        *(f"treatments/{treatment}/", f"treatments/{treatment}/cards/th/", f"treatments/{treatment}/facts/"),
        *(f"treatments/{treatment}/gate/", "gates/", "messages/", "messages/booked/", "policy/"),
    ]
    context = owner_in(browser, live_server, color_scheme=colours, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page, found = context.new_page(), []

    for path in paths:
        page.goto(f"/setup/{path}", wait_until="networkidle")
        assert page.locator("html").get_attribute("lang") == language
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, 390)
        found += [(path, rule["id"]) for rule in Axe().run(page, options=AXE_RULES).response["violations"]]
    context.close()

    assert found == []


def test_preview_follows_what_is_typed_without_saving(
    browser: Browser, live_server: LiveServer, calendar: Calendar
) -> None:
    context = owner_in(browser, live_server)
    page = context.new_page()
    page.goto(f"/setup/visit-types/{calendar.visit_type.pk}/")
    before = page.locator(".sum-line b").inner_text()

    page.get_by_label("Length in minutes").fill("200")
    page.get_by_label("Length in minutes").blur()

    expect(page.locator(".sum-line b")).not_to_have_text(before)
    expect(page.locator(".sum-line")).to_contain_text(f"now {before}")
    context.close()
    assert VisitType.objects.get(pk=calendar.visit_type.pk).minutes == 40


def test_a_card_is_seen_as_it_is_typed(browser: Browser, live_server: LiveServer, calendar: Calendar) -> None:
    context = owner_in(browser, live_server)
    page = context.new_page()
    page.goto(f"/setup/treatments/{Treatment.objects.order_by('order')[0].pk}/cards/en/")

    page.get_by_label("What we don’t know").fill("Whether it lasts.")
    page.get_by_label("What we don’t know").blur()

    expect(page.locator(".patient-look")).to_contain_text("Whether it lasts.")
    context.close()


def test_everything_works_without_scripts(
    browser: Browser, live_server: LiveServer, calendar: Calendar
) -> None:
    context = owner_in(browser, live_server, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/setup/visit-types/{calendar.visit_type.pk}/")

    page.get_by_label("Length in minutes").fill("60")
    page.get_by_role("button", name="Look").click()
    expect(page.locator(".sum-line")).to_contain_text("now")
    expect(page.get_by_label("Length in minutes")).to_have_value("60")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".notes")).to_contain_text("New bookings follow it")
    context.close()
    assert VisitType.objects.get(pk=calendar.visit_type.pk).minutes == 60
