"""Asking to be called in a real browser: from the box that a save brings, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from patients.models import Patient, UrgentAlert
from tests.browser.devices import Device
from tests.factories import SiteFactory
from tests.patients.form_pages import path_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_box_that_comes_with_a_save_takes_the_wish(
    new_device: Device, agreed: Patient, scripts: bool
) -> None:
    SiteFactory.create()
    page = new_device(java_script_enabled=scripts)
    page.goto(path_of(agreed, "last-two-weeks"))
    page.locator("input[name=l_selfharm][value=yes]").check()
    if not scripts:
        page.get_by_role("button", name="Save and continue").last.click()

    page.get_by_role("button", name="Yes, please call me").click()

    expect(page.get_by_text("We have asked the clinic to call you.")).to_be_visible()
    expect(page.locator("#urgent a[href='tel:1323']")).to_be_visible()
    assert UrgentAlert.objects.get().call_wanted_at is not None
