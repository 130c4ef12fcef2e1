"""The health form in a real browser: by keys, without scripts, with a network that dies, on two devices."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from patients.models import FormVersion, Patient, UrgentAlert
from patients.queries.health_forms import open_draft
from tests.patients.form_pages import (
    AGREED,
    FORM,
    answers_before,
    fields_for,
    keep_answers,
    path_of,
    shown_pages,
    sign_in,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: ViewportSize = {"width": 390, "height": 844}
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
Device = Callable[..., Page]


@pytest.fixture
def session() -> Client:
    return Client()


@pytest.fixture
def patient(session: Client) -> Patient:
    return sign_in(session)


@pytest.fixture
def agreed(patient: Patient) -> Patient:
    keep_answers(patient, **AGREED)
    return patient


@pytest.fixture
def device(browser: Browser, live_server: LiveServer, session: Client, patient: Patient) -> Iterator[Device]:
    """Return a function that gives one more device on which the patient is signed in."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(
            viewport=PHONE, locale="en-GB", base_url=live_server.url, **options
        )  # fmt: skip
        key = session.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def answer_of(patient: Patient, key: str) -> Any:
    """Return what is saved."""
    return open_draft(patient).answers.get(key)


def wait_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait up to ten seconds for something that the page's work brings about."""
    for _step in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It never came about.")


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
    for _treatment in answers["h_treatments"] if slug == "done-before" else []:
        page.locator("button[name=add]").click()
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
        page.wait_for_url(lambda url, old=here: url != old)
    page.get_by_role("button", name="Send to the clinic").click()
    page.wait_for_url("**/sent/")


def test_first_stage_without_scripts(device: Device, patient: Patient) -> None:
    page = device(java_script_enabled=False)

    walk_first_stage(page, patient)

    expect(page.get_by_role("heading", name="That’s all we need before you come")).to_be_visible()
    assert FormVersion.objects.get().patient == patient


def test_first_stage_with_scripts_saves_on_the_way(device: Device, patient: Patient) -> None:
    page = device()

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


def test_first_stage_by_keys_alone(device: Device, patient: Patient) -> None:
    page = device()
    page.goto(path_of(patient, "consent"))

    while "/check/" not in page.url:
        here = page.url
        press_through(page)
        page.wait_for_url(lambda url, old=here: url != old)
    page.get_by_role("button", name="Send to the clinic").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sent/")

    assert FormVersion.objects.get().patient == patient


def test_an_answer_is_saved_when_it_is_given(device: Device, agreed: Patient) -> None:
    page = device()
    page.goto(path_of(agreed, "in-the-sun"))

    page.locator("[name=e_burn][value=rarely_burns]").check(force=True)

    wait_until(page, lambda: answer_of(agreed, "e_burn") == "rarely_burns")
    expect(page.locator("#saved")).to_contain_text("Saved ")
    expect(page.locator("#live")).to_contain_text("Saved ")
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_words_are_saved_a_second_after_the_last_letter(device: Device, agreed: Patient) -> None:
    page = device()
    page.goto(path_of(agreed, "you-and-this"))

    page.locator("#id_x_words").press_sequentially("Pits on both cheeks", delay=5)
    page.wait_for_timeout(1600)
    page.close()

    assert answer_of(agreed, "x_words") == "Pits on both cheeks"


def test_who_never_stops_typing_is_saved_on_the_way(device: Device, agreed: Patient) -> None:
    page = device()
    page.goto(path_of(agreed, "you-and-this"))

    page.locator("#id_x_words").press_sequentially("a" * 24, delay=300)

    assert len(answer_of(agreed, "x_words") or "") >= 10


def test_a_network_that_dies_loses_nothing(device: Device, agreed: Patient) -> None:
    page = device()
    page.goto(path_of(agreed, "you-and-this"))
    page.context.set_offline(True)

    page.locator("#id_x_words").fill("Typed in a tunnel")
    page.locator("[name=l_impairs][value=often]").check(force=True)
    expect(page.locator("#save-trouble")).to_contain_text("You’re offline.")
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(page.locator("#live")).to_contain_text("You’re offline.")
    page.locator(".sticky .btn-primary").click()
    expect(page.locator("#id_x_words")).to_have_value("Typed in a tunnel")
    assert answer_of(agreed, "x_words") is None
    page.context.set_offline(False)

    wait_until(page, lambda: answer_of(agreed, "x_words") == "Typed in a tunnel")
    assert answer_of(agreed, "l_impairs") == "often"
    expect(page.locator("#save-trouble")).to_be_hidden()


