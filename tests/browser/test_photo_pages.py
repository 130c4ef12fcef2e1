"""The photos page on a phone: chosen, on its way, stopped, sent again, and seen; and the clinic's side."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as site_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Role
from patients.models import Patient, Photo
from patients.photo_processing import process_photo
from patients.services import photos as service
from patients.services.photos import ask_for_retake
from tests.factories import SiteFactory, StaffFactory
from tests.patients.form_pages import AGREED, keep_answers, path_of, sign_in
from tests.patients.photo_pages import SHARP, agree, keep_photo, send_with_photos
from tests.photos.pictures import encoded, exif, tiled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
Browse = Callable[..., Page]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.PHOTOS_ROOT = tmp_path / "photos"


@pytest.fixture
def session() -> Client:
    return Client()


@pytest.fixture
def patient(session: Client) -> Patient:
    return agree(sign_in(session))


@pytest.fixture
def browse(browser: Browser, live_server: LiveServer, session: Client) -> Iterator[Browse]:
    """Return a function that gives a browser in which the session is signed in."""
    contexts: list[BrowserContext] = []

    def make(viewport: ViewportSize = PHONE, **options: Any) -> Page:
        context = browser.new_context(
            viewport=viewport, locale="en-GB", base_url=live_server.url, **options
        )  # fmt: skip
        name = site_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session.cookies[name].value, "url": live_server.url}])
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def open_photos(page: Page, patient: Patient) -> Locator:
    """Open the photos page and return the first card."""
    page.goto(path_of(patient, "photos"))
    return page.locator("#photo-front")


def choose(card: Locator, raw: bytes = SHARP) -> None:
    """Choose a file, as from a phone's gallery."""
    card.locator("input[type=file]").set_input_files(
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": raw}
    )


def is_loaded(card: Locator) -> bool:
    """Say whether the card shows a picture that the browser could read."""
    picture = card.locator("img")
    picture.scroll_into_view_if_needed()
    return bool(picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth > 0 }"))


