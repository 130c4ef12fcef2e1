"""Sessions in a real browser: the desk changes places by passkey, and health data is covered in time."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clinic.models import Role, SignIn, User
from clinic.services.sessions import prove
from patients.models import FormVersion, ReviewDraft
from tests.browser.devices import wait_until
from tests.browser.test_review import sign_in
from tests.browser.test_second_step import ColorScheme, add_passkey_keeper, look_at
from tests.calendars import make_calendar
from tests.clinic import factors
from tests.clinic.signing_in_pages import LOCK, OWN, age, browser_of, sign_in_of
from tests.factories import PatientFactory, StaffFactory
from tests.patients.forms import send_case

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = "/account/this-computer/"
MACHINE_SECONDS = 5
LOCKED = "Locked"


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Page]:
    """The desk's computer, with a keeper of passkeys that checks the finger by itself."""
    make_calendar()
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", base_url=live_server.url
    )
    page = context.new_page()
    add_passkey_keeper(page)
    yield page
    context.close()


def enrol(page: Page, email: str) -> None:
    """Sign in by password, and set up a passkey."""
    page.goto(factors.LOGIN)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(factors.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="I have saved them. Go on").click()
    page.wait_for_url("**/desk/")


def switch_to(page: Page, name: str) -> float:
    """Hand the board to somebody; return how many seconds the machine took, from press to board."""
    began = time.perf_counter()
    page.get_by_role("link", name="Switch").click()
    page.locator("[data-person]", has_text=name).click()
    page.wait_for_url("**/desk/")
    expect(page.locator("#board")).to_be_visible()
    return time.perf_counter() - began


def test_the_desk_changes_places_by_passkey_within_five_seconds(desk: Page) -> None:
    nok = factors.make_staff(name="Nok", email="nok@example.com")
    may = factors.make_staff(name="May", email="may@example.com", roles=[Role.NURSE])
    enrol(desk, "nok@example.com")
    desk.goto(HERE)
    desk.get_by_role("button", name="Trust this computer for this shift").click()
    expect(desk.get_by_text("Trusted until")).to_be_visible()
    desk.get_by_role("main").get_by_role("link", name="Switch person").click()
    desk.get_by_role("button", name="Use a password").click()
    enrol(desk, "may@example.com")

    took = [switch_to(desk, "Nok"), switch_to(desk, "May"), switch_to(desk, "Nok")]

    assert max(took) < MACHINE_SECONDS
    assert sign_in_of(nok).how == sign_in_of(may).how == SignIn.How.PASSKEY
    assert SignIn.objects.filter(ended_at=None).get().user == nok
    desk.goto(OWN)
    expect(desk.locator(".signin")).to_have_count(1)


@pytest.fixture
def version(transactional_db: None) -> FormVersion:
    make_calendar()
    return send_case(PatientFactory.create(name="Hannah Whitfield"), "calm")


@pytest.fixture
def doctor(transactional_db: None) -> User:
    return factors.make_staff(roles=[Role.CLINICIAN], name="Dr Ploy")


