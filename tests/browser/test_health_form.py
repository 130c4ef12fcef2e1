"""The health form in a real browser: by keys, without scripts, in both languages and themes."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from patients.models import FormVersion, Patient
from patients.queries.health_forms import open_draft
from patients.services.private_links import make_private_link, token_of
from tests.browser.devices import PHONE, Device
from tests.factories import PatientFactory
from tests.patients.form_pages import (
    AGREED,
    FORM,
    answers_before,
    fields_for,
    keep_answers,
    path_of,
    shown_pages,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def fill(page: Page, fields: dict[str, Any]) -> None:
    """Give answers as a person does, by what the controls are."""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            control = page.locator(f'[name="{name}"]')
            kind = control.first.get_attribute("type")
            if kind in ("radio", "checkbox"):
                chosen = control if one == "on" else page.locator(f'[name="{name}"][value="{one}"]')
                chosen.check(force=True)
            elif control.first.evaluate("e => e.tagName") == "SELECT":
                control.select_option(one)
            elif kind != "hidden":
                control.fill(one)


def answer_page(page: Page, slug: str, answers: dict[str, Any]) -> None:
    """Answer one page and press its button."""
    for number, _treatment in enumerate(answers["h_treatments"] if slug == "done-before" else []):
        page.locator("button[name=add]").click()
        expect(page.locator(f'[name="h_treatments-{number}-type"]').first).to_be_attached()
        page.wait_for_load_state()
    fields = fields_for(FORM.page(slug), answers)
    fill(
        page, {name: value for name, value in fields.items() if name not in ("revision", "h_treatments-rows")}
    )
    page.locator(".sticky .btn-primary").click()


def walk_first_stage(page: Page, patient: Patient) -> None:
    """Fill in the first stage from the list to the end, and send it."""
    answers = answers_before()
    page.goto(path_of(patient))
    page.get_by_role("link", name="Start", exact=True).click()
    while "/check/" not in page.url:
        here = page.url
        answer_page(page, here.split("/")[-2], answers)
        page.wait_for_url(re.compile(f"^(?!{re.escape(here)}$)"))
    page.get_by_role("button", name="Send to the clinic").click()
    page.wait_for_url("**/sent/")


def test_first_stage_without_scripts(new_device: Device, patient: Patient) -> None:
    page = new_device(java_script_enabled=False)

    walk_first_stage(page, patient)

    expect(page.get_by_role("heading", name="That’s all we need before you come")).to_be_visible()
    assert FormVersion.objects.get().patient == patient


def test_first_stage_with_scripts_saves_on_the_way(new_device: Device, patient: Patient) -> None:
    page = new_device()

    walk_first_stage(page, patient)

    kept = open_draft(patient).answers
    answers = answers_before()
    assert {key: kept.get(key) for key in answers} == answers


def press_through(page: Page) -> None:
    """Answer every control of a page by keys alone, then press the button."""
    page.keyboard.press("Tab")
    for _step in range(80):
        kind = page.evaluate(
            "() => { const e = document.activeElement; return [e.tagName, e.type || '', e.name || '',"
            " e.value || '', Boolean(e.checked), e.closest('.sticky') !== null, e.className] }"
        )
        tag, sort, name, value, is_checked, is_sticky, look = kind
        if is_sticky and "btn-primary" in look:
            page.keyboard.press("Enter")
            return
        _press(page, tag, sort, name, value, is_checked)
        page.keyboard.press("Tab")
    raise AssertionError(f"No button was reached on {page.url}")


def _press(page: Page, tag: str, sort: str, name: str, value: str, is_checked: bool) -> None:
    dates = {"day": "14", "month": "3", "year": "1994"}
    part = name.rpartition("_")[2]
    is_wanted = sort == "radio" or value in ("on", "none", "left_cheek", "rolling", "smoother")
    if sort in ("radio", "checkbox") and is_wanted and not is_checked:
        page.keyboard.press("Space")
    elif tag == "INPUT" and part in dates and not value:
        page.keyboard.type(dates[part])
    elif tag == "INPUT" and sort == "text" and not value:
        page.keyboard.type("7" if name.startswith("n_") else "Hannah Whitfield")


def test_first_stage_by_keys_alone(new_device: Device, patient: Patient) -> None:
    page = new_device()
    page.goto(path_of(patient, "consent"))

    while "/check/" not in page.url:
        here = page.url
        press_through(page)
        page.wait_for_url(re.compile(f"^(?!{re.escape(here)}$)"))
    page.get_by_role("button", name="Send to the clinic").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sent/")

    assert FormVersion.objects.get().patient == patient


def list_addresses(patient: Patient) -> list[str]:
    """Return the addresses of the whole form: both stages, and what stands around them."""
    pages = [page.slug for stage in ("before", "after") for page in shown_pages(patient, stage)]
    return [path_of(patient, page) for page in ["", *pages, "check", "sent", "readers"]] + ["/messages/"]


def faults_of(page: Page) -> list[str]:
    """Return what is wrong with a page in both themes, and whether it scrolls sideways on a narrow phone."""
    faults = []
    for theme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two
        found = Axe().run(page, options={"resultTypes": ["violations"], **rules})
        if found.violations_count:
            faults.append(f"{page.url} {theme}: {found.generate_report()}")
    page.set_viewport_size({"width": 320, "height": 700})
    if page.evaluate(SCROLLS_SIDEWAYS):
        faults.append(f"{page.url} scrolls sideways")
    page.set_viewport_size(PHONE)
    return faults


@pytest.mark.parametrize("language", ["", "/th"])
def test_no_page_has_an_accessibility_fault(
    new_device: Device, web: Client, patient: Patient, language: str
) -> None:
    keep_answers(patient, **answers_before())
    web.post(path_of(patient, "check"), {"revision": open_draft(patient).revision})
    keep_answers(patient, f_itch_12m="yes", f_doctor_dx="yes", c_now=["changing_mole"], b_dob="2008-03-01",
                 b_guardian_consent="yes")  # fmt: skip
    page, faults = new_device(reduced_motion="reduce"), []

    for address in list_addresses(patient):
        page.emulate_media(color_scheme="light")
        page.goto(language + address)
        faults += faults_of(page)

    assert faults == []


def test_no_mistake_and_no_private_page_has_an_accessibility_fault(
    new_device: Device, agreed: Patient
) -> None:
    child = PatientFactory.create(account=agreed.account, name="Lily", booked_for="child")
    keep_answers(child, **AGREED)
    link = make_private_link(patient=child, now=timezone.now())
    page, faults = new_device(reduced_motion="reduce"), []

    for address in ("/form/", path_of(child), f"/private/{token_of(link)}/"):
        page.goto(address)
        faults += faults_of(page)
    for slug in ("who-you-are", "how-it-reacts", "places", "what-you-use"):
        page.goto(path_of(agreed, slug))
        page.locator(".sticky .btn-primary").click()
        expect(page.locator(".errors")).to_be_focused()
        faults += faults_of(page)
        page.emulate_media(color_scheme="light")

    assert faults == []
