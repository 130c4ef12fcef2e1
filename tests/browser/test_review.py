"""The clinicians' pages in a real browser: accessibility, keys, two at once, and a version that comes in."""

import re
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Role, User
from patients.models import FormVersion, Review, ReviewDraft
from patients.services.reviews import correct_answer
from tests.browser.test_shell import AXE_RULES
from tests.factories import PatientFactory, SiteFactory, StaffFactory
from tests.patients.forms import NOW, save, send, send_case

COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def forms(transactional_db: None) -> list[FormVersion]:
    """Three forms: one with a newer version, one with red flags, one without a flag."""
    SiteFactory.create()
    first = send_case(PatientFactory.create(name="Ann"), "vo-02", x_words="I want to know what is safe.")
    draft = save(first.patient, 10**6, f_itch_nrs=9)
    red = send_case(PatientFactory.create(name="Bee"), "vo-03", x_face_map=["left_cheek", "nose"])
    return [send(first.patient, draft.revision), red, send_case(PatientFactory.create(name="Cat"))]


@pytest.fixture
def doctor(transactional_db: None) -> User:
    return StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Ploy")


def sign_in(context: BrowserContext, live_server: LiveServer, user: User, language: str = "en") -> Page:
    """Return a page of a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    names = (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
    values = (client.cookies[settings.SESSION_COOKIE_NAME].value, language)
    for name, value in zip(names, values, strict=True):
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def enter(context: BrowserContext, live_server: LiveServer, doctor: User) -> Page:
    return sign_in(context, live_server, doctor)


@pytest.mark.parametrize("language", ["en", "th"])
def test_pages_break_no_accessibility_rule_and_fit_every_screen(
    browser: Browser, live_server: LiveServer, doctor: User, forms: list[FormVersion], language: str
) -> None:
    correct_answer(version=forms[0], key="k_hsv", value="never", reason="Examined", by=doctor, now=NOW)
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = sign_in(context, live_server, doctor, language)
    paths = ["/review/", f"/review/forms/{forms[0].pk}/", "/review/alerts/"]
    faults: list[Any] = []
    for path in paths:
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        for colours in COLOURS:
            page.emulate_media(color_scheme=colours)
            found = Axe().run(page, options=AXE_RULES).response["violations"]
            faults += [(path, colours, rule["id"], rule["nodes"][0]["html"]) for rule in found]
        for width in (1024, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            faults += [(path, width, wide)] if wide > width else []
    context.close()
    assert faults == []


def test_keys_walk_the_queue_and_open_a_form(
    enter: Page, live_server: LiveServer, forms: list[FormVersion]
) -> None:
    enter.goto(f"{live_server.url}/review/")
    names = enter.locator("[data-open]").all_inner_texts()
    enter.keyboard.press("j")
    expect(enter.locator("tr.cur [data-open]")).to_have_text(names[1])
    expect(enter.locator("tr.cur [data-open]")).to_be_focused()
    expect(enter.get_by_label(f"Preview of {names[1]}")).to_be_visible()
    expect(enter.get_by_label(f"Preview of {names[0]}")).to_be_hidden()
    expect(enter).to_have_url(re.compile("selected="))

    enter.keyboard.press("k")
    expect(enter.locator("tr.cur [data-open]")).to_have_text(names[0])
    enter.keyboard.press("Enter")
    expect(enter).to_have_url(re.compile("/review/forms/"))
    expect(enter.locator("h1")).to_have_text(names[0])
    enter.wait_for_load_state()  # keys are heard once the page's scripts have run

    enter.keyboard.press("j")
    expect(enter.locator("h1")).to_have_text(names[1])


@pytest.mark.parametrize("cell", [".when", ".rating", "td:last-child"])
def test_a_click_anywhere_on_a_row_chooses_it_and_the_name_opens_the_form(
    enter: Page, live_server: LiveServer, forms: list[FormVersion], cell: str
) -> None:
    enter.goto(f"{live_server.url}/review/")
    name = enter.locator("[data-open]").nth(2).inner_text()
    expect(enter.get_by_label(f"Preview of {name}")).to_be_hidden()

    target = enter.locator("tr[data-row]").nth(2).locator(cell).first.bounding_box()
    assert target
    enter.mouse.click(target["x"] + target["width"] - 3, target["y"] + target["height"] - 3)

    expect(enter.get_by_label(f"Preview of {name}")).to_be_visible()
    expect(enter.locator("tr.cur [data-open]")).to_have_text(name)
    enter.locator("[data-open]").nth(0).click()
    expect(enter).to_have_url(re.compile("/review/forms/"))


def test_keys_filter_and_can_be_switched_off(
    enter: Page, live_server: LiveServer, forms: list[FormVersion]
) -> None:
    enter.goto(f"{live_server.url}/review/")
    enter.keyboard.press("f")
    expect(enter.locator("[data-open]")).to_have_text(["Bee"])
    enter.wait_for_load_state()
    enter.keyboard.press("n")
    expect(enter).to_have_url(re.compile("news=1"))

    enter.goto(f"{live_server.url}/review/")
    enter.keyboard.press("?")
    enter.get_by_label("Use single keys").uncheck()
    enter.reload()
    enter.locator("body").press("f")
    enter.wait_for_timeout(200)
    assert "red=" not in enter.url


def test_a_form_is_decided_and_signed_by_keyboard(
    enter: Page, live_server: LiveServer, forms: list[FormVersion]
) -> None:
    enter.goto(f"{live_server.url}/review/forms/{forms[0].pk}/")
    button = enter.locator(".decide .btn-primary")
    expect(button).to_have_accessible_name("Save")
    enter.keyboard.press("3")
    expect(button).to_have_accessible_name("Save and ask the desk to change the visit")
    enter.keyboard.press("2")
    expect(button).to_have_accessible_name("Save and send the questions")
    enter.get_by_role("button", name="Ask about a flare").press("Enter")
    expect(enter.get_by_label("Message to Ann")).to_be_focused()
    expect(enter.get_by_label("Message to Ann")).to_have_value(
        re.compile("Is there eczema on your face today")
    )
    enter.keyboard.press("Tab")
    expect(enter.get_by_text("Draft saved", exact=True)).to_be_visible()
    assert ReviewDraft.objects.count() == 1

    enter.get_by_label("Notes for doctors").press("1")
    expect(enter.get_by_label("Notes for doctors")).to_have_value("1")
    enter.keyboard.press("Control+Enter")

    expect(enter).to_have_url(f"{live_server.url}/review/")
    expect(enter.get_by_text("Saved for Ann: Ask the patient.")).to_be_visible()
    assert Review.objects.get().decision == "ask"


def test_two_clinicians_see_each_other_and_a_new_version_has_to_be_seen(
    enter: Page, browser: Browser, live_server: LiveServer, forms: list[FormVersion]
) -> None:
    path = f"{live_server.url}/review/forms/{forms[0].pk}/"
    enter.goto(path)
    other = browser.new_context()
    colleague = sign_in(other, live_server, StaffFactory.create(roles=[Role.CLINICIAN], name="Dr Anan"))
    colleague.goto(path)
    expect(colleague.get_by_text("Dr Ploy has this form open too.")).to_be_visible()
    other.close()
    send(forms[0].patient, save(forms[0].patient, 10**6, f_itch_nrs=4).revision)

    enter.evaluate("document.dispatchEvent(new Event('nuan:ask'))")
    expect(enter.locator("#presence").get_by_text("Dr Anan has this form open too.")).to_be_visible()
    expect(enter.locator("#presence").get_by_text("Version 3 came in.")).to_be_visible()
    enter.keyboard.press("1")
    enter.keyboard.press("Control+Enter")
    expect(enter.get_by_role("link", name="See what changed")).to_be_focused()
    assert not Review.objects.exists()

    enter.keyboard.press("Enter")
    expect(enter.locator(".changed ins").first).to_contain_text("4 of 10")
    enter.wait_for_load_state()
    enter.locator("main").press("1")
    enter.keyboard.press("Control+Enter")
    expect(enter).to_have_url(f"{live_server.url}/review/")
    assert Review.objects.get().version.number == 3


def test_pages_are_refused_nothing_by_their_own_policy(
    enter: Page, live_server: LiveServer, forms: list[FormVersion]
) -> None:
    said: list[str] = []
    enter.on("console", lambda message: said.append(message.text))
    enter.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/review/", f"/review/forms/{forms[0].pk}/", "/review/alerts/"):
        enter.goto(live_server.url + path, wait_until="networkidle")
    assert said == []


def test_only_what_changed_can_be_shown_without_a_script(
    browser: Browser, live_server: LiveServer, doctor: User, forms: list[FormVersion]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context, live_server, doctor)
    page.goto(f"{live_server.url}/review/forms/{forms[0].pk}/")
    assert page.locator(".qrow:visible").count() > 50
    page.get_by_label("Only what changed").check()
    expect(page.locator(".qrow:visible")).to_have_count(1)
    page.get_by_label("Read. The visit goes ahead").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}/review/")
    context.close()


def test_what_nobody_asked_is_folded_opens_without_a_script_and_is_printed(
    browser: Browser, live_server: LiveServer, doctor: User
) -> None:
    SiteFactory.create()
    version = send_case(PatientFactory.create(), "calm", k_bleeding=None)
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context, live_server, doctor)
    page.goto(f"{live_server.url}/review/forms/{version.pk}/")
    row = page.get_by_text("Bleeding disorder", exact=True)
    expect(row).to_be_hidden()

    page.emulate_media(media="print")
    expect(row).to_be_visible()
    page.emulate_media(media="screen")
    page.get_by_text("1 question not asked yet").last.click()
    expect(row).to_be_visible()
    context.close()