def test_a_chosen_photo_is_sent_and_seen(browse: Browse, patient: Patient) -> None:
    page = browse()
    card = open_photos(page, patient)

    choose(card, encoded(tiled(3000, 4000), "JPEG", exif=exif()))

    expect(card.get_by_text("Added. Looks sharp")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Front: photo added")
    expect(card.locator("[data-focus]")).to_be_focused()
    assert is_loaded(card)
    assert Photo.objects.get().height == 2000
    assert page.url.endswith("/photos/")


def test_a_photo_on_its_way_shows_progress_and_is_stopped(
    browse: Browse, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, gate = browse(), threading.Event()

    def wait(raw: bytes) -> Any:
        gate.wait(20)
        return process_photo(raw)

    monkeypatch.setattr(service, "process_photo", wait)
    card = open_photos(page, patient)
    choose(card)
    expect(card.get_by_role("status")).to_have_text("Checking it…")
    expect(card.get_by_role("progressbar")).to_be_visible()
    expect(card.locator(".take")).to_be_hidden()

    card.get_by_role("button", name="Stop").click()

    expect(card.get_by_role("status")).to_have_text("Stopped. Nothing was sent.")
    expect(card.locator("input[type=file]")).to_be_focused()
    gate.set()


def test_a_photo_survives_a_network_that_dies(browse: Browse, patient: Patient) -> None:
    page = browse()
    card = open_photos(page, patient)
    page.context.set_offline(True)
    choose(card)
    expect(card.get_by_role("status")).to_have_text(
        "It did not arrive. Check your connection, then try again."
    )
    assert not Photo.objects.exists()
    page.context.set_offline(False)

    card.get_by_role("button", name="Try again").click()

    expect(card.get_by_text("Added. Looks sharp")).to_be_visible()
    assert Photo.objects.count() == 1


def test_an_answer_that_is_lost_leaves_one_photo(browse: Browse, patient: Patient) -> None:
    page = browse()

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    card = open_photos(page, patient)
    page.route("**/add/", lose, times=1)
    choose(card)
    expect(card.get_by_role("button", name="Try again")).to_be_visible()

    card.get_by_role("button", name="Try again").click()

    expect(card.get_by_text("Added. Looks sharp")).to_be_visible()
    assert Photo.objects.count() == 1


def test_a_refusal_is_said_and_another_photo_is_taken(browse: Browse, patient: Patient) -> None:
    page = browse()
    card = open_photos(page, patient)
    choose(card, SHARP[:2000])
    expect(card.locator("#photo-front-fault")).to_be_focused()
    expect(card.locator("#photo-front-fault")).to_contain_text("This photo is damaged.")

    choose(card)

    expect(card.get_by_text("Added. Looks sharp")).to_be_visible()


def test_a_photo_is_taken_out_after_a_second_look(browse: Browse, patient: Patient) -> None:
    keep_photo(patient)
    page = browse()
    card = open_photos(page, patient)

    card.locator("summary").click()
    card.get_by_role("button", name="Yes, take it out").click()

    expect(page.locator("#photo-front").get_by_text("Look at the camera")).to_be_visible()
    assert not Photo.objects.exists()


def test_cards_open_when_the_box_is_ticked(browse: Browse, session: Client) -> None:
    patient = sign_in(session)
    keep_answers(patient, **AGREED)
    page = browse()
    card = open_photos(page, patient)
    expect(card.get_by_text("Tick the box above first, then save")).to_be_visible()

    page.locator("[name=a_photo_care]").check()

    expect(card.locator("input[type=file]")).to_be_attached()
    choose(card)
    expect(card.get_by_text("Added. Looks sharp")).to_be_visible()
    page.locator(".sticky .btn-primary").click()
    page.wait_for_url(lambda url: "/photos/" not in url)


def test_everything_works_without_scripts(browse: Browse, session: Client) -> None:
    patient = sign_in(session)
    keep_answers(patient, **AGREED)
    page = browse(java_script_enabled=False)
    card = open_photos(page, patient)
    page.locator("[name=a_photo_care]").check()
    page.locator(".sticky .btn-primary").click()
    page.wait_for_url("**/photos/#photos")

    choose(card)
    card.get_by_role("button", name="Send").click()

    page.wait_for_url("**/photos/?added=front#photo-front")
    expect(card.get_by_text("Added. Looks sharp")).to_be_visible()
    choose(page.locator("#photo-near"), b"<svg/>")
    page.locator("#photo-near").get_by_role("button", name="Send").click()
    expect(page.locator("#photo-near").get_by_text("This file is not a photo")).to_be_visible()
    expect(card.get_by_text("Added. Looks sharp")).to_be_visible()


def test_a_photo_is_reached_and_taken_out_by_keys(browse: Browse, patient: Patient) -> None:
    keep_photo(patient)
    page = browse()
    card = open_photos(page, patient)
    card.locator("input[type=file]").focus()

    page.keyboard.press("Tab")
    expect(card.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#photo-front").get_by_text("Look at the camera")).to_be_visible()


def list_faults(page: Page, address: str) -> list[str]:
    """Return what axe and a narrow window find wrong with a page, light and dark."""
    faults = []
    page.goto(address)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        if found.violations_count:
            faults.append(f"{address} {theme}: {found.generate_report()}")
    page.set_viewport_size({"width": 320, "height": 700})
    if page.evaluate(SIDEWAYS):
        faults.append(f"{address} scrolls sideways")
    return faults


@pytest.mark.parametrize("language", ["", "/th"])
def test_patients_pages_have_no_accessibility_fault(
    browse: Browse, session: Client, patient: Patient, language: str
) -> None:
    blurred = keep_photo(patient, raw=encoded(tiled(400, 300), "JPEG"))
    keep_photo(patient, "left_45")
    ask_for_retake(photo=blurred, reason="Stand by a window", now=blurred.uploaded_at)
    page, faults = browse(reduced_motion="reduce"), []

    for slug in ("photos", "what-you-use"):
        page.set_viewport_size(PHONE)
        faults += list_faults(page, language + path_of(patient, slug))
    choose(page.locator("#photo-box"), b"<svg/>")
    expect(page.locator("#photo-box-fault")).to_be_visible()
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    faults += [found.generate_report()] if found.violations_count else []
    keep_answers(patient, a_photo_care=False)
    faults += list_faults(page, language + path_of(patient, "photos"))

    assert faults == []


@pytest.mark.parametrize("language", ["en", "th"])
def test_staff_take_a_photo_and_ask_for_another(
    browse: Browse, session: Client, live_server: LiveServer, language: str
) -> None:
    SiteFactory.create()
    (photo,) = send_with_photos(sign_in(Client()), "front")
    version = photo.patient.versions.get()
    session.force_login(StaffFactory.create(roles=[Role.CLINICIAN]))
    page = browse(DESK, reduced_motion="reduce")
    name = site_settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": language, "url": live_server.url}])

    page.goto(f"/review/forms/{version.pk}/")
    box = page.locator("#photos")
    box.locator("summary").click()
    box.locator("select").select_option("left_profile")
    choose(box)

    expect(box.locator("figure")).to_have_count(2)
    faults = list_faults(page, f"/review/forms/{version.pk}/") + list_faults(
        page, f"/review/photos/{photo.pk}/page/"
    )
    page.locator("textarea").fill("Stand by a window")
    page.locator("form .btn-primary").last.click()
    expect(page.locator(".note.warn")).to_contain_text("Stand by a window")
    assert faults == []
