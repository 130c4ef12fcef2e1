"""The clinic's tablet in a real browser: one form, locked in time, online or not, and nothing behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Role, User
from patients.models import Patient, TabletPass
from patients.services.tablets import letters_of
from tests.browser.test_review import COLOURS, sign_in
from tests.browser.test_shell import AXE_RULES
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.form_pages import answers_before, keep_answers
from tests.patients.forms import SIGNED
from tests.patients.tablets import address_of, form_of, hand_out, leave_alone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1440, 820, 390, 320)
LOCKED = "This tablet is locked"


@pytest.fixture
def patient(transactional_db: None) -> Patient:
    """A patient who has answered everything, and sent nothing."""
    SiteFactory.create()
    patient = PatientFactory.create(name="Hannah Whitfield")
    keep_answers(patient, **(answers_before() | SIGNED))
    return patient


@pytest.fixture
def nok(transactional_db: None) -> User:
    return StaffFactory.create(roles=[Role.FRONT_DESK])


@pytest.fixture
def found(patient: Patient, nok: User) -> TabletPass:
    return hand_out(patient, by=nok)


@pytest.fixture
def tablet(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A browser of its own, with a clock the tests move."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 820, "height": 1180})
    context.clock.install()
    yield context
    context.close()


def start(tablet: BrowserContext, found: TabletPass) -> Page:
    """Scan a code and press Start."""
    page = tablet.new_page()
    page.goto(address_of(found))
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**" + form_of(found))
    return page


def test_a_form_is_sent_and_back_shows_nothing(tablet: BrowserContext, found: TabletPass) -> None:
    page = start(tablet, found)
    page.goto(form_of(found, "in-the-sun"))
    page.goto(form_of(found, "check"))

    page.get_by_role("button", name="Send to the clinic").click()
    expect(page.get_by_text("Please give the tablet back.")).to_be_visible()
    for _press in range(3):
        page.go_back()
        expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
        assert "Hannah" not in page.content()
    page.go_forward()
    assert "Hannah" not in page.content()


def test_the_screen_is_cleared_after_ten_idle_minutes_even_offline(
    tablet: BrowserContext, found: TabletPass
) -> None:
    page = start(tablet, found)
    page.goto(form_of(found, "in-the-sun"))
    tablet.set_offline(True)

    tablet.clock.fast_forward("09:30")
    expect(page.get_by_text("It locks in a minute.")).to_be_visible()
    expect(page.locator("#page-form")).to_be_visible()
    tablet.clock.fast_forward("00:31")

    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
    assert page.locator("#page-form, input, img").count() == 0
    assert page.title() == LOCKED


def test_a_touch_keeps_it_open_here_and_on_the_server(tablet: BrowserContext, found: TabletPass) -> None:
    page = start(tablet, found)
    page.goto(form_of(found, "in-the-sun"))
    tablet.clock.fast_forward("09:30")
    leave_alone(found, 9.5)

    with page.expect_response("**/still-here/"):
        page.get_by_role("button", name="Carry on").click()
    tablet.clock.fast_forward("01:00")

    expect(page.locator("#page-form")).to_be_visible()
    expect(page.get_by_text("It locks in a minute.")).to_be_hidden()
    row = TabletPass.objects.get()
    assert row.active_at is not None
    assert (row.active_at - found.made_at).total_seconds() > -60


def test_without_a_touch_nothing_tells_the_server_to_wait(tablet: BrowserContext, found: TabletPass) -> None:
    page = start(tablet, found)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url))

    tablet.clock.run_for(120_000)
    page.evaluate("document.dispatchEvent(new PointerEvent('pointerdown'))")  # no finger did that
    tablet.clock.run_for(1_000)

    assert any(url.endswith("/alive/") for url in told)
    assert not any(url.endswith("/still-here/") for url in told)


def test_the_desk_ends_it_while_it_is_used(tablet: BrowserContext, found: TabletPass) -> None:
    page = start(tablet, found)
    page.goto(form_of(found, "in-the-sun"))
    TabletPass.objects.update(ended_at=found.made_at, ended_by="desk")

    with page.expect_response("**/alive/"):
        tablet.clock.run_for(11_000)

    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()


def test_without_scripts_it_works_and_locks(
    browser: Browser, live_server: LiveServer, found: TabletPass
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/tablet/")
    page.get_by_label("Code").fill(letters_of(found).lower())
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**" + form_of(found))
    page.goto(form_of(found, "check"))
    leave_alone(found, 10)

    page.get_by_role("button", name="Send to the clinic").click()

    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
    context.close()


@pytest.mark.parametrize("language", ["en", "th"])
def test_pages_break_no_accessibility_rule_and_fit_every_screen(
    browser: Browser, live_server: LiveServer, found: TabletPass, nok: User, language: str
) -> None:
    faults: list[Any] = []
    desk = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = sign_in(desk, live_server, nok, language)
    other = PatientFactory.create(name="Somchai Jaidee")
    for patient in (found.patient, other):
        faults += look(page, f"{live_server.url}/desk/tablet/{patient.pk}/")
    desk.close()
    Patient.objects.update(language=language)
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce", locale=language)
    tablet = context.new_page()
    for place in ("/tablet/", "/tablet/locked/", "/tablet/thanks/", address_of(found), "/tablet/open/x/"):
        faults += look(tablet, live_server.url + place)
    tablet.goto(live_server.url + address_of(found))
    tablet.locator("form[method=post] .btn-primary").click()
    tablet.wait_for_url("**" + form_of(found))
    for name in ("", "in-the-sun"):
        faults += look(tablet, live_server.url + form_of(found, name))
    context.close()
    assert faults == []


def look(page: Page, address: str) -> list[Any]:
    """Return what is wrong with a page in both colours and at every width."""
    page.goto(address)
    faults: list[Any] = []
    for colours in COLOURS:
        page.emulate_media(color_scheme=colours)
        found = Axe().run(page, options=AXE_RULES).response["violations"]
        faults += [(address, colours, rule["id"], rule["nodes"][0]["html"]) for rule in found]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults += [(address, width, wide)] if wide > width else []
    return faults