def test_a_server_that_fails_is_asked_again_and_leaving_is_warned_of(device: Device, agreed: Patient) -> None:
    page = device()
    page.goto(path_of(agreed, "you-and-this"))
    page.route("**/save/", lambda route: route.fulfill(status=503, body="no"))
    page.locator("[name=l_impairs][value=often]").check(force=True)
    expect(page.locator("#save-trouble")).to_contain_text("We couldn’t save your last answer.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.locator(".back").click()
    page.wait_for_url("**/closer-look/")

    assert asked == ["beforeunload"]


def test_a_failed_save_is_tried_again_by_itself(device: Device, agreed: Patient) -> None:
    page, failures = device(), iter([503, 500])
    page.goto(path_of(agreed, "you-and-this"))

    def answer(route: Route) -> None:
        status = next(failures, None)
        route.fulfill(status=status, body="no") if status else route.continue_()

    page.route("**/save/", answer)
    page.locator("[name=l_impairs][value=often]").check(force=True)

    wait_until(page, lambda: answer_of(agreed, "l_impairs") == "often")
    expect(page.locator("#save-trouble")).to_be_hidden()


@pytest.mark.parametrize(("choice", "kept"), [("Keep that one", "no"), ("Keep this one", "often")])
def test_another_device_was_quicker(device: Device, agreed: Patient, choice: str, kept: str) -> None:
    here, there = device(), device()
    for page in (here, there):
        page.goto(path_of(agreed, "you-and-this"))
    there.locator("[name=l_impairs][value=no]").check(force=True)
    wait_until(there, lambda: answer_of(agreed, "l_impairs") == "no")

    here.locator("[name=l_impairs][value=often]").check(force=True)
    box = here.locator(".conflict")
    expect(box).to_contain_text("You changed this on another device at")
    expect(box).to_contain_text("Often")
    expect(box).to_be_focused()
    here.get_by_role("button", name=choice).click()

    here.wait_for_load_state()
    wait_until(here, lambda: answer_of(agreed, "l_impairs") == kept)


def test_an_urgent_answer_is_met_at_once(device: Device, agreed: Patient) -> None:
    page = device()
    page.goto(path_of(agreed, "right-now"))

    page.locator("[value=trouble_breathing_swollen_face]").check(force=True)

    expect(page.locator("#urgent")).to_contain_text("Call an ambulance now")
    expect(page.locator("#urgent a[href='tel:1669']")).to_be_visible()
    assert UrgentAlert.objects.get().patient == agreed
    page.locator(".sticky .btn-primary").click()
    page.wait_for_url("**/in-the-sun/")
    expect(page.locator("#urgent")).to_be_visible()


def test_the_drawing_ticks_the_list_as_a_mirror_does(device: Device, agreed: Patient) -> None:
    page = device()
    page.goto(path_of(agreed, "places"))

    box = page.locator("[data-zone=left_cheek]").bounding_box()
    page.locator("[data-zone=left_cheek]").click()

    assert box is not None
    assert box["x"] < PHONE["width"] / 2
    expect(page.locator("[name=x_face_map][value=left_cheek]")).to_be_checked()
    wait_until(page, lambda: answer_of(agreed, "g_scar_areas") == ["cheeks"])


def list_addresses(patient: Patient) -> list[str]:
    """Return the addresses of the whole form: both stages, and what stands around them."""
    pages = [page.slug for stage in ("before", "after") for page in shown_pages(patient, stage)]
    return [path_of(patient, page) for page in ["", *pages, "check", "sent", "readers"]] + ["/messages/"]


@pytest.mark.parametrize("language", ["", "/th"])
def test_no_page_has_an_accessibility_fault(
    device: Device, session: Client, patient: Patient, language: str
) -> None:
    keep_answers(patient, **answers_before())
    session.post(path_of(patient, "check"), {"revision": open_draft(patient).revision})
    keep_answers(patient, f_itch_12m="yes", f_doctor_dx="yes", c_now=["changing_mole"], b_dob="2008-03-01",
                 b_guardian_consent="yes")  # fmt: skip
    page, faults = device(reduced_motion="reduce"), []

    for address in list_addresses(patient):
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            if theme == "light":
                page.goto(language + address)
            rules = {"runOnly": ["color-contrast"]} if theme == "dark" else {}
            found = Axe().run(page, options={"resultTypes": ["violations"], **rules})
            if found.violations_count:
                faults.append(f"{address} {theme}: {found.generate_report()}")
        page.set_viewport_size({"width": 320, "height": 700})
        if page.evaluate(SCROLLS_SIDEWAYS):
            faults.append(f"{address} scrolls sideways")
        page.set_viewport_size(PHONE)

    assert faults == []
