"""One's own data in a real browser: everything can be read and pressed, and the file comes down whole."""

from pathlib import Path
from typing import Any

import pytest
import pyzipper
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from bookings.services.own_copies import build_copy
from clinic.models import Clinic, Role, User
from patients.models import DataExport, ErasureRequest, Patient
from tests.browser.test_shell import AXE_RULES
from tests.factories import PatientFactory, SiteFactory, StaffFactory, UserFactory
from tests.patients.forms import send_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [
    {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
    {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
]


@pytest.fixture(autouse=True)
def patient(transactional_db: None, settings: Any, tmp_path: Path) -> Patient:
    settings.PHOTOS_ROOT = tmp_path / "photos"
    Clinic.objects.create(pk=1, name="Mali Skin Clinic")
    SiteFactory.create()
    patient = PatientFactory.create(account=UserFactory.create())
    send_case(patient, a_photo_care=True, a_photo_marketing=True)
    return patient


def page_of(browser: Browser, site: LiveServer, user: User, look: Any) -> Page:
    """Return a page of a window in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(locale="en-GB", base_url=site.url, **look)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])
    return context.new_page()


def is_fine(page: Page) -> None:
    """Fail if a page has a fault that axe finds, or is wider than its window."""
    assert Axe().run(page, options=AXE_RULES).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("look", LOOKS, ids=["phone", "dark desktop"])
def test_everybody_can_read_and_press_it(
    browser: Browser, live_server: LiveServer, patient: Patient, look: Any
) -> None:
    assert patient.account
    page = page_of(browser, live_server, patient.account, look)
    for place in ("", "erase/"):
        page.goto(f"/your-data/{patient.pk}/{place}")
        is_fine(page)
    page.context.close()
    ErasureRequest.objects.create(patient=patient, asked_at=timezone.now())
    owner = page_of(browser, live_server, StaffFactory.create(roles=[Role.OWNER]), look)
    owner.goto("/setup/privacy/")
    is_fine(owner)
    owner.context.close()


def test_the_file_comes_down_whole(
    browser: Browser, live_server: LiveServer, patient: Patient, tmp_path: Path
) -> None:
    assert patient.account
    page = page_of(browser, live_server, patient.account, LOOKS[0])
    page.goto(f"/your-data/{patient.pk}/")
    page.get_by_role("button", name="Make my file").click()
    password = page.locator(".password").inner_text()
    build_copy(export_id=DataExport.objects.get().pk, now=timezone.now())
    page.goto(f"/your-data/{patient.pk}/")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Fetch my file").click()
    coming.value.save_as(tmp_path / "my-data.zip")
    page.context.close()

    with pyzipper.AESZipFile(tmp_path / "my-data.zip") as bundle:
        bundle.setpassword(password.encode())
        assert bundle.testzip() is None
        assert {"data.json", "index.html", "style.css"} <= set(bundle.namelist())
