"""The form at the clinic and the rules, in a real browser: accessibility, and every width."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Role, User
from patients.models import FormVersion
from tests.browser.test_review import COLOURS, sign_in
from tests.browser.test_shell import AXE_RULES
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.form_pages import answers_before
from tests.patients.forms import SIGNED, save, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = (1440, 820, 390, 320)


@pytest.fixture
def version(transactional_db: None) -> FormVersion:
    """A form of which the first stage was sent."""
    SiteFactory.create()
    patient = PatientFactory.create(name="Hannah Whitfield")
    draft = save(patient, **(answers_before() | SIGNED))
    return send(patient, draft.revision)


@pytest.fixture
def nurse(transactional_db: None) -> User:
    return StaffFactory.create(roles=[Role.NURSE], name="Nurse Fon")


@pytest.mark.parametrize("language", ["en", "th"])
def test_pages_break_no_accessibility_rule_and_fit_every_screen(
    browser: Browser, live_server: LiveServer, nurse: User, version: FormVersion, language: str
) -> None:
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = sign_in(context, live_server, nurse, language)
    form = f"/review/patients/{version.patient_id}/form/"
    places = [form, *(form + name for name in ("score/", "in-the-sun/", "check/", "sent/")), "/review/rules/"]
    faults: list[Any] = []
    for place in places:
        answer = page.goto(live_server.url + place)
        assert answer is not None
        assert answer.status == 200
        for colours in COLOURS:
            page.emulate_media(color_scheme=colours)
            found = Axe().run(page, options=AXE_RULES).response["violations"]
            faults += [(place, colours, rule["id"], rule["nodes"][0]["html"]) for rule in found]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults += [(place, width, wide)] if wide > width else []
    context.close()
    assert faults == []


def test_a_nurse_goes_from_the_review_to_the_form_and_back(
    browser: Browser, live_server: LiveServer, nurse: User, version: FormVersion
) -> None:
    context = browser.new_context()
    page = sign_in(context, live_server, nurse)
    page.goto(f"{live_server.url}/review/forms/{version.pk}/")

    page.get_by_role("link", name="Fill in with the patient").click()
    page.get_by_role("link", name="Carry on").click()
    expect(page.get_by_role("navigation", name="Staff")).to_contain_text("Hannah Whitfield")
    page.get_by_role("link", name="Back to the review").click()

    expect(page).to_have_url(f"{live_server.url}/review/forms/{version.pk}/")
    context.close()