@pytest.fixture
def review(browser: Browser, live_server: LiveServer, doctor: User, version: FormVersion) -> Iterator[Page]:
    """A form in front of a clinician, in a browser whose clock the tests move."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
    context.clock.install()
    page = sign_in(context, live_server, doctor)
    page.goto(f"/review/forms/{version.pk}/")
    expect(page.get_by_role("heading", name="Hannah Whitfield")).to_be_visible()
    yield page
    context.close()


def leave_alone(page: Page, user: User) -> None:
    """Let a quarter of an hour pass, at the server and in the browser."""
    age(user, proved_at=15, clinical_at=15)
    page.clock.fast_forward(timedelta(minutes=15, seconds=1).seconds * 1000)


@pytest.mark.parametrize("is_offline", [False, True])
def test_a_form_that_is_left_alone_is_covered_online_or_not(
    review: Page, doctor: User, is_offline: bool
) -> None:
    review.context.set_offline(is_offline)

    leave_alone(review, doctor)

    expect(review.get_by_role("heading", name=LOCKED)).to_be_visible()
    assert "Hannah" not in review.content()
    assert "Hannah" not in review.title()


def test_it_opens_again_for_who_proves_themselves(review: Page, doctor: User) -> None:
    leave_alone(review, doctor)
    review.get_by_role("link", name="It is still me").click()
    review.get_by_role("link", name="Use your password").click()
    review.get_by_label("Password").fill(factors.PASSWORD)
    review.get_by_role("button", name="Go on").click()

    expect(review.get_by_role("heading", name="Hannah Whitfield")).to_be_visible()


def test_what_could_not_be_saved_waits_in_its_window(review: Page, doctor: User) -> None:
    review.route("**/draft/", lambda route: route.abort())
    message = review.locator("[name=message]")
    message.fill("Please bring the cream")
    review.clock.run_for(1500)
    leave_alone(review, doctor)
    expect(review.get_by_text("It waits in this window")).to_be_visible()
    assert review.get_by_role("link", name="It is still me").get_attribute("target") == "_blank"

    row = sign_in_of(doctor)
    prove(row, by_factor=True, now=row.started_at)
    review.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(message).to_have_value("Please bring the cream")


def test_somebody_else_never_gets_what_was_on_the_screen(
    review: Page, doctor: User, live_server: LiveServer
) -> None:
    review.route("**/draft/", lambda route: route.abort())
    review.locator("[name=message]").fill("Please bring the cream")
    review.clock.run_for(1500)
    leave_alone(review, doctor)
    expect(review.get_by_role("heading", name=LOCKED)).to_be_visible()
    sign_in(review.context, live_server, StaffFactory.create(roles=[Role.NURSE], email="n@example.com"))
    review.on("dialog", lambda dialog: dialog.accept())

    review.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(review.locator("[data-unlock]")).to_have_count(0)
    review.wait_for_load_state()
    assert "bring the cream" not in review.content()


def test_a_save_that_comes_too_late_covers_the_form_and_keeps_the_words(review: Page, doctor: User) -> None:
    age(doctor, proved_at=16, clinical_at=16)
    message = review.locator("[name=message]")
    message.fill("Please bring the cream")
    review.clock.run_for(1500)
    expect(review.get_by_role("heading", name=LOCKED)).to_be_visible()

    row = sign_in_of(doctor)
    prove(row, by_factor=True, now=row.started_at + timedelta(minutes=1))
    review.evaluate("window.dispatchEvent(new Event('focus'))")

    expect(message).to_have_value("Please bring the cream")
    review.clock.run_for(7000)
    wait_until(review, ReviewDraft.objects.exists)


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("th", "dark")])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_break_no_accessibility_rule_and_fit_every_screen(
    browser: Browser, live_server: LiveServer, desk: Page, language: str, colours: ColorScheme, width: int
) -> None:
    owner = factors.make_staff(roles=["owner"])
    factors.give_app(owner)
    client = browser_of(owner)
    client.post(f"{HERE}trust/")
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=colours, bypass_csp=True
    )
    cookies: list[Any] = [{"name": "nuan-language", "value": language, "url": live_server.url}]
    cookies += [
        {"name": "nuan-computer", "value": client.cookies["nuan-computer"].value, "url": live_server.url}
    ]
    context.add_cookies(cookies)
    prefix = "/th" if language == "th" else ""
    paths = [f"{prefix}{path}" for path in (OWN, HERE, "/account/switch/", f"{LOCK}open/")]
    found = look_at(context, live_server, [*paths, f"/setup/people/{owner.pk}/"], client)
    age(owner, proved_at=20)
    found += look_at(context, live_server, [f"{prefix}{LOCK}?next=/desk/"], client)
    context.close()
    assert found == []
